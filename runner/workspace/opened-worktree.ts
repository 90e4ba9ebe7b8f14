import { join } from 'node:path';
import type { GitContext, GitRepository } from '../git/git-repository.ts';
import type { TaskName } from '../git/keep-state.ts';
import { adminDir, type WorktreePlace } from '../git/link-worktree.ts';
import type { WorkTree } from '../git/work-tree.ts';
import type { ProjectSource } from './project-source.ts';
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
  /** Commits that the server had when the task began; a bundle can build on them. */
  serverCommits: readonly string[];
  /** What was written to the folder when it was new, until the first checkpoint. */
  writtenTree: string | null;
  save: (change: Partial<WorkspaceRecord>) => Promise<void>;
  nowMs: number;
};

export function placeIn(
  { commonDir }: GitRepository,
  { sessionId, folder }: { sessionId: string; folder: string },
): WorktreePlace {
  return { commonDir, folder, sessionId };
}

/** @param dressed see `WorkTree.dressed` */
export function workAt(place: WorktreePlace, repository: GitRepository, dressed: boolean): WorkTree {
  const { folder, sessionId } = place;
  const indexFile = join(adminDir(place), 'index');
  return {
    repository,
    folder,
    indexFile,
    scratchIndex: join(repository.controlDir, `index-${sessionId}`),
    dressed,
  };
}

/** What follows from a project's source for one session in it. */
export function partsIn(
  source: ProjectSource,
  session: TaskName & { folder: string },
): Pick<OpenedWorktree, 'work' | 'place' | 'task' | 'branch' | 'trustedFrom' | 'serverCommits'> {
  const { repository, branch, trustedFrom, base, remoteTip, firstStart } = source;
  const { sessionId, taskNumber } = session;
  const place = placeIn(repository, session);
  const work = workAt(place, repository, trustedFrom !== null);
  const serverCommits = [...new Set([base, remoteTip ?? base, firstStart])];
  return { work, place, task: { sessionId, taskNumber }, branch, trustedFrom, serverCommits };
}
