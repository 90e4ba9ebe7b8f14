import { expect, it } from 'vitest';
import { asPino, createLogger } from './logger.ts';

function capture() {
  const lines: unknown[] = [];
  const logger = createLogger(
    { part: 'test' },
    (_level, line) => lines.push(JSON.parse(line)),
    () => 0,
  );
  return { lines, logger };
}

it('writes one JSON object a line, with the fields of its parents', () => {
  const { lines, logger } = capture();
  logger.child({ taskId: 't' }).info('task.started', { n: 1 });
  expect(lines).toEqual([
    { at: '1970-01-01T00:00:00.000Z', level: 'info', event: 'task.started', part: 'test', taskId: 't', n: 1 },
  ]);
});

it('drops what looks like a secret at any depth and cuts long texts', () => {
  const { lines, logger } = capture();
  logger.warn('x', {
    token: 'a',
    headers: { Authorization: 'b', clientSecret: 'c', accept: 'd' },
    text: 'e'.repeat(5_000),
  });
  expect(lines).toMatchObject([{ headers: { accept: 'd' }, text: expect.stringMatching(/^e{2000}…$/) }]);
  expect(JSON.stringify(lines)).not.toMatch(/"[abc]"/);
});

it("lets a library log like pino, without the request that Octokit's errors carry", () => {
  const { lines, logger } = capture();
  const error = Object.assign(new Error('Bad credentials'), { request: { headers: { auth: 'hunter2' } } });
  asPino(logger).child({ name: 'probot' }).error({ err: error }, 'webhook failed');
  expect(lines).toMatchObject([
    {
      level: 'error',
      event: 'library.log',
      library: 'probot',
      message: 'webhook failed',
      error: { name: 'Error', message: 'Bad credentials' },
    },
  ]);
  expect(JSON.stringify(lines)).not.toContain('hunter2');
});
