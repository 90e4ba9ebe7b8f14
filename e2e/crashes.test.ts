import { afterAll, beforeAll, expect, it } from 'vitest';
import { sessionPageSchema } from '../protocol/http.ts';
import { expectWholeLog } from './harness/check-log.ts';
import { findProcesses } from './harness/find-processes.ts';
import { createTestWorld, REPO, type TestWorld } from './harness/test-world.ts';
import { until } from './harness/until.ts';
import { writeThenWait } from './scripts.ts';

let world: TestWorld;
beforeAll(async () => {
  world = await createTestWorld({ scripts: [writeThenWait] });
});
afterAll(() => world?.close());

const ask = async (body: string) => {
  const { number } = await world.github.openIssue({ repo: REPO, author: 'mona', title: 'Crash', body });
  return world.sessionOf(number);
};

it('completes a task whose runner is killed in a tool call, with no event lost or doubled and no orphan', async () => {
  const sessionId = await ask('@signalbox [[write-then-wait:killed.txt]]');
  await until('the long command runs', async () => (await findProcesses(': killed.txt')).length > 0);
  world.stack.runner.current().kill('SIGKILL', 'leader');
  await world.stack.runner.restart();
  const task = await world.ended(sessionId);
  expect(task).toMatchObject({ state: 'completed', epoch: 2 });
  expect(await world.github.diff(REPO, 'main', task.branch ?? '')).toContain('written before the crash');
  expectWholeLog(await world.events(sessionId));
  expect(await findProcesses(': killed.txt')).toEqual([]);
});

it('completes a task during which the Worker is killed and started again', async () => {
  const { model, stack } = world;
  model.hold('loop-1');
  const sessionId = await ask('@signalbox [[loop:3]]');
  await model.reached('loop-1');
  stack.worker.current().kill('SIGKILL');
  model.release('loop-1');
  await stack.worker.restart();
  expect(await world.ended(sessionId)).toMatchObject({ state: 'completed', epoch: 1 });
  expectWholeLog(await world.events(sessionId));
});

it('completes a task while libSQL is down and delivers the rows when it is back', async () => {
  const { stack } = world;
  await stack.libsql.current().stop();
  const sessionId = await ask('@signalbox [[write:without-record.txt|kept]]');
  expect((await world.ended(sessionId)).state).toBe('completed');
  await stack.libsql.restart();
  const listed = await until('the session is in the record', async () =>
    (await stack.api.get('/api/sessions', sessionPageSchema)).items.find(({ id }) => id === sessionId),
  );
  expect(listed).toMatchObject({ taskCount: 1, status: 'idle' });
  expectWholeLog(await world.events(sessionId));
});
