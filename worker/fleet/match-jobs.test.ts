import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Lease, QueuedJob } from './fleet-state.ts';
import { FAIR_WINDOW_MS, type MatchRunner, matchJobs, orderQueue, PREFERRED_WAIT_MS } from './match-jobs.ts';

const NOW = 1_000_000;

function job(taskId: string, over: Partial<QueuedJob> = {}): QueuedJob {
  const [sessionId = taskId] = taskId.split('.');
  return {
    taskId,
    sessionId,
    lockKey: `session:${sessionId}`,
    labels: [],
    preferredRunnerId: null,
    enqueuedAt: NOW - 1_000,
    requestedAt: NOW - 1_000,
    waitingSince: NOW - 1_000,
    avoid: [],
    ...over,
  };
}

function runner(id: string, over: Partial<MatchRunner> = {}): MatchRunner {
  return { id, labels: [], capacity: 1, available: true, ...over };
}

function lease(taskId: string, runnerId: string, over: Partial<QueuedJob> = {}): Lease {
  return { ...job(taskId, over), runnerId, epoch: 1 };
}

describe('matchJobs', () => {
  it('gives a job only to a runner that has all of its labels', () => {
    const result = matchJobs(
      [job('a.1', { labels: ['gpu', 'linux'] })],
      [runner('r1', { labels: ['linux'] }), runner('r2', { labels: ['gpu', 'linux'] })],
      [],
      NOW,
    );
    expect(result).toEqual({ assignments: [{ taskId: 'a.1', runnerId: 'r2' }], nextAtMs: null });
  });

  it('keeps runners with special labels free for jobs that need them', () => {
    const runners = [runner('r1', { labels: ['gpu'], capacity: 9 }), runner('r2')];
    expect(matchJobs([job('a.1')], runners, [], NOW).assignments).toEqual([
      { taskId: 'a.1', runnerId: 'r2' },
    ]);
  });

  it('spreads jobs over the runners with the most room', () => {
    const runners = [runner('r1', { capacity: 2 }), runner('r2', { capacity: 2 })];
    const { assignments } = matchJobs([job('a.1'), job('b.1')], runners, [], NOW);
    expect(assignments.map(({ runnerId }) => runnerId)).toEqual(['r1', 'r2']);
  });

  it('gives nothing to a runner that is offline, draining or full', () => {
    const runners = [runner('r1', { available: false }), runner('r2')];
    expect(matchJobs([job('a.1')], runners, [lease('b.1', 'r2')], NOW).assignments).toEqual([]);
  });

  it('holds a job while another one has its lock key', () => {
    const result = matchJobs([job('a.2')], [runner('r1', { capacity: 5 })], [lease('a.1', 'r1')], NOW);
    expect(result.assignments).toEqual([]);
  });

  it("prefers the runner that has the session's worktree", () => {
    const runners = [runner('r1', { capacity: 9 }), runner('r2', { labels: ['gpu'] })];
    const result = matchJobs([job('a.2', { preferredRunnerId: 'r2' })], runners, [], NOW);
    expect(result.assignments).toEqual([{ taskId: 'a.2', runnerId: 'r2' }]);
  });

  it('waits for the preferred runner for a bounded time and then takes another', () => {
    const runners = [runner('r1'), runner('r2', { available: false })];
    const waiting = job('a.2', { preferredRunnerId: 'r2', waitingSince: NOW });
    expect(matchJobs([waiting], runners, [], NOW)).toEqual({
      assignments: [],
      nextAtMs: NOW + PREFERRED_WAIT_MS,
    });
    expect(matchJobs([waiting], runners, [], NOW + PREFERRED_WAIT_MS).assignments).toEqual([
      { taskId: 'a.2', runnerId: 'r1' },
    ]);
  });

  it('does not wait for a preferred runner that was removed or no longer fits', () => {
    const waiting = job('a.2', { preferredRunnerId: 'gone', waitingSince: NOW });
    expect(matchJobs([waiting], [runner('r1')], [], NOW).assignments).toHaveLength(1);
  });

  it('does not ask a runner that declined the job until its time is over', () => {
    const declined = job('a.1', { avoid: [{ runnerId: 'r1', untilMs: NOW + 5_000 }] });
    expect(matchJobs([declined], [runner('r1')], [], NOW)).toEqual({
      assignments: [],
      nextAtMs: NOW + 5_000,
    });
    expect(matchJobs([declined], [runner('r1')], [], NOW + 5_000).assignments).toHaveLength(1);
  });
});

describe('orderQueue', () => {
  it("puts every session's first job before any session's second", () => {
    const queue = [
      job('a.1', { enqueuedAt: NOW - 40 }),
      job('a.2', { enqueuedAt: NOW - 30 }),
      job('a.3', { enqueuedAt: NOW - 20 }),
      job('b.1', { enqueuedAt: NOW - 10 }),
    ];
    expect(orderQueue(queue, [], NOW).map(({ taskId }) => taskId)).toEqual(['a.1', 'b.1', 'a.2', 'a.3']);
  });

  it('counts the jobs that a session already runs', () => {
    const queue = [job('a.2', { enqueuedAt: NOW - 40 }), job('b.1', { enqueuedAt: NOW - 10 })];
    expect(orderQueue(queue, [lease('a.1', 'r1')], NOW).map(({ taskId }) => taskId)).toEqual(['b.1', 'a.2']);
  });

  it('lets a job that waited long go by age alone', () => {
    const queue = [job('a.2', { enqueuedAt: NOW - FAIR_WINDOW_MS }), job('b.1', { enqueuedAt: NOW - 10 })];
    expect(orderQueue(queue, [lease('a.1', 'r1')], NOW).map(({ taskId }) => taskId)).toEqual(['a.2', 'b.1']);
  });
});

