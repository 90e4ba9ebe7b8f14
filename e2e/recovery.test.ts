import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { TaskView } from '../protocol/task.ts';
import { expectWholeLog } from './harness/check-log.ts';
import { loseFirstMachine, type OtherRunner, startOtherRunner } from './harness/second-runner.ts';
import { createTestWorld, REPO, type TestWorld } from './harness/test-world.ts';
import { until } from './harness/until.ts';
import { goOnElsewhere, writeAndHold } from './scripts.ts';

/** A lease of 30 s has to end first, on a machine that does other work as well. */
const TAKEN_OVER_MS = 120_000;

vi.setConfig({ testTimeout: 3 * TAKEN_OVER_MS });

let world: TestWorld;
let other: OtherRunner | null = null;
beforeEach(async () => {
  world = await createTestWorld({
    scripts: [writeAndHold, goOnElsewhere],
    claudeEnvironment: { SIGNALBOX_CHECKPOINT_SECONDS: '1' },
  });
});
afterEach(async () => {
  await other?.stop();
  other = null;
  await world?.close();
});

const ask = async (body: string) => {
  const { number } = await world.github.openIssue({ repo: REPO, author: 'mona', title: 'Two parts', body });
  return { number, sessionId: world.sessionOf(number) };
};

const stored = async (sessionId: string) =>
  (await world.events(sessionId)).filter(({ event }) => event.type === 'checkpoint.stored');

const starts = async (sessionId: string) =>
  (await world.events(sessionId)).filter(({ event }) => event.type === 'claude.started');

const storedAfter = async (sessionId: string, type: string) => {
  const events = await world.events(sessionId);
  const from = events.findLast(({ event }) => event.type === type)?.id ?? Number.POSITIVE_INFINITY;
  return events.filter(({ id, event }) => id > from && event.type === 'checkpoint.stored');
};

function report(what: string, ms: number): void {
  process.stdout.write(`${what}: ${(ms / 1_000).toFixed(1)} s\n`);
}

it('goes on from the checkpoint on another runner when the first one is lost in the middle of a turn', async () => {
  const { model, github } = world;
  model.hold('second-part');
  const { number, sessionId } = await ask('@signalbox [[write-and-hold:part-one.txt|second-part]]');
  await model.reached('second-part');
  const seen = (await stored(sessionId)).length;
  await github.commentOnIssue({ repo: REPO, number, author: 'mona', body: '@signalbox mind the gap' });
  await until('a state with the file is stored', async () => (await stored(sessionId)).length > seen + 1);
  const lostAt = performance.now();
  await loseFirstMachine(world);
  other = await startOtherRunner(world, 'other-machine');
  const running = await until(
    'another runner has the task',
    async () =>
      (await world.events(sessionId)).find(({ event }) => event.type === 'claude.started' && event.resumed),
    TAKEN_OVER_MS,
  );
  const took = performance.now() - lostAt;
  report('killed → Claude goes on on another runner', took);
  model.release('second-part');
  const task = await world.ended(sessionId);
  expect(task).toMatchObject({ state: 'completed', epoch: 2, runnerName: 'other-machine' });
  const diff = await github.diff(REPO, 'main', task.branch ?? '');
  expect(diff).toContain('part one');
  expect(diff).toContain('remembers: true');
  expect(task.summary).toContain('mind the gap');
  const events = await world.events(sessionId);
  expectWholeLog(events);
  const ready = events.findLast(({ event }) => event.type === 'workspace.ready')?.event;
  expect(ready).toMatchObject({
    resumed: true,
    continues: { from: 'checkpoint', runnerName: 'this machine' },
  });
  expect(running.id).toBeGreaterThan(0);
  const [comment] = world.botComments(number);
  expect(comment?.body).toMatch(
    /Continues on runner other-machine from the checkpoint of .* work after it is on runner this machine/,
  );
});

it('goes on on the same machine when its runner is killed and started again', async () => {
  const { model, stack } = world;
  model.hold('second-part');
  const { sessionId } = await ask('@signalbox [[write-and-hold:part-one.txt|second-part]]');
  await model.reached('second-part');
  const killedAt = performance.now();
  stack.runner.current().kill('SIGKILL', 'leader');
  await stack.runner.restart();
  await until('Claude runs again', async () => (await starts(sessionId)).length === 2);
  report('killed → Claude goes on on the same runner, its start included', performance.now() - killedAt);
  model.release('second-part');
  expect(await world.ended(sessionId)).toMatchObject({ state: 'completed', epoch: 2 });
  expectWholeLog(await world.events(sessionId));
});

