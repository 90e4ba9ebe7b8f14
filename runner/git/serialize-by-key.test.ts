import { expect, test } from 'vitest';
import { KeyedQueue } from './serialize-by-key.ts';

test('work of one key runs in order and never at once; another key does not wait', async () => {
  const queue = new KeyedQueue();
  const log: string[] = [];
  const gate = Promise.withResolvers<void>();
  const first = queue.run('a', async () => {
    log.push('a1 begins');
    await gate.promise;
    log.push('a1 ends');
  });
  const second = queue.run('a', async () => {
    log.push('a2');
  });
  await queue.run('b', async () => {
    log.push('b');
  });
  gate.resolve();
  await Promise.all([first, second]);
  expect(log).toEqual(['a1 begins', 'b', 'a1 ends', 'a2']);
});

test('a failure reaches its caller and does not stop the next', async () => {
  const queue = new KeyedQueue();
  const failing = queue.run('a', () => Promise.reject(new Error('no')));
  const next = queue.run('a', async () => 'yes');
  await expect(failing).rejects.toThrow('no');
  expect(await next).toBe('yes');
});