const labelArb = fc.subarray(['gpu', 'linux', 'big']);
const runnersArb = fc.uniqueArray(
  fc.record({
    id: fc.constantFrom('r1', 'r2', 'r3', 'r4'),
    labels: labelArb,
    capacity: fc.integer({ min: 0, max: 3 }),
    available: fc.boolean(),
  }),
  { selector: ({ id }) => id },
);
const jobsArb = fc.uniqueArray(
  fc
    .record({
      session: fc.constantFrom('a', 'b', 'c', 'd'),
      number: fc.integer({ min: 1, max: 9 }),
      lock: fc.constantFrom('k1', 'k2', 'k3', 'k4', 'k5'),
      labels: labelArb,
      preferredRunnerId: fc.constantFrom(null, 'r1', 'r2', 'gone'),
      age: fc.integer({ min: 0, max: 2 * FAIR_WINDOW_MS }),
      avoided: fc.constantFrom(null, 'r1', 'r3'),
    })
    .map(({ session, number, lock, labels, preferredRunnerId, age, avoided }) =>
      job(`${session}.${number}`, {
        lockKey: lock,
        labels,
        preferredRunnerId,
        enqueuedAt: NOW - age,
        waitingSince: NOW - age,
        avoid: avoided === null ? [] : [{ runnerId: avoided, untilMs: NOW + 1 }],
      }),
    ),
  { selector: ({ taskId }) => taskId, maxLength: 20 },
);

describe('matchJobs, for any fleet and queue', () => {
  it('never gives two jobs one lock key, exceeds a capacity, misses a label or asks an avoided runner', () => {
    fc.assert(
      fc.property(jobsArb, runnersArb, fc.nat({ max: 5 }), (jobs, runners, leasedCount) => {
        const leased = jobs
          .slice(0, leasedCount)
          .filter(
            (candidate, index, all) =>
              all.findIndex(({ lockKey }) => lockKey === candidate.lockKey) === index,
          );
        const leases = leased.map((one) => ({ ...one, runnerId: 'r1', epoch: 1 }));
        const queue = jobs.slice(leasedCount);
        const { assignments } = matchJobs(queue, runners, leases, NOW);
        const all = [...leases, ...assignments.map((a) => ({ ...a, ...mustFind(queue, a.taskId) }))];
        expect(new Set(all.map(({ lockKey }) => lockKey)).size).toBe(all.length);
        for (const { taskId, runnerId } of assignments) {
          const given = mustFind(queue, taskId);
          const to = runners.find(({ id }) => id === runnerId);
          expect(to?.available).toBe(true);
          expect(given.labels.every((label) => to?.labels.includes(label))).toBe(true);
          expect(given.avoid.some((avoid) => avoid.runnerId === runnerId)).toBe(false);
          const held = all.filter((one) => one.runnerId === runnerId).length;
          expect(held).toBeLessThanOrEqual(to?.capacity ?? 0);
        }
      }),
    );
  });

  it('leaves no slot empty that a waiting job could use', () => {
    fc.assert(
      fc.property(jobsArb, runnersArb, (queue, runners) => {
        const { assignments } = matchJobs(queue, runners, [], NOW + PREFERRED_WAIT_MS + 2);
        const locked = new Set(assignments.map(({ taskId }) => mustFind(queue, taskId).lockKey));
        const open = runners.filter(
          ({ id, capacity, available }) =>
            available && assignments.filter(({ runnerId }) => runnerId === id).length < capacity,
        );
        const left = queue.filter(
          ({ taskId, lockKey }) =>
            !locked.has(lockKey) && !assignments.some((assignment) => assignment.taskId === taskId),
        );
        for (const one of left) {
          expect(open.filter(({ labels }) => one.labels.every((label) => labels.includes(label)))).toEqual(
            [],
          );
        }
      }),
    );
  });

  it('starves no job, however many new sessions arrive at each step', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 4 }), fc.integer({ min: 1, max: 3 }), (arrivals, capacity) => {
        const stepMs = 10_000;
        const old = job('old.2', { enqueuedAt: 0, waitingSince: 0, lockKey: 'own' });
        const forever: Lease[] = [lease('old.1', 'busy', { lockKey: 'other' })];
        let queue: QueuedJob[] = [old];
        for (let step = 0; step < 100; step += 1) {
          const nowMs = step * stepMs;
          for (let n = 0; n < arrivals; n += 1) {
            queue.push(job(`s${step}-${n}.1`, { enqueuedAt: nowMs, waitingSince: nowMs }));
          }
          const { assignments } = matchJobs(queue, [runner('r1', { capacity })], forever, nowMs);
          if (assignments.some(({ taskId }) => taskId === old.taskId)) return;
          // Every job takes one step, so all slots are free again at the next one.
          queue = queue.filter(({ taskId }) => !assignments.some((one) => one.taskId === taskId));
        }
        expect.unreachable('the old job was never matched');
      }),
    );
  });
});

function mustFind(queue: readonly QueuedJob[], taskId: string): QueuedJob {
  const found = queue.find((one) => one.taskId === taskId);
  if (found === undefined) throw new Error(`No job ${taskId}`);
  return found;
}