/** Stopped with a file written and a word of Claude's that only its conversation holds; both are stored. */
async function stopInTheMiddle() {
  const { model, github } = world;
  model.hold('second-part');
  const { number, sessionId } = await ask('@signalbox [[write-and-hold:part-one.txt|second-part]]');
  await model.reached('second-part');
  await github.commentOnIssue({ repo: REPO, number, author: 'mona', body: '@signalbox stop' });
  const stopped = await world.ended(sessionId);
  expect(stopped).toMatchObject({ state: 'stopped', rescues: [{ epoch: 1, runnerName: 'this machine' }] });
  await until(
    'the stopped state is stored',
    async () => (await storedAfter(sessionId, 'rescue.made')).length > 0,
  );
  model.release('second-part');
  return { number, sessionId };
}

/** The same task, with the work and the conversation that it had. */
async function resume({ number, sessionId }: { number: number; sessionId: string }): Promise<TaskView> {
  const { github } = world;
  await github.commentOnIssue({ repo: REPO, number, author: 'mona', body: '@signalbox resume' });
  const done = await until(
    'the task is done',
    async () => (await world.session(sessionId)).tasks.find(({ state }) => state === 'completed'),
    TAKEN_OVER_MS,
  );
  expect(done).toMatchObject({ number: 1, epoch: 2 });
  const diff = await github.diff(REPO, 'main', done.branch ?? '');
  expect(diff).toContain('part one');
  expect(diff).toContain('remembers: true');
  const events = await world.events(sessionId);
  expectWholeLog(events);
  const claude = events.findLast(({ event }) => event.type === 'claude.started')?.event;
  expect(claude).toMatchObject({ resumed: true });
  return done;
}

it('takes up a stopped task after its machine has lost everything it had of it', async () => {
  const stopped = await stopInTheMiddle();
  await loseFirstMachine(world);
  await world.stack.runner.restart();
  expect(await resume(stopped)).toMatchObject({ runnerName: 'this machine' });
});

it('takes up a stopped task on the runner that had it, when its worktree and transcript were cleaned up', async () => {
  const stopped = await stopInTheMiddle();
  const runner = world.stack.runner.current();
  await runner.stop(20_000);
  await rm(join(world.dataDir, 'runner', 'worktrees', stopped.sessionId), { recursive: true });
  await rm(join(world.dataDir, 'claude', 'projects'), { recursive: true });
  await world.stack.runner.restart();
  expect(await resume(stopped)).toMatchObject({ runnerName: 'this machine' });
});

it('takes up a stopped task on another runner when the first one does not come back', async () => {
  const stopped = await stopInTheMiddle();
  await loseFirstMachine(world);
  other = await startOtherRunner(world, 'other-machine');
  expect(await resume(stopped)).toMatchObject({ runnerName: 'other-machine' });
});

it('starts from the beginning, saying so, where nothing was stored', async () => {
  const { model, stack } = world;
  model.hold('second-part');
  const { number, sessionId } = await ask('@signalbox [[write-and-hold:part-one.txt|second-part]]');
  await model.reached('second-part');
  await loseFirstMachine(world);
  const { url, headers } = stack.api;
  await fetch(`${url}/api/sessions/${sessionId}/checkpoint`, { method: 'DELETE', headers });
  model.release('second-part');
  other = await startOtherRunner(world, 'other-machine');
  const task = await until('the task is done', async () => world.ended(sessionId), TAKEN_OVER_MS);
  expect(task).toMatchObject({ state: 'completed', runnerName: 'other-machine' });
  const ready = (await world.events(sessionId)).findLast(({ event }) => event.type === 'workspace.ready');
  expect(ready?.event).toMatchObject({
    resumed: false,
    continues: { from: 'beginning', runnerName: 'this machine' },
  });
  expect(world.botComments(number)[0]?.body).toContain('Starts from the beginning on runner other-machine');
});
