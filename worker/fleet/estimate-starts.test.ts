import { describe, expect, it } from 'vitest';
import { type EstimateInput, estimateStarts } from './estimate-starts.ts';
import { job, lease, NOW, runner } from './testing/make-queued-job.ts';

const MINUTE_MS = 60_000;
const TOOK_MS = 10 * MINUTE_MS;

function starts(over: Partial<EstimateInput>): Record<string, number | null> {
  const usual = () => ({ durationMs: TOOK_MS, basedOn: 4 });
  const estimates = estimateStarts({ ordered: [], runners: [], leases: [], usual, nowMs: NOW, ...over });
  return Object.fromEntries(
    [...estimates].map(([taskId, { startsAt }]) => [
      taskId,
      startsAt === null ? null : (startsAt - NOW) / MINUTE_MS,
    ]),
  );
}

describe('estimateStarts', () => {
  it('says when each job is likely to start, what it takes, and from how many jobs that is known', () => {
    const usual = (project: string) => (project === 'slow' ? { durationMs: 90_000, basedOn: 7 } : null);
    const ordered = [job('a.1', { project: 'slow' }), job('b.1', { project: 'unknown' })];
    const estimates = estimateStarts({ ordered, runners: [runner('r1')], leases: [], usual, nowMs: NOW });
    expect([...estimates]).toEqual([['a.1', { startsAt: NOW, durationMs: 90_000, basedOn: 7 }]]);
  });

  it('lets jobs follow each other on the runners that there are', () => {
    const ordered = [job('a.1'), job('b.1'), job('c.1'), job('d.1'), job('e.1')];
    expect(starts({ ordered, runners: [runner('r1', { capacity: 2 })] })).toEqual({
      'a.1': 0,
      'b.1': 0,
      'c.1': 10,
      'd.1': 10,
      'e.1': 20,
    });
  });

  it('counts what is at work from its start, and takes an overdue job to go on for a while', () => {
    const runners = [runner('r1', { capacity: 2 })];
    const leases = [
      lease('x.1', 'r1', { leasedAt: NOW - 4 * MINUTE_MS }),
      lease('y.1', 'r1', { leasedAt: NOW - 60 * MINUTE_MS }),
    ];
    expect(starts({ ordered: [job('a.1'), job('b.1')], runners, leases })).toEqual({ 'a.1': 2.5, 'b.1': 6 });
  });

  it('waits for a workspace, and for a concurrency group with no room', () => {
    const concurrency = { group: 'deploy', limit: 1 };
    const runners = [runner('r1', { capacity: 9 })];
    const leases = [lease('a.1', 'r1', { leasedAt: NOW - 4 * MINUTE_MS, concurrency })];
    const ordered = [job('a.2'), job('b.1', { concurrency }), job('c.1', { concurrency }), job('d.1')];
    expect(starts({ ordered, runners, leases })).toEqual({ 'a.2': 6, 'b.1': 6, 'c.1': 16, 'd.1': 0 });
  });

  it('knows no start of a job that no runner would take', () => {
    const runners = [runner('r1'), runner('r2', { labels: ['gpu'], available: false })];
    expect(starts({ ordered: [job('a.1', { labels: ['gpu'] }), job('b.1')], runners })).toEqual({
      'a.1': null,
      'b.1': 0,
    });
  });
});
