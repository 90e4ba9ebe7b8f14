import type { TaskView } from '../../../protocol/task.ts';
import { isTerminal } from '../../../protocol/task-state.ts';
import type { TaskRecord } from '../session-record.ts';
import { codeSpan, escapeMarkdown } from './escape-markdown.ts';
import { formatMoment } from './format-quantities.ts';

/** Says that a failed job is tried again by itself: when, for which time, and why. */
export function describeTries({ view }: TaskRecord): string[] {
  const { recovery, state } = view;
  // The failure tells it where there is one; of work that is done in the end nobody needs to know the way.
  if (recovery === undefined || isTerminal(state)) return [];
  const { attempt, maxAttempts, message, at } = recovery;
  const next = at === null ? 'Tried again by itself' : `Tried again by itself on ${formatMoment(at)}`;
  const hint = at === null ? '' : ' Say `resume` to try now.';
  return [
    `**What failed:** ${escapeMarkdown(message)}`,
    `${next} (attempt ${attempt} of ${maxAttempts}).${hint}`,
  ];
}

/** Says from where another runner goes on. */
export function describeContinuation({ view, continues }: TaskRecord): string[] {
  if (continues === undefined || continues === null) return [];
  const other = runnerName(continues.runnerName, 'the runner that had begun');
  const here = runnerName(view.runnerName, 'another runner');
  if (continues.from === 'beginning') {
    return [`Starts from the beginning on ${here}: nothing was stored yet. What was done is on ${other}.`];
  }
  const at = `${new Date(continues.storedAt).toISOString().slice(0, 16).replace('T', ' ')} UTC`;
  return [`Continues on ${here} from the checkpoint of ${at}; work after it is on ${other}.`];
}

/**
 * Says where unpublished work is and how to get it. A task that goes on, or is done, has its own runner's work with
 * it; only what is on another runner is named then.
 */
export function describeRescues({ id, state, runnerName: own, rescueRef, rescues }: TaskView): string[] {
  const all = isTerminal(state) && state !== 'completed';
  const named = (rescues ?? []).filter((rescue) => all || rescue.runnerName !== own);
  if (named.length === 0) {
    return all && rescueRef !== null
      ? [`The work so far is kept under ${codeSpan(rescueRef, MAX_REF)}.`]
      : [];
  }
  const places = named.map(
    (rescue) =>
      `${all ? 'The work so far' : `Work of attempt ${rescue.epoch}`} is kept on ${runnerName(rescue.runnerName, 'its runner')} under ${codeSpan(rescue.ref, MAX_REF)}.`,
  );
  return [...new Set(places), `To get it, there: ${codeSpan(`signalbox-runner rescue ${id}`, MAX_REF)}`];
}

/** Refs and commands are of use only whole. */
const MAX_REF = 300;

function runnerName(name: string | null, otherwise: string): string {
  return name === null ? otherwise : `runner ${escapeMarkdown(name.replace(/[^\w .-]/g, ''))}`;
}
