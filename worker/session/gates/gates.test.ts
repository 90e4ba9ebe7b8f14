import { describe, expect, it } from 'vitest';
import type { RunnerEvent } from '../../../protocol/events.ts';
import { FAILED_GATE } from '../testing/gate-events.ts';
import { TREE } from '../testing/make-requests.ts';
import {
  captured,
  finished,
  gatesFinished,
  gatesStarted,
  started,
  turnEnded,
} from '../testing/runner-events.ts';
import { submitted, type TestRunner } from '../testing/test-session.ts';

const gateFinished: RunnerEvent = { type: 'gate.finished', gate: FAILED_GATE };
const failed = (retry?: number): RunnerEvent[] => {
  const round = gatesFinished(false);
  if (round.type !== 'gates.finished') throw new Error('not a round');
  return [captured, gatesStarted, gateFinished, retry === undefined ? round : { ...round, retry }];
};

const nextCommand = async (runner: TestRunner) => (await runner.socket.next('command')).command;

async function withFailedGates() {
  const session = await submitted();
  const runner = await session.open();
  await runner.events(started, turnEnded, ...failed());
  return { session, runner };
}

describe('a task whose gates failed', () => {
  it('says which, and waits for a person', async () => {
    const { session } = await withFailedGates();
    const task = await session.task();
    expect(task).toMatchObject({ state: 'qa_failed', gates: { retries: 0, overriddenBy: null } });
    expect(task.gates?.results).toMatchObject([{ name: 'lint', status: 'failed', exitCode: 1 }]);
    expect((await session.snapshot()).session.status).toBe('waiting');
  });

  it('waits for nobody while Claude tries again by itself', async () => {
    const session = await submitted();
    const runner = await session.open();
    await runner.events(started, turnEnded, ...failed(1));
    const order = { type: 'override_gates', reason: null, by: 'ada' } as const;
    expect(await session.rpc.orderTask(1, order)).toMatchObject({ status: 'refused', code: 'not_allowed' });
    await runner.events(started);
    expect(await session.task()).toMatchObject({ state: 'running', gates: { retries: 1 } });
  });

  it('goes back to Claude with a note; the first decision counts and others are told whose it was', async () => {
    const { session, runner } = await withFailedGates();
    const order = { type: 'retry_gates', how: 'claude', note: 'Use tabs.', by: 'ada' } as const;
    expect(await session.rpc.orderTask(1, order)).toMatchObject({ status: 'ok', task: { state: 'running' } });
    expect((await nextCommand(runner)).command).toEqual(order);
    const late = { type: 'override_gates', reason: null, by: 'eve' } as const;
    expect(await session.rpc.orderTask(1, late)).toMatchObject({
      status: 'refused',
      code: 'conflict',
      message: expect.stringContaining('ada was first'),
    });
  });

  it('is let pass by an admin: exactly this work, which is published at once where nobody approves', async () => {
    const { session, runner } = await withFailedGates();
    const order = { type: 'override_gates', reason: 'The linter is broken.', by: 'ada' } as const;
    expect(await session.rpc.orderTask(null, order)).toMatchObject({
      status: 'ok',
      task: { state: 'approved', gates: { overriddenBy: 'ada' } },
    });
    expect((await nextCommand(runner)).command).toEqual({ type: 'override_gates', tree: TREE, by: 'ada' });
    expect((await nextCommand(runner)).command).toEqual({ type: 'publish', tree: TREE });
    const log = await session.rpc.eventsAfter(0, 100);
    const moves = log?.events.flatMap(({ event }) => (event.type === 'task.moved' ? [event] : []));
    expect(moves).toContainEqual({
      type: 'task.moved',
      from: 'qa_failed',
      to: 'waiting_approval',
      input: 'override_gates',
      reason: 'The failed checks were let pass by ada: The linter is broken.',
    });
  });

  it('stays let pass when its runner was lost and the gates fail again on the same work', async () => {
    const { session, runner } = await withFailedGates();
    await session.rpc.orderTask(1, { type: 'override_gates', reason: null, by: 'ada' });
    await nextCommand(runner);
    await nextCommand(runner);
    await session.rpc.jobLost(1, 1, 'The runner is gone.');
    expect(await session.task()).toMatchObject({ state: 'pending' });
    const second = await session.open(2);
    await second.events(...failed());
    expect(await session.task()).toMatchObject({ state: 'approved', gates: { overriddenBy: 'ada' } });
    expect((await nextCommand(second)).command).toMatchObject({ type: 'override_gates', tree: TREE });
  });

  it('is let pass as it is, and not what it becomes after that', async () => {
    const { session, runner } = await withFailedGates();
    await session.rpc.orderTask(1, { type: 'override_gates', reason: null, by: 'ada' });
    await nextCommand(runner);
    await session.rpc.jobLost(1, 1, 'The runner is gone.');
    const second = await session.open(2);
    const [, ...round] = failed();
    await second.events({ ...captured, tree: 'c'.repeat(40) }, ...round);
    expect(await session.task()).toMatchObject({ state: 'qa_failed', gates: { overriddenBy: null } });
  });

  it('can be rejected, and takes no decision after that', async () => {
    const { session, runner } = await withFailedGates();
    const answer = { verdict: 'rejected', by: 'ada', via: 'api', reason: null, tree: null } as const;
    await session.rpc.decide(1, answer, 'api');
    const order = { type: 'retry_gates', how: 'gates', note: null, by: 'eve' } as const;
    expect(await session.rpc.orderTask(1, order)).toMatchObject({ status: 'refused' });
    await runner.events(finished({ type: 'rejected', rescueRef: null, reverted: true }));
    expect(await session.task()).toMatchObject({ state: 'rejected' });
  });
});
