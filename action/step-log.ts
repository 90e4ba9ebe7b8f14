import type { SessionEvent } from '../protocol/events.ts';
import type { Annotation } from '../protocol/gates.ts';
import { line, type StepOutput } from './step-output.ts';
import { tellEvent } from './tell-event.ts';

/**
 * GitHub shows ten annotations of each level of a step and drops the rest without a word. One failure is the step's own
 * word about its end.
 */
export const MAX_ANNOTATIONS = { notice: 10, warning: 10, failure: 9 } as const;

/** What the log has come to. */
export type LogState = {
  /** Turns of Claude so far; the group of the last one is open while `inTurn`. */
  turns: number;
  inTurn: boolean;
  /** Annotations that were shown, by level and by what they say: a gate that runs again says the same. */
  shown: Readonly<Record<Annotation['level'], number>>;
  seen: ReadonlySet<string>;
  /** Annotations that found no place. */
  dropped: number;
};

export const EMPTY_LOG: LogState = {
  turns: 0,
  inTurn: false,
  shown: { notice: 0, warning: 0, failure: 0 },
  seen: new Set(),
  dropped: 0,
};

/** Adds an event to the log: what is written, and what the log has come to by then. */
export function logEvent(state: LogState, event: SessionEvent): { state: LogState; output: StepOutput[] } {
  const { turn, output } = tellEvent(event);
  const all: StepOutput[] = [];
  let next = state;
  if (output.length > 0 && turn && !state.inTurn) {
    next = { ...next, inTurn: true, turns: state.turns + 1 };
    all.push({ type: 'group', title: `Claude, turn ${next.turns}` });
  }
  if (output.length > 0 && !turn && state.inTurn) {
    next = { ...next, inTurn: false };
    all.push({ type: 'end_group' });
  }
  for (const each of output) {
    if (each.type !== 'annotation') {
      all.push(each);
      continue;
    }
    const judged = takeAnnotation(next, each);
    next = judged.state;
    all.push(...judged.output);
  }
  return { state: next, output: all };
}

/** What closes the log. */
export function endLog(state: LogState): StepOutput[] {
  const rest =
    state.dropped === 0 ? [] : [line(`${state.dropped} more annotations are on the session's page.`)];
  return [...(state.inTurn ? [{ type: 'end_group' } as const] : []), ...rest];
}

type AnnotationOutput = Extract<StepOutput, { type: 'annotation' }>;

function takeAnnotation(
  state: LogState,
  output: AnnotationOutput,
): { state: LogState; output: StepOutput[] } {
  const { path, line: at, level, message } = output.annotation;
  const name = JSON.stringify([path, at, level, message]);
  if (state.seen.has(name)) return { state, output: [] };
  const seen = new Set(state.seen).add(name);
  if (state.shown[level] >= MAX_ANNOTATIONS[level]) {
    return { state: { ...state, seen, dropped: state.dropped + 1 }, output: [] };
  }
  const shown = { ...state.shown, [level]: state.shown[level] + 1 };
  return { state: { ...state, seen, shown }, output: [output] };
}
