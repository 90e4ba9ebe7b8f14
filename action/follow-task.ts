import { setTimeout as sleep } from 'node:timers/promises';
import type { ChangedFile, LoggedEvent, SessionEvent } from '../protocol/events.ts';
import { isTerminal, type TaskState } from '../protocol/task-state.ts';
import { isWaiting } from './end-states.ts';
import { EMPTY_LOG, endLog, type LogState, logEvent } from './step-log.ts';
import type { StepOutput } from './step-output.ts';

/** A runner that tries again by itself, or work that needs no approval, passes these states in a moment. */
const PASSING_MS = 10_000;

/** What the summary says besides what the task says of itself. */
export type Seen = {
  files: readonly ChangedFile[];
  filesCut: boolean;
  annotationsDropped: number;
  turns: number;
};

export type TaskEnd = {
  /** `left`: nobody came in time and the task waits on. `cut`: the step was told to end. */
  how: 'ended' | 'left' | 'cut';
  seen: Seen;
};

export type FollowTaskDeps = {
  events: AsyncGenerator<LoggedEvent>;
  taskId: string;
  waitForPersonMs: number;
  write: (output: StepOutput) => void;
  signal: AbortSignal;
};

/** Writes a task's events into the log until it ends, nobody comes for too long, or the step is told to end. */
export async function followTask({
  events,
  taskId,
  waitForPersonMs,
  write,
  signal,
}: FollowTaskDeps): Promise<TaskEnd> {
  let log = EMPTY_LOG;
  let seen: Pick<Seen, 'files' | 'filesCut'> = { files: [], filesCut: false };
  let patience = new AbortController();
  let tired: Promise<'tired'> | null = null;
  const stopped = stop(signal);
  const end = (how: TaskEnd['how']): TaskEnd => {
    patience.abort();
    // What comes after it is of no more use here, the end of the stream included.
    next.catch(() => undefined);
    for (const output of endLog(log)) write(output);
    return { how, seen: { ...seen, annotationsDropped: log.dropped, turns: log.turns } };
  };
  let next = events.next();
  for (;;) {
    const first = await Promise.race([next, stopped, ...(tired === null ? [] : [tired])]);
    if (first === 'stopped') return end('cut');
    if (first === 'tired') return end('left');
    if (first.done === true) return end('cut');
    const { event, taskId: of } = first.value;
    next = events.next();
    if (of !== taskId) continue;
    log = tell(log, event, write);
    if (event.type === 'work.captured') seen = { files: event.files, filesCut: event.filesCut };
    const state = stateAfter(event);
    if (state === null) continue;
    patience.abort();
    patience = new AbortController();
    tired = isWaiting(state) ? wait(Math.max(waitForPersonMs, PASSING_MS), patience.signal) : null;
    if (!isTerminal(state)) continue;
    return end('ended');
  }
}

function tell(log: LogState, event: SessionEvent, write: (output: StepOutput) => void): LogState {
  const { state, output } = logEvent(log, event);
  for (const each of output) write(each);
  return state;
}

function stateAfter(event: SessionEvent): TaskState | null {
  return event.type === 'task.moved' ? event.to : null;
}

/** Never settles when it is called off. */
function wait(ms: number, signal: AbortSignal): Promise<'tired'> {
  return new Promise((resolve) => {
    sleep(ms, undefined, { signal }).then(
      () => resolve('tired'),
      () => undefined,
    );
  });
}

function stop(signal: AbortSignal): Promise<'stopped'> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve('stopped');
    else signal.addEventListener('abort', () => resolve('stopped'), { once: true });
  });
}
