import type { JobContext } from '../job-context.ts';
import type { JobEnd } from '../job-end.ts';
import type { Rejection } from '../reject-order.ts';
import type { Prepared } from './prepare-workspace.ts';
import { putBack } from './put-back.ts';

/** Writes down that the order has come, before anything is done about it: from then on the journal knows it. */
export function noteRejection({ emit }: Pick<JobContext, 'emit'>, rejection: Rejection): void {
  const { commandId, by, reason, again, messageId } = rejection;
  emit({ type: 'work.rejected', commandId, by, reason, again, messageId });
  emit({ type: 'command.taken', commandId });
}

/**
 * Somebody rejected the work and has Claude try again: the folder is put back, and the reason waits for Claude's next
 * turn.
 *
 * @param isReverted an earlier life has put the folder back
 * @returns null: Claude goes on
 */
export async function reworkWork(
  context: JobContext,
  { workspace }: Prepared,
  rejection: Rejection,
  isReverted: boolean,
): Promise<JobEnd | null> {
  const { commandId, messageId, by, reason } = rejection;
  if (!isReverted) {
    const result = await putBack(context, workspace);
    if (!result.ok) return { type: 'failed', failure: result.failure };
  }
  context.messages.add({
    commandId,
    messageId: messageId ?? '',
    author: by,
    text: reason ?? '',
    rejects: true,
  });
  return null;
}
