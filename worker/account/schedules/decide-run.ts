import { MAX_SCHEDULE_FAILURES, type Schedule, type ScheduleRun } from '../../../protocol/schedules.ts';
import type { TaskState } from '../../../protocol/task-state.ts';

/** What a run does that finds the one before it at work. */
export type OverlapDecision =
  | { status: 'skip'; reason: string }
  /** `cancel`: the former is to be ended first. `instead`: it takes the place of the one that waits. */
  | { status: 'wait'; reason: string; cancel: boolean; instead: boolean };

/** @param waits whether another run waits already */
export function decideOverlap(overlap: Schedule['overlap'], waits: boolean): OverlapDecision {
  switch (overlap) {
    case 'skip':
      return { status: 'skip', reason: 'The run before it was not over.' };
    case 'queue':
      return waits
        ? { status: 'skip', reason: 'The run before it was not over, and another one waits already.' }
        : {
            status: 'wait',
            reason: 'It waits until the run before it is over.',
            cancel: false,
            instead: false,
          };
    case 'cancel':
      return { status: 'wait', reason: 'The run before it is being ended.', cancel: true, instead: waits };
  }
}

/** What a run that is over says of its schedule. What people ended says nothing. */
export function judgeEnd({
  status,
  taskState,
}: Pick<ScheduleRun, 'status' | 'taskState'>): 'good' | 'bad' | 'nothing' {
  if (status === 'failed') return 'bad';
  if (status !== 'ended' || taskState === null) return 'nothing';
  return judgeState(taskState);
}

function judgeState(state: TaskState): 'good' | 'bad' | 'nothing' {
  if (state === 'completed') return 'good';
  return state === 'failed' || state === 'exhausted' ? 'bad' : 'nothing';
}

/** How many runs in a row have failed now, and whether that is too many. */
export function countFailure(
  failures: number,
  judged: ReturnType<typeof judgeEnd>,
): { failures: number; pause: boolean } {
  if (judged === 'nothing') return { failures, pause: false };
  if (judged === 'good') return { failures: 0, pause: false };
  return { failures: failures + 1, pause: failures + 1 >= MAX_SCHEDULE_FAILURES };
}
