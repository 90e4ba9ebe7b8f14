import { afterAll, beforeAll, expect, it } from 'vitest';
import { queueViewSchema } from '../protocol/queue.ts';
import { createTestWorld, REPO, type TestWorld } from './harness/test-world.ts';
import { until } from './harness/until.ts';

let world: TestWorld;
beforeAll(async () => {
  world = await createTestWorld();
});
afterAll(() => world?.close());

it('lets a task wait for the work of another issue, says so, and starts it when that is done', async () => {
  const { github, model, stack } = world;
  model.hold('loop-1');
  const first = await github.openIssue({
    repo: REPO,
    author: 'mona',
    title: 'First',
    body: '@signalbox [[loop:2]]',
  });
  const firstSession = world.sessionOf(first.number);
  await model.reached('loop-1');
  const second = await github.openIssue({
    repo: REPO,
    author: 'mona',
    title: 'Second',
    body: `@signalbox --after #${first.number} --priority high [[text:Done after the first.]]`,
  });
  const secondSession = world.sessionOf(second.number);
  await until('the comment says what it waits for', () =>
    world.botComments(second.number).some(({ body }) => body.includes('Waiting for other tasks')),
  );
  const queue = await stack.api.get('/api/queue', queueViewSchema);
  expect(queue.working).toMatchObject([{ taskId: `${firstSession}.1`, requester: 'mona' }]);
  expect(queue.waiting).toEqual([]);
  model.release('loop-1');
  expect((await world.ended(firstSession)).state).toBe('completed');
  const task = await world.ended(secondSession);
  expect(task).toMatchObject({
    state: 'completed',
    options: { priority: 'high' },
    after: [{ taskId: `${firstSession}.1`, ended: 'completed' }],
  });
  const types = (await world.events(secondSession)).map(({ event }) => event.type);
  expect(types.indexOf('dependency.ended')).toBeLessThan(types.indexOf('job.assigned'));
});
