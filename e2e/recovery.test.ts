import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { TaskView } from '../protocol/task.ts';
import { expectWholeLog } from './harness/check-log.ts';
import { loseFirstMachine, type OtherRunner, startOtherRunner } from './harness/second-runner.ts';
import { createTestWorld, REPO, type TestWorld } from './harness/test-world.ts';
import { until } from './harness/until.ts';
import { goOnElsewhere, writeAndHold } from './scripts.ts';

/** A lease of 30 s has to end first, on a machine that does other work as well. */
const TAKEN_OVER_MS = 120_000;

vi.setConfig({ testTimeout: 3 * TAKEN_OVER_MS, hookTimeout: 3 * TAKEN_OVER_MS });

let world: TestWorld;
beforeAll(async () => {
  world = await createTestWorld({
    scripts: [writeAndHold, goOnElsewhere],
    claudeEnvironment: { SIGNALBOX_CHECKPOINT_SECONDS: '1' },
  });
});
afterAll(() => world?.close());

/** A conversation whose task waits at its hold after its first part. */
type Begun = { number: number; sessionId: string; hold: string };

async function begin(hold: string): Promise<Begun> {
  const { github, model } = world;
  model.hold(hold);
  const body = `@signalbox [[write-and-hold:part-one.txt|${hold}]]`;
  const { number } = await github.openIssue({ repo: REPO, author: 'mona', title: 'Two parts', body });
  await model.reached(hold);
  return { number, sessionId: world.sessionOf(number), hold };
}

const say = ({ number }: Begun, body: string) =>
  world.github.commentOnIssue({ repo: REPO, number, author: 'mona', body: `@signalbox ${body}` });

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

it('goes on on the same machine when its runner is killed and started again', async () => {
  const { model, stack } = world;
  const { sessionId, hold } = await begin('killed');
  const killedAt = performance.now();
  stack.runner.current().kill('SIGKILL', 'leader');
  await stack.runner.restart();
  await until('Claude runs again', async () => (await starts(sessionId)).length === 2);
  report('killed → Claude goes on on the same runner, its start included', performance.now() - killedAt);
  model.release(hold);
  expect(await world.ended(sessionId)).toMatchObject({ state: 'completed', epoch: 2 });
  expectWholeLog(await world.events(sessionId));
});

/** Stopped with a file written and a word of Claude's that only its conversation holds; both are stored. */
async function stopInTheMiddle(hold: string): Promise<Begun> {
  const begun = await begin(hold);
  const { sessionId } = begun;
  await say(begun, 'stop');
  const stopped = await world.ended(sessionId);
  expect(stopped).toMatchObject({ state: 'stopped', rescues: [{ epoch: 1, runnerName: 'this machine' }] });
  await until(
    'the stopped state is stored',
    async () => (await storedAfter(sessionId, 'rescue.made')).length > 0,
  );
  world.model.release(hold);
  return begun;
}

/** The same task, with the work and the conversation that it had. */
async function resumed({ sessionId }: Begun): Promise<TaskView> {
  const done = await until(
    'the task is done',
    async () => (await world.session(sessionId)).tasks.find(({ state }) => state === 'completed'),
    TAKEN_OVER_MS,
  );
  expect(done.number).toBe(1);
  // A runner that is full for a moment declines, and is asked again under the next epoch.
  expect(done.epoch).toBeGreaterThan(1);
  const diff = await world.github.diff(REPO, 'main', done.branch ?? '');
  expect(diff).toContain('part one');
  expect(diff).toContain('remembers: true');
  const events = await world.events(sessionId);
  expectWholeLog(events);
  const claude = events.findLast(({ event }) => event.type === 'claude.started')?.event;
  expect(claude).toMatchObject({ resumed: true });
  return done;
}

it('takes up a stopped task on the runner that had it, when its worktree and transcript were cleaned up', async () => {
  const stopped = await stopInTheMiddle('cleaned-up');
  await world.stack.runner.current().stop(20_000);
  await rm(join(world.dataDir, 'runner', 'worktrees', stopped.sessionId), { recursive: true });
  await rm(join(world.dataDir, 'claude', 'projects'), { recursive: true });
  await world.stack.runner.restart();
  await say(stopped, 'resume');
  expect(await resumed(stopped)).toMatchObject({ runnerName: 'this machine' });
});

it('takes up a stopped task after its machine has lost everything it had of it', async () => {
  const stopped = await stopInTheMiddle('lost-disk');
  await loseFirstMachine(world);
  await world.stack.runner.restart();
  await say(stopped, 'resume');
  expect(await resumed(stopped)).toMatchObject({ runnerName: 'this machine' });
});

/** All of them wait for the first machine for as long as a lease lasts: side by side, they wait once. */
describe('a machine that does not come back', () => {
  let other: OtherRunner | null = null;
  let stopped: Begun;
  let running: Begun;
  let unstored: Begun;
  let lostAt = 0;
  beforeAll(async () => {
    const { model, stack } = world;
    stopped = await stopInTheMiddle('stopped');
    running = await begin('running');
    const seen = (await stored(running.sessionId)).length;
    await say(running, 'mind the gap');
    await until(
      'a state with the file is stored',
      async () => (await stored(running.sessionId)).length > seen + 1,
    );
    unstored = await begin('unstored');
    lostAt = performance.now();
    await loseFirstMachine(world);
    const { url, headers } = stack.api;
    await fetch(`${url}/api/sessions/${unstored.sessionId}/checkpoint`, { method: 'DELETE', headers });
    model.release(unstored.hold);
    other = await startOtherRunner(world, 'other-machine');
    await say(stopped, 'resume');
  });
  afterAll(() => other?.stop());

  it('has a task go on from its checkpoint on another runner, in the middle of its turn', async () => {
    const { model, github } = world;
    const { sessionId, number, hold } = running;
    await until(
      'another runner has the task',
      async () =>
        (await starts(sessionId)).some(({ event }) => event.type === 'claude.started' && event.resumed),
      TAKEN_OVER_MS,
    );
    report('killed → Claude goes on on another runner', performance.now() - lostAt);
    model.release(hold);
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
    await until('the comment says where it went on', async () =>
      /Continues on runner other-machine from the checkpoint of .* work after it is on runner this machine/.test(
        world.botComments(number)[0]?.body ?? '',
      ),
    );
  });

  it('has a stopped task taken up on another runner', async () => {
    expect(await resumed(stopped)).toMatchObject({ runnerName: 'other-machine' });
  });

  it('has a task of which nothing is stored start from the beginning, saying so', async () => {
    const { sessionId, number } = unstored;
    const task = await world.ended(sessionId);
    expect(task).toMatchObject({ state: 'completed', runnerName: 'other-machine' });
    const ready = (await world.events(sessionId)).findLast(({ event }) => event.type === 'workspace.ready');
    expect(ready?.event).toMatchObject({
      resumed: false,
      continues: { from: 'beginning', runnerName: 'this machine' },
    });
    expect(world.botComments(number)[0]?.body).toContain('Starts from the beginning on runner other-machine');
  });
});
