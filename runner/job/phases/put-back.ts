import type { SessionWorkspace, WorkspaceFailure } from '../../workspace/workspace-types.ts';
import type { JobContext } from '../job-context.ts';
import { emitSidesRescued } from './emit-sides.ts';

export type PutBack = { ok: true; to: string | null; rescueRef: string | null } | WorkspaceFailure;

/**
 * Puts the folder back to what it was before a task and says where its work is kept.
 *
 * @param taskNumber of the session; this one where it is left out
 */
export async function putBack(
  { emit, log }: Pick<JobContext, 'emit' | 'log'>,
  workspace: SessionWorkspace,
  taskNumber?: number,
): Promise<PutBack> {
  const reverted = await workspace.revert(taskNumber);
  if (!reverted.ok) {
    log.error({ failure: reverted.failure }, 'job.not_put_back');
    const text = `The folder could not be put back: ${reverted.failure.message}`;
    emit({ type: 'notice', level: 'error', text: text.slice(0, 4_000) });
    return reverted;
  }
  const { rescue, to } = reverted;
  emitSidesRescued({ emit }, reverted);
  if (rescue !== null) emit({ type: 'rescue.made', ref: rescue.ref, sha: rescue.sha });
  if (to === null) {
    const text = 'The folder is too big to keep states of it: what was rejected is still in it.';
    emit({ type: 'notice', level: 'warning', text });
  } else {
    emit({ type: 'work.reverted', to, rescueRef: rescue?.ref ?? null });
  }
  return { ok: true, to, rescueRef: rescue?.ref ?? null };
}
