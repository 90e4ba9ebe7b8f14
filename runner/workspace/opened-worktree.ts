import type { GitContext } from '../git/git-repository.ts';
import type { TaskName } from '../git/keep-state.ts';
import type { WorktreePlace } from '../git/link-worktree.ts';
import type { WorkTree } from '../git/work-tree.ts';
import type { WorkspaceRecord } from './workspace-record.ts';

/** A filled worktree and the task that uses it. */
export type OpenedWorktree = {
  context: GitContext;
  work: WorkTree;
  place: WorktreePlace;
  task: TaskName;
  branch: string;
  /** The commit the task started from. */
  head: string;
  trustedFrom: string | null;
  /** What was written to the folder when it was new, until the first checkpoint. */
  writtenTree: string | null;
  save: (change: Partial<WorkspaceRecord>) => Promise<void>;
  nowMs: number;
};
