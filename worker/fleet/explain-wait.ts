import { ConcurrencyGroups } from './concurrency-groups.ts';
import type { Lease, QueuedJob } from './fleet-state.ts';
import { fitsRunner, type MatchRunner, PREFERRED_WAIT_MS } from './match-jobs.ts';

export type NamedRunner = MatchRunner & {
  name: string;
  /** It is there, and takes no new jobs. */
  drains: boolean;
};

/** More would only repeat what the first ones say. */
const MAX_REASONS = 3;

/** Says, for people, why a queued job has no runner yet. */
export function explainWait(
  job: QueuedJob,
  runners: readonly NamedRunner[],
  leases: readonly Lease[],
  nowMs: number,
): string {
  if (runners.length === 0) return 'No runner is registered. Add one under "Runners".';
  const fitting = runners.filter((runner) => fitsRunner(job, runner));
  const labels = job.labels.map((label) => `"${label}"`).join(', ');
  if (fitting.length === 0) return `No runner has the labels ${labels}.`;
  if (leases.some((lease) => lease.lockKey === job.lockKey)) {
    return 'Another task works in the same workspace.';
  }
  const full = new ConcurrencyGroups(leases).fullFor(job);
  if (full !== null) {
    const tasks = full.working === 1 ? 'one task' : `${full.working} tasks`;
    return `Its group "${full.group}" has ${tasks} at work; no more run at one time.`;
  }
  const preferred = fitting.find((runner) => runner.id === job.preferredRunnerId);
  if (preferred !== undefined && nowMs < job.waitingSince + PREFERRED_WAIT_MS) {
    return `Waiting for runner "${preferred.name}", which has the work so far.`;
  }
  const online = fitting.filter((runner) => runner.available);
  if (online.length === 0 && fitting.some((runner) => runner.drains)) {
    return labels === ''
      ? 'Every runner that is online drains: it takes no new jobs.'
      : `Every runner with the labels ${labels} that is online drains: it takes no new jobs.`;
  }
  if (online.length === 0) {
    return labels === '' ? 'No runner is online.' : `No runner with the labels ${labels} is online.`;
  }
  const declined = online.map((runner) => ({ runner, why: whyDeclined(job, runner, nowMs) }));
  if (declined.every(({ why }) => why !== null)) {
    const said = declined.flatMap(({ runner, why }) => (why === '' ? [] : [`"${runner.name}": ${why}`]));
    const shown = said.slice(0, MAX_REASONS).join(' ');
    return `Every fitting runner declined it; they are asked again.${shown === '' ? '' : ` ${shown}`}`;
  }
  return 'Every fitting runner is busy.';
}

/** Null when the runner may be asked; empty when it gave no reason. */
function whyDeclined(job: QueuedJob, { id }: MatchRunner, nowMs: number): string | null {
  const declined = job.avoid.find(({ runnerId, untilMs }) => runnerId === id && untilMs > nowMs);
  return declined === undefined ? null : (declined.message ?? '');
}
