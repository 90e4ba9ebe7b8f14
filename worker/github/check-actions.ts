import type { TaskId } from '../../protocol/ids.ts';
import { taskIdSchema } from '../../protocol/ids.ts';

/** A button of a check run. GitHub ends its three texts at 20, 40 and 20 characters, and shows three buttons at most. */
export type CheckAction = { label: string; description: string; identifier: string };

/** As many digits of the tree's name as an identifier has room for: a button of older work decides about nothing else. */
const TREE_CHARS = 12;

/** The buttons of work that waits for approval. */
export function approvalActions(tree: string): CheckAction[] {
  const shown = tree.slice(0, TREE_CHARS);
  return [
    { label: 'Approve', description: 'Let exactly this work leave', identifier: `approve:${shown}` },
    { label: 'Reject', description: 'Put the work back and keep it aside', identifier: `reject:${shown}` },
  ];
}

/** The button of a task that did not end well. The check run that it is on names the task. */
export function retryAction(): CheckAction {
  return { label: 'Retry', description: 'Do the task anew', identifier: 'retry' };
}

/** What somebody wants who presses a button. `check`: to have the check run once more. */
export type Press =
  | { type: 'decide'; verdict: 'approved' | 'rejected'; treePrefix: string }
  | { type: 'retry' }
  | { type: 'check' };

/** What a button says. Null: it is none of ours. */
export function readAction(identifier: string): Press | null {
  if (identifier === 'retry') return { type: 'retry' };
  const match = /^(approve|reject):([0-9a-f]{12})$/.exec(identifier);
  if (match === null) return null;
  const verdict = match[1] === 'approve' ? 'approved' : 'rejected';
  return { type: 'decide', verdict, treePrefix: match[2] ?? '' };
}

/** The task that a check run of ours is about, by its external id; null for others. */
export function taskOfCheck(externalId: string): TaskId | null {
  if (!externalId.startsWith('check:')) return null;
  return taskIdSchema.safeParse(externalId.slice('check:'.length)).data ?? null;
}
