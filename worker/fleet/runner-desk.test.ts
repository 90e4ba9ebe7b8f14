import { evictDurableObject } from 'cloudflare:test';
import { expect, it } from 'vitest';
import { eventually } from '../testing/eventually.ts';
import { connectRunner, fleet, makeJob } from './testing/connect-runner.ts';
import { newAccount, newRunner, newSession } from './testing/new-fleet.ts';

it('gives no new job to a runner that a person drains; what it has goes on', async () => {
  const account = newAccount();
  const [drained, other] = [await newRunner(account, 'drained'), await newRunner(account, 'other')];
  await drained.hello();
  const running = makeJob(newSession());
  await fleet(account).enqueue(running);
  await drained.next('assign');
  expect(await fleet(account).drainRunner(drained.id, true)).toMatchObject({
    status: 'draining',
    drainAsked: true,
    jobs: [{ taskId: running.taskId, epoch: 1 }],
  });
  await other.hello();
  const next = makeJob(newSession());
  await fleet(account).enqueue(next);
  expect(await other.next('assign')).toMatchObject({ job: { taskId: next.taskId } });
  expect(drained.unread()).toEqual([]);
});

it('remembers it over restarts of the runner and of the control plane, until it is taken back', async () => {
  const account = newAccount();
  const first = await newRunner(account);
  await first.hello();
  await fleet(account).drainRunner(first.id, true);
  await evictDurableObject(fleet(account), { webSockets: 'close' });
  const again = await connectRunner(account, first.id);
  await again.hello();
  const job = makeJob(newSession());
  expect(await fleet(account).enqueue(job)).toMatchObject({
    reason: 'Every runner that is online drains: it takes no new jobs.',
  });
  expect((await fleet(account).view()).runners).toMatchObject([{ status: 'draining', drainAsked: true }]);
  expect(await fleet(account).drainRunner(first.id, false)).toMatchObject({ drainAsked: false });
  expect(await again.next('assign')).toMatchObject({ job: { taskId: job.taskId } });
});

it('says that a drained runner is away when it is', async () => {
  const account = newAccount();
  const runner = await newRunner(account);
  await runner.hello();
  await fleet(account).drainRunner(runner.id, true);
  runner.close(1000);
  await eventually(async () => {
    expect(await fleet(account).runner(runner.id)).toMatchObject({ status: 'offline', drainAsked: true });
  });
});

it('takes back only what a person asked for: a runner that is about to end goes on draining', async () => {
  const account = newAccount();
  const runner = await newRunner(account);
  await runner.hello();
  runner.send({ type: 'drain' });
  await eventually(async () => {
    expect(await fleet(account).runner(runner.id)).toMatchObject({ status: 'draining', drainAsked: false });
  });
  expect(await fleet(account).drainRunner(runner.id, false)).toMatchObject({ status: 'draining' });
});

it('knows no runner that was removed', async () => {
  const account = newAccount();
  const { id } = await newRunner(account);
  expect(await fleet(account).removeRunner(id)).toBe(true);
  expect(await fleet(account).removeRunner(id)).toBe(false);
  expect(await fleet(account).drainRunner(id, true)).toBeNull();
  expect(await fleet(account).runner(id)).toBeNull();
});
