import type { State } from '../../checkpoint/checkpoint-keeper.ts';
import type { ClaudeConversation } from '../../claude/driver.ts';
import type { Kept } from '../../git/keep-state.ts';
import type { SessionWorkspace } from '../../workspace/workspace-types.ts';
import type { JobContext } from '../job-context.ts';
import type { JobEnd } from '../job-end.ts';
import { needsRescue, outcomeOf } from '../job-end.ts';
import { emitSidesRescued } from './emit-sides.ts';
import { putBack } from './put-back.ts';

export type Held = {
  workspace: SessionWorkspace | null;
  conversation: ClaudeConversation | null;
  /** Ends after the job's last event, but before the job counts as over. */
  afterwards: Promise<void>[];
  /** Makes of a rescue what is stored for other machines; null where Claude was never asked for anything. */
  state: ((commit: string) => State) | null;
};

/** A drain is over after 25 s; before it, the state is worth a wait: another runner goes on at once. */
const STORE_LIMIT_MS = 10_000;

/**
 * Ends a job: Claude's process first, so that nothing is written while the work is rescued; then the last event.
 * A job that lost its lease is rescued in silence.
 */
export async function finishJob(context: JobContext, end: JobEnd, held: Held): Promise<void> {
  const rescue = needsRescue(end);
  if (rescue) await held.conversation?.end();
  else await held.conversation?.release();
  context.onClaudeProcess(null);
  const kept = rescue ? await keepWork(context, held.workspace) : null;
  const reverted = end.type === 'rejected' ? await revert(context, held) : null;
  if (kept !== null && end.type !== 'rejected') await passOn(context, end, kept, held.state);
  await held.workspace?.release().catch((error: unknown) => {
    context.log.error({ err: error }, 'job.workspace_not_released');
  });
  if (end.type === 'cancelled' || end.type === 'stopped' || end.type === 'rejected') {
    context.emit({ type: 'command.taken', commandId: end.commandId });
  }
  const outcome = outcomeOf(end, kept?.ref ?? null, reverted !== null);
  if (outcome !== null) context.emit({ type: 'job.finished', outcome });
}

/** Nothing of what was rejected is left for the session's next task, on this machine or another. */
async function revert(context: JobContext, { workspace, state }: Held): Promise<string | null> {
  if (workspace === null) return null;
  const result = await putBack(context, workspace);
  if (!result.ok || result.to === null) return null;
  if (state !== null) await context.checkpoints.store(state(result.to), false);
  return result.to;
}

async function keepWork(
  { emit, log, makeRoom }: JobContext,
  workspace: SessionWorkspace | null,
): Promise<Kept | null> {
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
  emitSidesRescued({ emit }, rescued);
  if (rescued.kept === null) return null;
  emit({ type: 'rescue.made', ref: rescued.kept.ref, sha: rescued.kept.sha });
  return rescued.kept;
}

/** Makes the rescue known beyond this machine: as the session's stored state, or by its name where that is over. */
async function passOn(context: JobContext, end: JobEnd, kept: Kept, state: Held['state']): Promise<void> {
  const { checkpoints, reportRescue } = context;
  if (end.type === 'fenced') {
    void reportRescue(kept);
    return;
  }
  if (state === null) return;
  await checkpoints.store(state(kept.sha), false);
  if (end.type === 'interrupted') await checkpoints.settled(STORE_LIMIT_MS);
}
