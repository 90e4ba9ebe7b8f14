import type { Kept } from '../git/keep-state.ts';
import type { ProjectSource } from './project-source.ts';
import { type Restoring, restoreStored } from './restore-stored.ts';
import type { WorkspaceRecord } from './workspace-record.ts';
import type { FillOptions } from './workspace-types.ts';
import type { WorktreeParts } from './worktree-parts.ts';
import type { WorktreeState } from './worktree-state.ts';

type Beginning = Pick<Restoring, 'context' | 'place' | 'work' | 'task' | 'save' | 'nowMs' | 'source'>;

/** What filling starts from: what is here, or another machine's state that takes its place. */
export async function beginFilling(
  { access }: Pick<WorktreeParts, 'access'>,
  state: WorktreeState,
  common: Beginning,
  { stored, epoch = 0, getToken, signal }: FillOptions,
): Promise<{ source: ProjectSource; record: WorkspaceRecord; rescue: Kept | null }> {
  const { source, task } = common;
  const before = state.recordFor(source);
  if (stored === undefined || before.restoredFrom === stored.checkpoint.id) {
    const lastAttempt = { taskNumber: task.taskNumber, epoch };
    return { source, record: await state.saved({ ...before, lastAttempt }), rescue: null };
  }
  const record = await state.saved(before);
  const fetchCommit = async (sha: string): Promise<void> => access.server?.fetchCommit(sha, getToken, signal);
  return restoreStored({ ...common, record, fetchCommit, epoch }, stored);
}
