import { evictDurableObject, runInDurableObject } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { describe, expect, it } from 'vitest';
import { ENVELOPE_TTL_MS } from '../../protocol/limits.ts';
import { PROTOCOL_VERSION } from '../../protocol/version.ts';
import { verifyTicket } from '../access/ticket.ts';
import { configOf } from '../config.ts';
import { createJobSigner } from './job-signer.ts';
import { fleet, makeJob } from './testing/connect-runner.ts';
import { newAccount, newRunner, newRunnerWithJob, newSession } from './testing/new-fleet.ts';

describe('assigning', () => {
  it('sends a job to a connected runner at once, with a ticket for exactly this job', async () => {
    const account = newAccount();
    const runner = await newRunner(account);
    expect(await runner.hello({ labels: ['linux'] })).toEqual({
      type: 'welcome',
      protocol: PROTOCOL_VERSION,
      runnerId: runner.id,
      name: 'den',
      jobKeys: await createJobSigner(configOf(env).jobSigning).keys(),
    });
    const job = makeJob(newSession());
    expect(await fleet(account).enqueue(job)).toEqual({
      status: 'queued',
      ahead: 0,
      reason: null,
      estimate: null,
    });
    const assigned = await runner.next('assign');
    expect(assigned.job).toEqual(job.job);
    expect(assigned).toMatchObject({ epoch: 1, runnerId: runner.id, account });
    expect(assigned.expiresAt - assigned.issuedAt).toBe(ENVELOPE_TTL_MS);
    expect(await verifyTicket(env.SIGNALBOX_SECRET, assigned.ticket, Date.now())).toEqual({
      status: 'valid',
      claims: expect.objectContaining({
        sessionId: job.sessionId,
        taskNumber: 1,
        epoch: 1,
        runnerId: runner.id,
      }),
    });
    const view = await fleet(account).view();
    expect(view.queue).toEqual([]);
    expect(view.runners).toEqual([
      expect.objectContaining({ id: runner.id, status: 'online', jobs: [{ taskId: job.taskId, epoch: 1 }] }),
    ]);
  });

  it('keeps a job without a runner, says why, and gives it to the first one that comes', async () => {
    const account = newAccount();
    const runner = await newRunner(account);
    const job = makeJob(newSession(), 1, { labels: ['gpu'] });
    expect(await fleet(account).enqueue(job)).toMatchObject({ status: 'queued', ahead: 0 });
    const second = await fleet(account).enqueue(
      makeJob(newSession(), 1, { labels: ['gpu'], enqueuedAt: 2_000 }),
    );
    expect(second).toEqual({
      status: 'queued',
      ahead: 1,
      reason: 'No runner has the labels "gpu".',
      estimate: null,
    });
    await runner.hello({ labels: ['gpu'] });
    expect((await runner.next('assign')).job.taskId).toBe(job.taskId);
  });

  it('leaves a job as it is when it is enqueued again', async () => {
    const account = newAccount();
    const runner = await newRunner(account);
    await runner.hello();
    const job = makeJob(newSession());
    await fleet(account).enqueue(job);
    await fleet(account).enqueue(job);
    await runner.next('assign');
    await fleet(account).release(job.taskId, 1);
    // A copy that was on its way while the job was done.
    await fleet(account).enqueue(job);
    expect(await fleet(account).view()).toMatchObject({ queue: [], runners: [{ jobs: [] }] });
    expect(runner.unread()).toEqual([]);
  });

  it('takes what the session knows by now into a job that still waits', async () => {
    const account = newAccount();
    const runner = await newRunner(account);
    const job = makeJob(newSession());
    await fleet(account).enqueue(job);
    const later = {
      ...job,
      enqueuedAt: job.enqueuedAt + 5,
      job: { ...job.job, claudeSessionId: 'claude-1' },
    };
    await fleet(account).enqueue(later);
    await fleet(account).enqueue(job);
    expect((await fleet(account).view()).queue).toMatchObject([{ enqueuedAt: job.enqueuedAt }]);
    await runner.hello();
    expect((await runner.next('assign')).job.claudeSessionId).toBe('claude-1');
    await fleet(account).release(job.taskId, 1);
    await fleet(account).enqueue(later);
    expect((await fleet(account).view()).queue).toEqual([]);
  });

  it('goes on counting epochs when a task is resumed', async () => {
    const account = newAccount();
    const { runner, job } = await newRunnerWithJob(account);
    await fleet(account).release(job.taskId, 1);
    await fleet(account).enqueue({ ...job, enqueuedAt: job.enqueuedAt + 1 });
    expect((await runner.next('assign')).epoch).toBe(2);
  });

  it('ignores the release of an older epoch', async () => {
    const account = newAccount();
    const { job } = await newRunnerWithJob(account);
    await fleet(account).release(job.taskId, 0);
    expect((await fleet(account).view()).runners[0]?.jobs).toEqual([{ taskId: job.taskId, epoch: 1 }]);
  });

  it('runs one job of a workspace at a time and the next one when it is released', async () => {
    const account = newAccount();
    const runner = await newRunner(account);
    await runner.hello();
    const session = newSession();
    await fleet(account).enqueue(makeJob(session, 1));
    expect(await fleet(account).enqueue(makeJob(session, 2))).toMatchObject({
      reason: 'Another task works in the same workspace.',
    });
    await runner.next('assign');
    expect(runner.unread()).toEqual([]);
    await fleet(account).release(`${session}.1`, 1);
    expect((await runner.next('assign')).job.taskNumber).toBe(2);
  });

  it('takes a queued job out and revokes a leased one', async () => {
    const account = newAccount();
    const runner = await newRunner(account);
    await runner.hello({ capacity: 1 });
    const [leased, queued] = [makeJob(newSession()), makeJob(newSession())];
    await fleet(account).enqueue(leased);
    await fleet(account).enqueue(queued);
    await runner.next('assign');
    await fleet(account).withdraw(queued.taskId, 'cancelled');
    await fleet(account).withdraw(leased.taskId, 'cancelled');
    expect(await runner.next('revoke')).toEqual({
      type: 'revoke',
      taskId: leased.taskId,
      epoch: 1,
      reason: 'cancelled',
    });
    expect(await fleet(account).view()).toMatchObject({ queue: [], runners: [{ jobs: [] }] });
  });

  it('refuses more jobs than the queue holds', async () => {
    const account = newAccount();
    await runInDurableObject(fleet(account), (_instance, state) => {
      state.storage.sql.exec(
        `WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 10000)
         INSERT INTO jobs (task_id, envelope, body)
         SELECT 't' || i, json_object('taskId', 't' || i, 'sessionId', 's' || i, 'lockKey', 'k' || i,
           'labels', json_array(), 'preferredRunnerId', NULL, 'enqueuedAt', i, 'waitingSince', i,
           'requestedAt', i, 'avoid', json_array()), '{}' FROM n`,
      );
    });
    await evictDurableObject(fleet(account));
    const refused = await fleet(account).enqueue(makeJob(newSession()));
    expect(refused).toMatchObject({ status: 'refused', code: 'queue_full' });
    expect((await fleet(account).view()).queue).toHaveLength(10_000);
  });

  it('reaches a hibernated socket after the object was evicted', async () => {
    const account = newAccount();
    const runner = await newRunner(account);
    await runner.hello();
    await evictDurableObject(fleet(account));
    const job = makeJob(newSession());
    await fleet(account).enqueue(job);
    expect((await runner.next('assign')).job.taskId).toBe(job.taskId);
  });
});
