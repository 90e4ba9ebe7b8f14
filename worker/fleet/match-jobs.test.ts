import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { PRIORITIES } from '../../protocol/task-options.ts';
import type { Lease, QueuedJob } from './fleet-state.ts';
import { matchJobs, PREFERRED_WAIT_MS } from './match-jobs.ts';
import { FAIR_WINDOW_MS } from './order-queue.ts';
import { job, lease, NOW, runner } from './testing/make-queued-job.ts';

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

  it('gives no more jobs of a concurrency group than the lowest limit of those at work, and its own', () => {
    const of = (limit: number) => ({ concurrency: { group: 'deploy', limit } });
    const room = [runner('r1', { capacity: 9 })];
    const queue = [job('a.1', of(2)), job('b.1', of(2)), job('c.1', of(2)), job('d.1')];
    const given = (leases: Lease[]) =>
      matchJobs(queue, room, leases, NOW).assignments.map((one) => one.taskId);
    expect(given([])).toEqual(['a.1', 'b.1', 'd.1']);
    expect(given([lease('e.1', 'r1', of(9))])).toEqual(['a.1', 'd.1']);
    expect(given([lease('e.1', 'r1', of(1))])).toEqual(['d.1']);
    expect(given([lease('e.1', 'r1', { concurrency: { group: 'other', limit: 1 } })])).toEqual([
      'a.1',
      'b.1',
      'd.1',
    ]);
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
      requester: fc.constantFrom('mona', 'hubot'),
      priority: fc.constantFrom(...PRIORITIES),
      group: fc.constantFrom(null, 'g1', 'g2'),
    })
    .map(({ session, number, lock, labels, preferredRunnerId, age, avoided, requester, priority, group }) =>
      job(`${session}.${number}`, {
        lockKey: lock,
        requester,
        priority,
        concurrency: group === null ? null : { group, limit: 2 },
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
  it('never gives two jobs one lock key, exceeds a capacity or a group, misses a label or asks an avoided runner', () => {
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
        for (const group of ['g1', 'g2']) {
          const before = leases.filter(({ concurrency }) => concurrency?.group === group).length;
          const working = all.filter(({ concurrency }) => concurrency?.group === group).length;
          expect(working).toBeLessThanOrEqual(Math.max(before, 2));
        }
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
        const fullGroups = new Set(
          ['g1', 'g2'].filter(
            (group) =>
              assignments.filter(({ taskId }) => mustFind(queue, taskId).concurrency?.group === group)
                .length >= 2,
          ),
        );
        const open = runners.filter(
          ({ id, capacity, available }) =>
            available && assignments.filter(({ runnerId }) => runnerId === id).length < capacity,
        );
        const left = queue.filter(
          ({ taskId, lockKey, concurrency }) =>
            !locked.has(lockKey) &&
            !fullGroups.has(concurrency?.group ?? '') &&
            !assignments.some((assignment) => assignment.taskId === taskId),
        );
        for (const one of left) {
          expect(open.filter(({ labels }) => one.labels.every((label) => labels.includes(label)))).toEqual(
            [],
          );
        }
      }),
    );
  });
});

function mustFind(queue: readonly QueuedJob[], taskId: string): QueuedJob {
  const found = queue.find((one) => one.taskId === taskId);
  if (found === undefined) throw new Error(`No job ${taskId}`);
  return found;
}
