import type { Job } from '../../protocol/job.ts';
import type { QueuedJob } from './fleet-state.ts';

/**
 * What a runner is bound to that a run of a workflow has started inside its own job. Whatever it says of itself, it
 * gets no other work: the machine is the workflow's, and what runs on it was not looked at by the account's admins.
 */
export type RunnerBound = {
  /** GitHub's id of the workflow's repository. */
  repositoryId: number;
  /** Nobody else has it; only tasks that ask for it are for this runner. */
  label: string;
  /** The run that made it, by the name of its keys. Only this run may lengthen its life. */
  run: string;
  /** It counts for nothing after this (ms since 1970). */
  until: number;
};

type Asked = Pick<QueuedJob, 'labels' | 'repositories'>;

/** Whether a runner may have a job: one that is bound gets what was asked of it, in its own repository alone. */
export function mayHave(bound: RunnerBound | undefined, { labels, repositories }: Asked): boolean {
  if (bound === undefined) return true;
  const [only, ...others] = repositories ?? [];
  return labels.includes(bound.label) && only === bound.repositoryId && others.length === 0;
}

export function isOver(bound: RunnerBound | undefined, nowMs: number): boolean {
  return bound !== undefined && bound.until <= nowMs;
}

/** GitHub's ids of all repositories that a job is given; a folder of a machine has none. */
export function repositoriesOf({ workspace, repositories = [] }: Job): number[] {
  const own = workspace.type === 'github' ? [workspace.repository.id] : [];
  return [...own, ...repositories.map(({ repository }) => repository.id)];
}
