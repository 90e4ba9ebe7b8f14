import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { PRIORITIES } from '../../protocol/task-options.ts';
import type { Lease, QueuedJob } from './fleet-state.ts';
import { matchJobs } from './match-jobs.ts';
import { FAIR_WINDOW_MS, orderQueue, RAISE_AFTER_MS } from './order-queue.ts';
import { job, lease, NOW, runner } from './testing/make-queued-job.ts';

const MINUTE_MS = 60_000;
const ids = (
  queue: readonly QueuedJob[],
  leases: readonly Lease[] = [],
  grants: Record<string, number> = {},
) => orderQueue(queue, leases, new Map(Object.entries(grants)), NOW).map(({ taskId }) => taskId);

describe('orderQueue', () => {
  it("puts everybody's first job before anybody's second", () => {
    const mona = { requester: 'mona' };
    const queue = [
      job('a.1', { ...mona, enqueuedAt: NOW - 40 }),
      job('b.1', { ...mona, enqueuedAt: NOW - 30 }),
      job('c.1', { ...mona, enqueuedAt: NOW - 20 }),
      job('d.1', { requester: 'hubot', enqueuedAt: NOW - 10 }),
    ];
    expect(ids(queue)).toEqual(['a.1', 'd.1', 'b.1', 'c.1']);
  });

  it("takes turns across one person's sessions, the first job of each before any second", () => {
    const mona = { requester: 'mona' };
    const queue = [
      job('a.1', { ...mona, enqueuedAt: NOW - 40 }),
      job('a.2', { ...mona, enqueuedAt: NOW - 30 }),
      job('b.1', { ...mona, enqueuedAt: NOW - 10 }),
    ];
    expect(ids(queue)).toEqual(['a.1', 'b.1', 'a.2']);
  });

  it('counts the jobs that a person and a session have at work', () => {
    const queue = [
      job('a.2', { requester: 'mona', enqueuedAt: NOW - 40 }),
      job('b.1', { requester: 'mona', enqueuedAt: NOW - 30 }),
      job('c.1', { requester: 'hubot', enqueuedAt: NOW - 10 }),
    ];
    expect(ids(queue, [lease('a.1', 'r1', { requester: 'mona' })])).toEqual(['c.1', 'b.1', 'a.2']);
  });

  it('lets whoever was served last wait for the others, although his jobs are older', () => {
    const queue = [
      job('a.1', { requester: 'mona', enqueuedAt: NOW - 60 * MINUTE_MS, priority: 'high' }),
      job('b.1', { requester: 'hubot', enqueuedAt: NOW - MINUTE_MS, priority: 'high' }),
    ];
    expect(ids(queue)).toEqual(['a.1', 'b.1']);
    expect(ids(queue, [], { mona: NOW - 10 })).toEqual(['b.1', 'a.1']);
  });

  it('looks at jobs of a higher priority first, and at older ones of the same', () => {
    const queue = [
      job('a.1', { priority: 'low', enqueuedAt: NOW - 40 }),
      job('b.1', { enqueuedAt: NOW - 30 }),
      job('c.1', { priority: 'high', enqueuedAt: NOW - 20 }),
      job('d.1', { priority: 'high', enqueuedAt: NOW - 10 }),
    ];
    expect(ids(queue)).toEqual(['c.1', 'd.1', 'b.1', 'a.1']);
  });

  it('raises the priority of what has waited', () => {
    const queue = [
      job('a.1', { priority: 'low', enqueuedAt: NOW - 2 * RAISE_AFTER_MS }),
      job('b.1', { priority: 'normal', enqueuedAt: NOW - RAISE_AFTER_MS }),
      job('c.1', { priority: 'high', enqueuedAt: NOW - 10 }),
    ];
    expect(ids(queue)).toEqual(['a.1', 'b.1', 'c.1']);
  });

  it('no longer puts a person behind others for a long task of his', () => {
    const queue = [
      job('a.2', { requester: 'mona', enqueuedAt: NOW - FAIR_WINDOW_MS }),
      job('b.1', { requester: 'hubot', enqueuedAt: NOW - 10 }),
    ];
    expect(ids(queue, [lease('a.1', 'r1', { requester: 'mona' })])).toEqual(['a.2', 'b.1']);
  });
});

describe('orderQueue, as runners come free', () => {
  it('gives two people the same number of runners, however many jobs one of them queued before', () => {
    const waiting = [
      ...Array.from({ length: 100 }, (_, n) => job(`m${n}.1`, { requester: 'mona', enqueuedAt: n })),
      ...Array.from({ length: 20 }, (_, n) => job(`h${n}.1`, { requester: 'hubot', enqueuedAt: 200 })),
    ];
    const given = workOff(waiting, { steps: 40, stepMs: 10 * MINUTE_MS, startMs: 60_000 });
    expect(given.filter((one) => one.startsWith('h'))).toHaveLength(20);
  });

  it('starves no job, whatever its priority and however many people come with more urgent ones', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 4 }),
        fc.integer({ min: 1, max: 3 }),
        fc.constantFrom(...PRIORITIES),
        (arrivals, capacity, priority) => {
          const stepMs = MINUTE_MS;
          const old = job('old.2', { enqueuedAt: 0, waitingSince: 0, lockKey: 'own', priority });
          const forever: Lease[] = [lease('old.1', 'busy', { lockKey: 'other' })];
          let queue: QueuedJob[] = [old];
          for (let step = 0; step < 60; step += 1) {
            const nowMs = step * stepMs;
            for (let n = 0; n < arrivals; n += 1) {
              const fields = { enqueuedAt: nowMs, waitingSince: nowMs, priority: 'high' as const };
              queue.push(job(`s${step}-${n}.1`, fields));
            }
            const { assignments } = matchJobs(queue, [runner('r1', { capacity })], forever, nowMs);
            if (assignments.some(({ taskId }) => taskId === old.taskId)) return;
            // Every job takes one step, so all slots are free again at the next one.
            queue = queue.filter(({ taskId }) => !assignments.some((one) => one.taskId === taskId));
          }
          expect.unreachable('the old job was never matched');
        },
      ),
    );
  });
});

/** One runner with one place; each job takes one step. @returns the jobs in the order in which they were given. */
function workOff(
  waiting: readonly QueuedJob[],
  { steps, stepMs, startMs }: { steps: number; stepMs: number; startMs: number },
): string[] {
  const grants = new Map<string, number>();
  const given: string[] = [];
  let queue = [...waiting];
  for (let step = 0; step < steps; step += 1) {
    const nowMs = startMs + step * stepMs;
    const [next] = matchJobs(queue, [runner('r1')], [], nowMs, grants).assignments;
    const taken = queue.find(({ taskId }) => taskId === next?.taskId);
    if (taken === undefined) break;
    grants.set(taken.requester, nowMs);
    given.push(taken.taskId);
    queue = queue.filter((one) => one !== taken);
  }
  return given;
}
