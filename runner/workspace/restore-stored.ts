import type { Checkpoint, SideState } from '../../protocol/checkpoint.ts';
import { splitTaskId } from '../../protocol/ids.ts';
import { succeeded } from '../git/git-failed-error.ts';
import { type GitCommand, type GitContext, inControl, inRepository } from '../git/git-repository.ts';
import { type Kept, keepRescue, rescueRef, startRef, type TaskName } from '../git/keep-state.ts';
import { isLinked, type WorktreePlace } from '../git/link-worktree.ts';
import { branchRef, isAncestor, treeOf, updateRefs } from '../git/refs.ts';
import type { WorkTree } from '../git/work-tree.ts';
import { dressTree } from './dress-tree.ts';
import type { ProjectSource } from './project-source.ts';
import { keepNow } from './restore-checkpoint.ts';
import type { WorkspaceRecord } from './workspace-record.ts';

/** A session's stored state as it was fetched. */
export type StoredWork = {
  checkpoint: Checkpoint;
  /** The bundle's file. */
  bundle: string;
  /** Puts the rest, Claude's transcript, in its place. Called before anything says that the state is restored. */
  settle: () => Promise<void>;
  /** The state of the session's other repositories, each with its bundle's file. */
  sides?: readonly { state: SideState; bundle: string }[];
};

export type Restoring = {
  context: GitContext;
  source: ProjectSource;
  place: WorktreePlace;
  work: WorkTree;
  task: TaskName;
  record: WorkspaceRecord;
  save: (change: Partial<WorkspaceRecord>) => Promise<void>;
  /** Gets a commit that the server has under no ref that was fetched. */
  fetchCommit: (sha: string) => Promise<void>;
  epoch: number;
  nowMs: number;
};

/**
 * Makes the repository and the session's record such as if the folder had been here and a crash had left it half
 * written; filling then finishes it. What this machine has of the session from before is kept as a rescue first. Can
 * be repeated after a crash at any point. @throws GitFailedError
 */
export async function restoreStored(
  restoring: Restoring,
  { checkpoint, bundle, settle }: StoredWork,
): Promise<{ source: ProjectSource; record: WorkspaceRecord; rescue: Kept | null }> {
  const { context, source, task, save, epoch } = restoring;
  const git = inControl(context, source.repository);
  const refs = inRepository(context, source.repository);
  for (const sha of checkpoint.needs) {
    if (!(await hasCommit(git, sha))) await restoring.fetchCommit(sha);
  }
  succeeded(await git(['bundle', 'unbundle', bundle]));
  const tree = await dressTree(git, await treeOf(git, checkpoint.work), source.trustedFrom);
  const rescue = await keepOwn(restoring, checkpoint.tip);
  const { taskNumber } = splitTaskId(checkpoint.taskId);
  await updateRefs(refs, [
    { ref: branchRef(source.branch), to: checkpoint.tip },
    ...(taskNumber === task.taskNumber ? [{ ref: startRef(task), to: checkpoint.start }] : []),
  ]);
  await settle();
  const record: WorkspaceRecord = {
    ...restoring.record,
    filled: true,
    target: { tree, commit: checkpoint.tip },
    trustedFrom: source.trustedFrom,
    lastAttempt: { taskNumber: task.taskNumber, epoch },
    restoredFrom: checkpoint.id,
  };
  await save(record);
  return { source: { ...source, localTip: checkpoint.tip }, record, rescue };
}

/** What this machine alone has: a folder with older work, or commits of a branch whose folder is gone. */
async function keepOwn(restoring: Restoring, storedTip: string): Promise<Kept | null> {
  const { context, source, place, work, task, record, save, nowMs } = restoring;
  const { localTip, branch } = source;
  if (localTip === null) return null;
  const git = inControl(context, source.repository);
  if (record.filled && (await isLinked(place))) {
    const { trustedFrom } = record;
    const opened = { context, work, place, task, branch, head: localTip, trustedFrom, writtenTree: null };
    return keepNow({ ...opened, serverCommits: [], save, nowMs }, 'rescue');
  }
  if (await isAncestor(git, localTip, storedTip)) return null;
  const state = { ref: rescueRef(task), tree: await treeOf(git, localTip), parent: localTip, nowMs };
  return keepRescue({ objects: git, refs: inRepository(context, source.repository) }, state);
}

async function hasCommit(git: GitCommand, sha: string): Promise<boolean> {
  return (await git(['cat-file', '-e', `${sha}^{commit}`])).ok;
}
