import { evictDurableObject, runInDurableObject } from 'cloudflare:test';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { fleet, makeJob } from './testing/connect-runner.ts';
import { newAccount, newRunner, newSession } from './testing/new-fleet.ts';

afterEach(() => vi.useRealTimers());

const FIRST = { place: 0, limit: 100 };

function passMinutes(minutes: number): void {
  vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + minutes * 60_000 });
}

describe('the queue of an account', () => {
  it('gives runners to people in turn, also after the object was evicted', async () => {
    const account = newAccount();
    const runner = await newRunner(account);
    const of = (requester: string, enqueuedAt: number) => makeJob(newSession(), 1, { requester, enqueuedAt });
    const jobs = [of('mona', 1), of('mona', 2), of('mona', 3), of('hubot', 4)];
    for (const job of jobs) await fleet(account).enqueue(job);
    await runner.hello({ capacity: 1 });
    const first = await runner.next('assign');
    await evictDurableObject(fleet(account));
    await fleet(account).release(first.job.taskId, 1);
    const second = await runner.next('assign');
    expect([first, second].map(({ job }) => job.taskId)).toEqual([jobs[0]?.taskId, jobs[3]?.taskId]);
  });

  it('runs one task of a concurrency group at a time and says so', async () => {
    const account = newAccount();
    const runner = await newRunner(account);
    await runner.hello({ capacity: 5 });
    const concurrency = { group: 'deploy', limit: 1 };
    const [one, other] = [
      makeJob(newSession(), 1, { concurrency }),
      makeJob(newSession(), 1, { concurrency }),
    ];
    await fleet(account).enqueue(one);
    await runner.next('assign');
    expect(await fleet(account).enqueue(other)).toMatchObject({
      reason: 'Its group "deploy" has one task at work; no more run at one time.',
    });
    expect(runner.unread()).toEqual([]);
    await fleet(account).release(one.taskId, 1);
    expect((await runner.next('assign')).job.taskId).toBe(other.taskId);
  });

  it('tells from earlier jobs when one is likely to start and what it takes', async () => {
    const account = newAccount();
    const runner = await newRunner(account);
    await runner.hello({ capacity: 1 });
    const done = makeJob(newSession());
    await fleet(account).enqueue(done);
    await runner.next('assign');
    passMinutes(4);
    await fleet(account).release(done.taskId, 1);
    await evictDurableObject(fleet(account));
    const [working, waiting] = [makeJob(newSession()), makeJob(newSession())];
    await runner.hello({ capacity: 1 });
    await fleet(account).enqueue(working);
    await runner.next('assign');
    const leftMs = 4 * 60_000;
    const answer = await fleet(account).enqueue(waiting);
    const estimate = { startsAt: expect.any(Number), durationMs: expect.any(Number), basedOn: 1 };
    expect(answer).toEqual({ status: 'queued', ahead: 0, reason: 'Every fitting runner is busy.', estimate });
    if (answer.status === 'refused' || answer.estimate?.startsAt == null) throw new Error('no estimate');
    expect(Math.round(answer.estimate.durationMs / 60_000)).toBe(4);
    expect(Math.abs(answer.estimate.startsAt - (Date.now() + leftMs))).toBeLessThan(60_000);
  });

  it('is shown in the order in which runners get it, page by page, beside what is at work', async () => {
    const account = newAccount();
    const runner = await newRunner(account);
    await runner.hello({ capacity: 1 });
    const jobs = (['normal', 'low', 'high', 'normal'] as const).map((priority, index) =>
      makeJob(newSession(), 1, { priority, enqueuedAt: Date.now() + index, requester: `person-${index}` }),
    );
    for (const job of jobs) await fleet(account).enqueue(job);
    const { waiting, working, total } = await fleet(account).queuePage({ place: 0, limit: 2 });
    expect(working).toMatchObject([{ taskId: jobs[0]?.taskId, runnerName: 'den', epoch: 1, usualMs: null }]);
    expect(total).toBe(3);
    expect(waiting).toEqual([
      {
        taskId: jobs[2]?.taskId,
        sessionId: jobs[2]?.sessionId,
        requester: 'person-2',
        concurrency: null,
        ahead: 0,
        reason: 'Every fitting runner is busy.',
        estimate: null,
        priority: 'high',
        countsAs: 'high',
        labels: [],
        enqueuedAt: jobs[2]?.enqueuedAt,
      },
      expect.objectContaining({ taskId: jobs[3]?.taskId, ahead: 1 }),
    ]);
    const rest = await fleet(account).queuePage({ place: 2, limit: 2 });
    expect(rest.waiting).toMatchObject([{ taskId: jobs[1]?.taskId, ahead: 2, priority: 'low' }]);
  });

  it("takes a job's new priority and group when its session asks again", async () => {
    const account = newAccount();
    const job = makeJob(newSession());
    await fleet(account).enqueue(job);
    const later = { ...job, enqueuedAt: job.enqueuedAt + 1, priority: 'low' as const };
    await fleet(account).enqueue(later);
    expect((await fleet(account).queuePage(FIRST)).waiting).toMatchObject([{ priority: 'low' }]);
  });

  it('refuses what one person queues beyond his share, and takes what others queue', async () => {
    const account = newAccount();
    await fillQueue(account, 5_000, 'mona');
    const refused = await fleet(account).enqueue(makeJob(newSession(), 1, { requester: 'mona' }));
    expect(refused).toMatchObject({ status: 'refused', code: 'queue_full' });
    const taken = await fleet(account).enqueue(makeJob(newSession(), 1, { requester: 'hubot' }));
    expect(taken).toMatchObject({ status: 'queued' });
  });

  it('takes jobs that an older build stored', async () => {
    const account = newAccount();
    await fillQueue(account, 1, null);
    expect((await fleet(account).queuePage(FIRST)).waiting).toMatchObject([
      { requester: '', priority: 'normal', concurrency: null },
    ]);
  });
});

/** Writes jobs behind the object's back; `requester` null as builds did that knew none. */
async function fillQueue(account: string, count: number, requester: string | null): Promise<void> {
  await runInDurableObject(fleet(account), (_instance, state) => {
    state.storage.sql.exec(
      `WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?1)
       INSERT INTO jobs (task_id, envelope, body)
       SELECT 't' || i, json_patch(json_object('taskId', 't' || i, 'sessionId', 's' || i, 'lockKey', 'k' || i,
         'labels', json_array(), 'enqueuedAt', i, 'waitingSince', i, 'requestedAt', i, 'avoid', json_array()),
         json_object('requester', ?2)), '{}' FROM n`,
      count,
      requester,
    );
  });
  await evictDurableObject(fleet(account));
}
