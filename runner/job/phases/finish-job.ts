import type { ClaudeConversation } from '../../claude/driver.ts';
import type { SessionWorkspace } from '../../workspace/workspace-types.ts';
import type { JobContext } from '../job-context.ts';
import type { JobEnd } from '../job-end.ts';
import { needsRescue, outcomeOf } from '../job-end.ts';

export type Held = {
  workspace: SessionWorkspace | null;
  conversation: ClaudeConversation | null;
  /** Ends after the job's last event, but before the job counts as over. */
  afterwards: Promise<void>[];
};

/**
 * Ends a job: Claude's process first, so that nothing is written while the work is rescued; then the last event.
 * A job that lost its lease is rescued in silence.
 */
export async function finishJob(context: JobContext, end: JobEnd, held: Held): Promise<void> {
  const rescue = needsRescue(end);
  if (rescue) await held.conversation?.end();
  else await held.conversation?.release();
  context.onClaudeProcess(null);
  const ref = rescue ? await keepWork(context, held.workspace) : null;
  await held.workspace?.release().catch((error: unknown) => {
    context.log.error({ err: error }, 'job.workspace_not_released');
  });
  if (end.type === 'cancelled' || end.type === 'stopped') {
    context.emit({ type: 'command.taken', commandId: end.commandId });
  }
  const outcome = outcomeOf(end, ref);
  if (outcome !== null) context.emit({ type: 'job.finished', outcome });
}

async function keepWork(
  { emit, log, makeRoom }: JobContext,
  workspace: SessionWorkspace | null,
): Promise<string | null> {
  let rescued = (await workspace?.rescue()) ?? null;
  if (rescued?.ok === false) {
    // The likeliest reason is a full disk, and this work is what room is held back for.
    makeRoom();
    rescued = (await workspace?.rescue()) ?? null;
  }
  if (rescued === null) return null;
  if (!rescued.ok) {
    log.error({ failure: rescued.failure }, 'job.rescue_failed');
    emit({ type: 'notice', level: 'error', text: `The work could not be kept: ${rescued.failure.message}` });
    return null;
  }
  if (rescued.kept === null) return null;
  emit({ type: 'rescue.made', ref: rescued.kept.ref, sha: rescued.kept.sha });
  return rescued.kept.ref;
}
