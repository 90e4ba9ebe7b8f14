import { captureWork } from '../git/capture-work.ts';
import { type GitContext, inControl, inRepository } from '../git/git-repository.ts';
import { type Kept, keepRescue, rescueRef, startRef } from '../git/keep-state.ts';
import { isLinked } from '../git/link-worktree.ts';
import { branchRef, readRef, treeOf } from '../git/refs.ts';
import { dressTree } from './dress-tree.ts';
import { placeIn, workAt } from './opened-worktree.ts';
import type { WorkspaceRecord } from './workspace-record.ts';

/**
 * Keeps what a task left in its folder whose runner crashed and whose job somebody else has now. Nothing is fetched.
 * Null where the task had done nothing, or the folder was not even full. @throws GitFailedError
 */
export async function rescueLeft(
  context: GitContext,
  record: WorkspaceRecord,
  taskNumber: number,
  nowMs: number,
): Promise<Kept | null> {
  const { commonDir, controlDir, sessionId, branch, trustedFrom } = record;
  const repository = { commonDir, controlDir };
  const place = placeIn(repository, record);
  if (!record.filled || record.target !== null || !(await isLinked(place))) return null;
  const refs = inRepository(context, repository);
  const objects = inControl(context, repository);
  const tip = await readRef(refs, branchRef(branch));
  if (tip === null) return null;
  const tipTree = await treeOf(objects, tip);
  const work = workAt(place, repository, trustedFrom !== null);
  const { tree } = await captureWork(context, work, tipTree);
  const task = { sessionId, taskNumber };
  const isUntouched = tree === (await dressTree(objects, tipTree, trustedFrom));
  if (isUntouched && tip === (await readRef(refs, startRef(task)))) return null;
  return keepRescue({ objects, refs }, { ref: rescueRef(task), tree, parent: tip, nowMs });
}
