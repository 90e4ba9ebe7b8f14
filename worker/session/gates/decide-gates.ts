import { moveTask } from '../../../protocol/task-state.ts';
import type { Refused } from '../../contracts.ts';
import { letLeave } from '../reduce-runner-event.ts';
import { formatMoment } from '../render/format-quantities.ts';
import type { TaskRecord } from '../session-record.ts';
import { change, draftOf, move, stepOf, type TaskStep } from '../task-draft.ts';
import { changeGates } from './note-gate.ts';

/** What somebody wants done about failed gates. `how`: Claude tries again, or the gates alone run again. */
export type GateDecision =
  | { type: 'retry_gates'; how: 'claude' | 'gates'; note: string | null; by: string }
  /** That `by` may is decided by whoever asks. */
  | { type: 'override_gates'; reason: string | null; by: string };

/**
 * Takes a person's decision about failed gates. The first one counts, through whichever door it came; whoever is later
 * is told who was first. An override is of exactly the work that failed.
 */
export function decideGates(task: TaskRecord, decision: GateDecision, nowMs: number): TaskStep | Refused {
  const refused = refuse(task, decision);
  if (refused !== null) return refused;
  const { by } = decision;
  const draft = draftOf(task, nowMs);
  const { tree } = task;
  change(draft, { gateDecision: { type: decision.type, by, at: nowMs } });
  if (decision.type === 'retry_gates') {
    const { how, note } = decision;
    const what = how === 'claude' ? 'Claude tries again' : 'The checks run again';
    move(draft, 'retry_gates', note === null ? `${what}, by ${by}.` : `${what}, by ${by}: ${note}`);
    draft.effects.push({ type: 'command', command: { type: 'retry_gates', how, note, by } });
    return stepOf(draft);
  }
  // Refused before: without a captured tree nothing waits here.
  if (tree === null) return refuse(task, decision) ?? stepOf(draft);
  change(draft, { overridden: { tree, by } });
  changeGates(draft, { overriddenBy: by });
  const why = decision.reason === null ? '' : `: ${decision.reason}`;
  move(draft, 'override_gates', `The failed checks were let pass by ${by}${why}`);
  draft.effects.push({ type: 'command', command: { type: 'override_gates', tree, by } });
  letLeave(draft);
  return stepOf(draft);
}

function refuse(task: TaskRecord, { type }: GateDecision): Refused | null {
  const { view, endRequest, gateDecision, tree } = task;
  const waits = moveTask(view.state, type).status === 'moved' && endRequest === null && tree !== null;
  // A runner that will hand the failure back to Claude by itself waits for nobody.
  if (waits && task.gatesWait !== false) return null;
  if (gateDecision !== undefined && view.state !== 'qa_failed') {
    const what = gateDecision.type === 'override_gates' ? 'let the work pass' : 'had it tried again';
    return {
      status: 'refused',
      code: 'conflict',
      message: `${gateDecision.by} was first and ${what} on ${formatMoment(gateDecision.at)}.`,
      remedy: 'Nothing has to be done. The first decision counts.',
    };
  }
  return {
    status: 'refused',
    code: 'not_allowed',
    message: `Task ${view.number} is ${view.state}${endRequest === null ? '' : ' and about to end'}; no failed checks of it wait for a decision.`,
    remedy: 'Only a task in the state `qa_failed` takes this.',
  };
}
