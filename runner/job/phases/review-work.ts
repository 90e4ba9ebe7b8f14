import type { Captured } from '../../workspace/workspace-types.ts';
import type { JobContext } from '../job-context.ts';
import type { JobEnd } from '../job-end.ts';
import { endOfStop } from '../job-end.ts';
import type { Prepared } from './prepare-workspace.ts';

export type ReviewResult =
  /** Exactly this tree was approved. */
  | { status: 'approved'; tree: string }
  /** A message came before the work was captured: Claude gets it first. */
  | { status: 'more_to_say' }
  | { status: 'ended'; end: JobEnd };

/**
 * Shows what was done and waits until somebody, or the policy, lets it leave.
 *
 * @param onShown gets the tree that is shown
 */
export async function reviewWork(
  context: JobContext,
  { workspace }: Prepared,
  onShown: (tree: string) => void = () => {},
): Promise<ReviewResult> {
  const { emit, stop, messages, publish } = context;
  const captured = await workspace.capture(stop.signal);
  if (stop.reason !== null) return { status: 'ended', end: endOfStop(stop.reason) };
  if (!captured.ok) return { status: 'ended', end: { type: 'failed', failure: captured.failure } };
  if (messages.hasWaiting) return { status: 'more_to_say' };
  const tree = captured.tree ?? '';
  emitCaptured(context, captured, tree);
  if (captured.tree !== null) onShown(captured.tree);
  if (!captured.changed) return { status: 'ended', end: { type: 'unchanged' } };
  // Gates of the repository's own config come here: none are configured yet, and none means passed.
  emit({ type: 'gates.started', names: [] });
  emit({ type: 'gates.finished', passed: true, results: [] });
  const order = await publish.granted(tree, stop);
  if (order === null) {
    const { reason } = stop;
    const end: JobEnd =
      reason === null ? { type: 'interrupted', reason: 'The job was ended.' } : endOfStop(reason);
    return { status: 'ended', end };
  }
  emit({ type: 'command.taken', commandId: order.commandId });
  return { status: 'approved', tree };
}

function emitCaptured({ emit }: JobContext, captured: Captured, tree: string): void {
  const { changed, files, filesCut, insertions, deletions, patch, dropped, skipped } = captured;
  emit({ type: 'work.captured', tree, changed, files, filesCut, insertions, deletions, patch });
  if (dropped.length > 0) {
    const text = `Changes to these files are left out, because they steer Claude or git and this is a pull request: ${dropped.join(', ')}`;
    emit({ type: 'notice', level: 'warning', text: text.slice(0, 4_000) });
  }
  if (skipped.length > 0) {
    const text = `These could not be taken in (repositories inside the folder, or files that can't be read): ${skipped.join(', ')}`;
    emit({ type: 'notice', level: 'warning', text: text.slice(0, 4_000) });
  }
}
