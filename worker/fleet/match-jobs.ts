import type { RunnerId, TaskId } from '../../protocol/ids.ts';
import { LEASE_MS } from '../../protocol/limits.ts';
import { ConcurrencyGroups } from './concurrency-groups.ts';
import type { Lease, QueuedJob } from './fleet-state.ts';
import { type LastGrants, orderQueue } from './order-queue.ts';
import { mayHave, type RunnerBound } from './runner-bound.ts';

/**
 * How long a job waits for the runner that has its worktree and transcript, counted from its last sign of life. A
 * restarted program is back by then. As long as a lease, so that a job whose lease ran out goes to another runner at
 * once: that one has the stored checkpoint.
 */
export const PREFERRED_WAIT_MS = LEASE_MS;

/** A runner as the matcher looks at it. */
export type MatchRunner = {
  id: RunnerId;
  labels: readonly string[];
  capacity: number;
  /** Its control socket answered lately and it does not drain. */
  available: boolean;
  /** Set where it may have a few jobs only. */
  bound?: RunnerBound | undefined;
};

export type MatchResult = {
  assignments: { taskId: TaskId; runnerId: RunnerId }[];
  /** When time alone may change the answer (ms since 1970); null when it can't. */
  nextAtMs: number | null;
};

/**
 * Gives queued jobs to runners: labels are a subset of the runner's, capacity is kept, one job a lock key, no more of a
 * concurrency group than it takes, the preferred runner first and waited for up to `PREFERRED_WAIT_MS`.
 */
export function matchJobs(
  queue: readonly QueuedJob[],
  runners: readonly MatchRunner[],
  leases: readonly Lease[],
  nowMs: number,
  lastGrants: LastGrants = new Map(),
): MatchResult {
  const free = freeSlots(runners, leases);
  const locked = new Set(leases.map((lease) => lease.lockKey));
  const groups = new ConcurrencyGroups(leases);
  const assignments: MatchResult['assignments'] = [];
  let slots = [...free.values()].reduce((sum, count) => sum + count, 0);
  let nextAtMs: number | null = null;
  // A full fleet is the common case of a long queue: then there is nothing to sort.
  if (slots === 0) return { assignments, nextAtMs };
  for (const job of orderQueue(queue, leases, lastGrants, nowMs)) {
    if (slots === 0) break;
    if (locked.has(job.lockKey) || groups.fullFor(job) !== null) continue;
    const choice = chooseRunner(job, runners, free, nowMs);
    if (choice.status === 'wait') {
      if (choice.untilMs !== null) nextAtMs = Math.min(nextAtMs ?? choice.untilMs, choice.untilMs);
      continue;
    }
    assignments.push({ taskId: job.taskId, runnerId: choice.runnerId });
    free.set(choice.runnerId, (free.get(choice.runnerId) ?? 0) - 1);
    locked.add(job.lockKey);
    groups.add(job);
    slots -= 1;
  }
  return { assignments, nextAtMs };
}

/** Whether a job is one for this runner: it has its labels, and is not bound to other work. */
export function fitsRunner(
  job: Pick<QueuedJob, 'labels' | 'repositories'>,
  runner: Pick<MatchRunner, 'labels' | 'bound'>,
): boolean {
  return job.labels.every((label) => runner.labels.includes(label)) && mayHave(runner.bound, job);
}

function freeSlots(runners: readonly MatchRunner[], leases: readonly Lease[]): Map<RunnerId, number> {
  const used = new Map<RunnerId, number>();
  for (const lease of leases) used.set(lease.runnerId, (used.get(lease.runnerId) ?? 0) + 1);
  return new Map(
    runners.map(({ id, capacity, available }) => [
      id,
      available ? Math.max(0, capacity - (used.get(id) ?? 0)) : 0,
    ]),
  );
}

type Choice = { status: 'chosen'; runnerId: RunnerId } | { status: 'wait'; untilMs: number | null };

function chooseRunner(
  job: QueuedJob,
  runners: readonly MatchRunner[],
  free: ReadonlyMap<RunnerId, number>,
  nowMs: number,
): Choice {
  const avoided = job.avoid.filter(({ untilMs }) => untilMs > nowMs);
  const fitting = runners.filter((runner) => fitsRunner(job, runner));
  const open = fitting.filter(
    (runner) => (free.get(runner.id) ?? 0) > 0 && !avoided.some(({ runnerId }) => runnerId === runner.id),
  );
  if (open.some((runner) => runner.id === job.preferredRunnerId) && job.preferredRunnerId !== null) {
    return { status: 'chosen', runnerId: job.preferredRunnerId };
  }
  const waitUntilMs = job.waitingSince + PREFERRED_WAIT_MS;
  const waits = fitting.some((runner) => runner.id === job.preferredRunnerId) && nowMs < waitUntilMs;
  const best = waits
    ? undefined
    : open.reduce<MatchRunner | undefined>((a, b) => better(a, b, free), undefined);
  if (best !== undefined) return { status: 'chosen', runnerId: best.id };
  const times = avoided.map(({ untilMs }) => untilMs);
  if (waits && open.length > 0) times.push(waitUntilMs);
  return { status: 'wait', untilMs: times.length === 0 ? null : Math.min(...times) };
}

/** The runner with the fewest labels (special ones stay free for special jobs), then the one with most room. */
function better(
  a: MatchRunner | undefined,
  b: MatchRunner,
  free: ReadonlyMap<RunnerId, number>,
): MatchRunner {
  if (a === undefined) return b;
  const order =
    a.labels.length - b.labels.length ||
    (free.get(b.id) ?? 0) - (free.get(a.id) ?? 0) ||
    (a.id < b.id ? -1 : 1);
  return order <= 0 ? a : b;
}
