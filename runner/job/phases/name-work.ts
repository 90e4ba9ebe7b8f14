import { createHash } from 'node:crypto';
import type { RunnerEvent } from '../../../protocol/events.ts';
import type { Captured, CapturedSide, SideWorkspace } from '../../workspace/workspace-types.ts';
import type { JobContext } from '../job-context.ts';

/** Work as people decide about it. */
export type NamedWork = {
  /** Names all of it exactly: the tree, or a digest of every repository's tree. */
  name: string;
  /** Of the repository that the session works in. */
  tree: string;
  /** Something was changed in that one. */
  changed: boolean;
  /** The other repositories in which something was changed. */
  sides: CapturedSide[];
};

type Trees = NonNullable<Extract<RunnerEvent, { type: 'work.captured' }>['trees']>;

/** Trees of all repositories that are written to, the session's own first; null where there is only that one. */
export function treesOf({ job }: Pick<JobContext, 'job'>, { tree, sides = [] }: Captured): Trees | null {
  if (sides.length === 0 || job.workspace.type !== 'github') return null;
  const others = sides.map(({ side, captured }) => ({
    repositoryId: side.repository.id,
    tree: captured.tree,
  }));
  return [{ repositoryId: job.workspace.repository.id, tree: tree ?? '' }, ...others];
}

/** What an approval is bound to: of several trees, one name that changes with each of them. */
export function nameOfTrees(trees: Trees): string {
  const lines = trees.map(({ repositoryId, tree }) => `${repositoryId} ${tree}\n`);
  return createHash('sha1').update(lines.join('')).digest('hex');
}

export function nameWork(context: Pick<JobContext, 'job'>, captured: Captured): NamedWork {
  const tree = captured.tree ?? '';
  const trees = treesOf(context, captured);
  const sides = (captured.sides ?? []).filter((side) => side.captured.changed);
  return { name: trees === null ? tree : nameOfTrees(trees), tree, changed: captured.changed, sides };
}

export const fullName = ({ repository }: Pick<SideWorkspace, 'repository'>): string =>
  `${repository.owner}/${repository.name}`;

/** Which repository an event is about. */
export const eventOf = (side: SideWorkspace): { repositoryId: number; repository: string } => ({
  repositoryId: side.repository.id,
  repository: fullName(side),
});
