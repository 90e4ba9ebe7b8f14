import type { Stack } from '../../local/stack/start-stack.ts';
import type { LoggedEvent, SessionEvent } from '../../protocol/events.ts';
import { isTerminal } from '../../protocol/task-state.ts';
import { watchEvents } from './watch-events.ts';

/** A whole task takes one or two seconds here; one that takes this long hangs. */
const TASK_DEADLINE_MS = 60_000;

export type SeenEvent = {
  type: SessionEvent['type'];
  event: SessionEvent;
  /** When a viewer had it: ms of `performance.now()`. */
  seenAtMs: number;
  /** When the session stored it, by the control plane's clock: ms since 1970. */
  storedAtMs: number;
};

export type FollowedTask = {
  /** The first event of a type. @throws Error when there was none. */
  first(type: SessionEvent['type']): SeenEvent;
  /** When the viewer had the event that completed the task. */
  completedAtMs: number;
};

/**
 * Watches a session until its task is over.
 *
 * @throws Error when the task ends otherwise than completed, since its times would mean nothing.
 */
export async function followTask(
  stack: Stack,
  sessionId: string,
  signal: AbortSignal,
  deadlineMs = TASK_DEADLINE_MS,
): Promise<FollowedTask> {
  const seen: SeenEvent[] = [];
  const over = Promise.withResolvers<number>();
  const stop = () => over.reject(new Error(`Session ${sessionId} was given up: the run was ended.`));
  signal.addEventListener('abort', stop, { once: true });
  const types = () => seen.map(({ event }) => describe(event)).join(', ');
  const deadline = setTimeout(
    () => over.reject(new Error(`The task of ${sessionId} hangs. Seen so far: ${types()}`)),
    deadlineMs,
  );
  const watch = watchEvents(stack, sessionId, (events, atMs) => {
    for (const logged of events) {
      const { event } = logged;
      seen.push({ type: event.type, event, seenAtMs: atMs, storedAtMs: logged.at });
      const end = endOf(logged);
      if (end === 'completed') over.resolve(atMs);
      else if (end !== null) over.reject(new Error(`The task of ${sessionId} ${end}`));
    }
  });
  try {
    const completedAtMs = await over.promise;
    return {
      completedAtMs,
      first(type) {
        const event = seen.find((each) => each.type === type);
        if (event === undefined) throw new Error(`Session ${sessionId} has no ${type}, only ${types()}`);
        return event;
      },
    };
  } finally {
    clearTimeout(deadline);
    signal.removeEventListener('abort', stop);
    watch.close();
  }
}

function describe(event: SessionEvent): string {
  return event.type === 'job.lost' ? `${event.type} (${event.reason})` : event.type;
}

function endOf({ event }: LoggedEvent): string | null {
  if (event.type === 'task.failed') return `failed: ${event.failure.message} ${event.failure.remedy}`;
  if (event.type !== 'task.moved' || !isTerminal(event.to)) return null;
  return event.to === 'completed' ? event.to : `is ${event.to}: ${event.reason ?? 'no reason given'}`;
}
