import { evictDurableObject, runDurableObjectAlarm } from 'cloudflare:test';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { CLOSE } from '../../protocol/close-codes.ts';
import { LEASE_MS } from '../../protocol/limits.ts';
import { PROTOCOL_VERSION } from '../../protocol/version.ts';
import { eventually } from '../testing/eventually.ts';
import { PREFERRED_WAIT_MS } from './match-jobs.ts';
import { connectRunner, fleet, makeJob } from './testing/connect-runner.ts';
import {
  METRICS,
  newAccount,
  newRunner,
  newRunnerWithJob,
  newSession,
  passTime,
} from './testing/new-fleet.ts';

afterEach(() => {
  vi.useRealTimers();
});

/** The one runner of an account closes its socket, and the Fleet knows. */
async function goAway(account: string, runner: { close(code: number): void }): Promise<void> {
  runner.close(1001);
  await eventually(async () => {
    expect((await fleet(account).view()).runners).toMatchObject([{ status: 'offline' }]);
  });
}

describe('reconnecting', () => {
  it('keeps a job that the runner still holds and gives a fresh ticket on request', async () => {
    const account = newAccount();
    const first = await newRunner(account);
    await first.hello();
    const job = makeJob(newSession());
    await fleet(account).enqueue(job);
    const { ticket } = await first.next('assign');
    first.close(1001);
    const second = await connectRunner(account, first.id);
    await second.hello({ jobs: [{ taskId: job.taskId, epoch: 1, phase: 'running' }] });
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 1_000 });
    second.send({ type: 'renew_ticket', taskId: job.taskId, epoch: 1 });
    const renewed = await second.next('ticket');
    expect(renewed).toMatchObject({ taskId: job.taskId, epoch: 1 });
    expect(renewed.ticket).not.toBe(ticket);
    expect(second.unread()).toEqual([]);
  });

  it.each([
    ['no longer holds', []],
    ['holds only as interrupted', [{ epoch: 1, phase: 'interrupted' as const }]],
  ])('gives a job that the runner %s out again under the next epoch', async (_case, held) => {
    const account = newAccount();
    const first = await newRunner(account);
    await first.hello();
    const job = makeJob(newSession());
    await fleet(account).enqueue(job);
    await first.next('assign');
    const second = await connectRunner(account, first.id);
    await second.hello({ jobs: held.map((one) => ({ ...one, taskId: job.taskId })) });
    expect(await second.next('assign')).toMatchObject({ epoch: 2, job: { taskId: job.taskId } });
  });

  /** A restarted runner that has something else to do than the job that it was interrupted in. */
  async function newRunnerWithWaitingJob(account: string) {
    const runner = await newRunner(account);
    await runner.hello({ capacity: 2 });
    const [busy, waiting] = [makeJob(newSession()), makeJob(newSession())];
    for (const job of [busy, waiting]) {
      await fleet(account).enqueue(job);
      await runner.next('assign');
    }
    const back = await connectRunner(account, runner.id);
    await back.hello({
      capacity: 1,
      jobs: [
        { taskId: busy.taskId, epoch: 1, phase: 'running' },
        { taskId: waiting.taskId, epoch: 1, phase: 'interrupted' },
      ],
    });
    expect(back.unread()).toEqual([]);
    return { back, waiting };
  }

  it.each([
    ['is withdrawn', (account: string, taskId: string) => fleet(account).withdraw(taskId, 'Cancelled.')],
    ['is over', (account: string, taskId: string) => fleet(account).release(taskId, 1)],
    [
      'goes to another one',
      async (account: string) => {
        const other = await newRunner(account, 'other');
        vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + PREFERRED_WAIT_MS + 1 });
        await other.hello();
        expect(await other.next('assign')).toMatchObject({ epoch: 2 });
      },
    ],
  ])('has a runner let go of a job that waits for it when the job %s', async (_what, happen) => {
    const account = newAccount();
    const { back, waiting } = await newRunnerWithWaitingJob(account);
    await happen(account, waiting.taskId);
    expect(await back.next('revoke')).toMatchObject({ taskId: waiting.taskId, epoch: 1 });
    expect(back.unread()).toEqual([]);
  });

  it('revokes what the runner holds without a lease', async () => {
    const account = newAccount();
    const runner = await newRunner(account);
    const taskId = `${newSession()}.1`;
    await runner.hello({ jobs: [{ taskId, epoch: 4, phase: 'running' }] });
    expect(await runner.next('revoke')).toMatchObject({ taskId, epoch: 4 });
  });

  it('replaces the older socket of the same runner', async () => {
    const account = newAccount();
    const older = await newRunner(account);
    await older.hello();
    const newer = await connectRunner(account, older.id);
    await newer.hello();
    expect(await older.closed).toMatchObject({ code: CLOSE.replaced });
    expect((await fleet(account).view()).runners).toMatchObject([{ status: 'online' }]);
  });
});

