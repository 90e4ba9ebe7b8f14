import type { Captured, SessionWorkspace } from '../../workspace/workspace-types.ts';
import type { JobContext } from '../job-context.ts';
import type { JobEnd } from '../job-end.ts';
import { endOfStop } from '../job-end.ts';
import type { Rejection } from '../reject-order.ts';
import { emitSidesCaptured } from './emit-sides.ts';
import { GateRounds, type GatesEnd } from './gate-rounds.ts';
import { fullName, type NamedWork, nameWork, treesOf } from './name-work.ts';
import type { Prepared } from './prepare-workspace.ts';
import { noteRejection } from './rework-work.ts';
import type { GatedWork } from './run-workspace-gates.ts';

export type ReviewResult =
  /** Exactly this was approved. */
  | { status: 'approved'; work: NamedWork }
  /** Somebody rejected it and has Claude try again. It is written down; the folder is still as it was. */
  | { status: 'rejected'; rejection: Rejection }
  | Exclude<GatesEnd, { status: 'passed' }>;

/**
 * Shows what was done and waits until somebody, or the policy, lets it leave.
 *
 * @param onShown gets the tree that is shown
 * @param gates the job's, which count their rounds
 */
export async function reviewWork(
  context: JobContext,
  { workspace }: Prepared,
  onShown: (tree: string) => void = () => {},
  gates: GateRounds = new GateRounds(context),
): Promise<ReviewResult> {
  const { stop, messages } = context;
  const captured = await workspace.capture(stop.signal);
  if (stop.reason !== null) return { status: 'ended', end: endOfStop(stop.reason) };
  if (!captured.ok) return { status: 'ended', end: { type: 'failed', failure: captured.failure } };
  if (messages.hasWaiting) return { status: 'more_to_say' };
  const work = nameWork(context, captured);
  emitSidesCaptured(context, captured);
  emitCaptured(context, captured, work.name);
  if (captured.tree !== null) onShown(captured.tree);
  if (!work.changed && work.sides.length === 0) return { status: 'ended', end: { type: 'unchanged' } };
  const checked = await gates.check(work.name, gatedWorks(workspace, captured, work));
  if (checked.status !== 'passed') return checked;
  return waitForAnswer(context, work);
}

/** Each repository that has work is checked by its own gates. */
function gatedWorks(
  workspace: SessionWorkspace,
  captured: Captured,
  { changed, sides }: NamedWork,
): GatedWork[] {
  const others = sides.map((one) => ({
    workspace: one.side.workspace,
    captured: one.captured,
    label: fullName(one.side),
  }));
  return changed ? [{ workspace, captured, label: null }, ...others] : others;
}

/** Waits for the order to publish this tree, for its rejection, or for the job's end. */
async function waitForAnswer(context: JobContext, work: NamedWork): Promise<ReviewResult> {
  const { emit, stop, publish, reject } = context;
  const rejected = reject.again();
  const answer = await Promise.race([publish.granted(work.name, stop), rejected.wanted]);
  rejected.off();
  if (answer === null) {
    const { reason } = stop;
    const end: JobEnd =
      reason === null ? { type: 'interrupted', reason: 'The job was ended.' } : endOfStop(reason);
    return { status: 'ended', end };
  }
  if ('again' in answer) {
    publish.withdraw();
    noteRejection(context, answer);
    return { status: 'rejected', rejection: answer };
  }
  emit({ type: 'command.taken', commandId: answer.commandId });
  return { status: 'approved', work };
}

function emitCaptured(context: JobContext, captured: Captured, tree: string): void {
  const { emit } = context;
  const trees = treesOf(context, captured);
  const { changed, files, filesCut, insertions, deletions, patch, dropped, skipped } = captured;
  emit({
    type: 'work.captured',
    ...{ tree, changed, files, filesCut, insertions, deletions, patch },
    ...(trees === null ? {} : { trees }),
  });
  if (dropped.length > 0) {
    const text = `Changes to these files are left out, because they steer Claude or git and this is a pull request: ${dropped.join(', ')}`;
    emit({ type: 'notice', level: 'warning', text: text.slice(0, 4_000) });
  }
  if (skipped.length > 0) {
    const text = `These could not be taken in (repositories inside the folder, or files that can't be read): ${skipped.join(', ')}`;
    emit({ type: 'notice', level: 'warning', text: text.slice(0, 4_000) });
  }
}