describe('losing a runner', () => {
  it('takes the job back after a silent lease and gives it to another runner at once', async () => {
    const account = newAccount();
    const { runner: lost, job } = await newRunnerWithJob(account, 'lost');
    await goAway(account, lost);
    await passTime(account, LEASE_MS + 1);
    const other = await newRunner(account, 'other');
    await other.hello();
    expect(await other.next('assign')).toMatchObject({ epoch: 2, job: { taskId: job.taskId } });
    const back = await connectRunner(account, lost.id);
    await back.hello({ jobs: [{ taskId: job.taskId, epoch: 1, phase: 'running' }] });
    expect(await back.next('revoke')).toMatchObject({ taskId: job.taskId, epoch: 1 });
  });

  it('gives the job back to the same runner when it returns after its lease', async () => {
    const account = newAccount();
    const { runner, job } = await newRunnerWithJob(account);
    await goAway(account, runner);
    await passTime(account, LEASE_MS + 1);
    const back = await connectRunner(account, runner.id);
    await back.hello({ jobs: [{ taskId: job.taskId, epoch: 1, phase: 'interrupted' }] });
    expect(await back.next('revoke')).toMatchObject({ epoch: 1 });
    expect(await back.next('assign')).toMatchObject({ epoch: 2 });
  });

  it('takes a runner that has just come back for alive, however long it was away before', async () => {
    const account = newAccount();
    const { runner, job } = await newRunnerWithJob(account);
    await goAway(account, runner);
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + LEASE_MS - 1_000 });
    const back = await connectRunner(account, runner.id);
    await back.hello({ jobs: [{ taskId: job.taskId, epoch: 1, phase: 'running' }] });
    await passTime(account, LEASE_MS - 1_000);
    expect((await fleet(account).view()).runners).toMatchObject([{ jobs: [{ epoch: 1 }] }]);
    expect(back.unread()).toEqual([]);
  });

  it('keeps the lease of a runner that only missed its close, as after a restart of the control plane', async () => {
    const account = newAccount();
    const { runner, job } = await newRunnerWithJob(account);
    await evictDurableObject(fleet(account), { webSockets: 'close' });
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 10 * LEASE_MS });
    await runDurableObjectAlarm(fleet(account));
    const back = await connectRunner(account, runner.id);
    await back.hello({ jobs: [{ taskId: job.taskId, epoch: 1, phase: 'running' }] });
    expect((await fleet(account).view()).runners).toMatchObject([{ jobs: [{ epoch: 1 }] }]);
    expect(back.unread()).toEqual([]);
  });
});

describe('runners that say no', () => {
  it('asks another runner when one declines', async () => {
    const account = newAccount();
    const [first, second] = [await newRunner(account, 'a'), await newRunner(account, 'b')];
    await first.hello();
    const job = makeJob(newSession());
    await fleet(account).enqueue(job);
    await first.next('assign');
    first.send({ type: 'decline', taskId: job.taskId, epoch: 1, reason: 'full', message: 'busy' });
    await second.hello();
    expect(await second.next('assign')).toMatchObject({ epoch: 2 });
    expect(first.unread()).toEqual([]);
  });

  it('asks the only runner again after a while', async () => {
    const account = newAccount();
    const { runner, job } = await newRunnerWithJob(account);
    runner.send({ type: 'decline', taskId: job.taskId, epoch: 1, reason: 'full', message: 'busy' });
    await eventually(async () => expect((await fleet(account).view()).queue).toHaveLength(1));
    expect(runner.unread()).toEqual([]);
    await passTime(account, 5_001);
    expect(await runner.next('assign')).toMatchObject({ epoch: 2 });
  });

  it('gives no new job to a draining runner until it says hello again', async () => {
    const account = newAccount();
    const runner = await newRunner(account);
    await runner.hello();
    runner.send({ type: 'drain' });
    await eventually(async () => {
      expect((await fleet(account).view()).runners).toMatchObject([{ status: 'draining' }]);
    });
    expect(await fleet(account).enqueue(makeJob(newSession()))).toMatchObject({
      reason: 'Every runner that is online drains: it takes no new jobs.',
    });
    const again = await connectRunner(account, runner.id);
    await again.hello();
    expect(await again.next('assign')).toMatchObject({ epoch: 1 });
  });
});

describe('refusals', () => {
  it('names the side that must be updated when versions do not fit', async () => {
    const runner = await newRunner(newAccount());
    void runner.hello({ protocol: PROTOCOL_VERSION + 1 });
    expect(await runner.closed).toEqual({
      code: CLOSE.versionRefused,
      reason: expect.stringContaining('newer control plane'),
    });
  });

  it.each([
    ['that is no JSON', 'hello'],
    ['before hello', JSON.stringify({ type: 'drain' })],
    ['of an unknown type', JSON.stringify({ type: 'take_over' })],
  ])('closes a socket on a frame %s', async (_case, text) => {
    const runner = await newRunner(newAccount());
    runner.sendText(text);
    expect(await runner.closed).toMatchObject({ code: CLOSE.badFrame });
  });

  it('closes the socket of a removed runner and no longer knows its credential', async () => {
    const account = newAccount();
    const { id, credential } = await fleet(account).registerRunner(account, 'den');
    expect(await fleet(account).runnerOf(credential)).toEqual({ id, name: 'den' });
    expect(await fleet(account).runnerOf(`${credential.slice(0, -1)}_`)).toBeNull();
    const runner = await connectRunner(account, id);
    await runner.hello();
    expect(await fleet(account).removeRunner(id)).toBe(true);
    expect(await runner.closed).toMatchObject({ code: CLOSE.unauthorized });
    expect(await fleet(account).runnerOf(credential)).toBeNull();
    expect(await fleet(account).removeRunner(id)).toBe(false);
  });
});

it('keeps metrics for people to see', async () => {
  const account = newAccount();
  const runner = await newRunner(account);
  await runner.hello();
  runner.send({ type: 'metrics', metrics: METRICS });
  await eventually(async () => expect((await fleet(account).runner(runner.id))?.metrics).toEqual(METRICS));
});
