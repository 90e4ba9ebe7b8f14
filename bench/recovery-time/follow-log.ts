import type { Stack } from '../../local/stack/start-stack.ts';
import type { LoggedEvent } from '../../protocol/events.ts';
import { isTerminal } from '../../protocol/task-state.ts';
import { watchEvents } from '../world/watch-events.ts';

export type FollowedLog = {
  /** When the next event of a type is seen: ms of `performance.now()`. @throws when the task ends first */
  next(type: LoggedEvent['event']['type']): Promise<number>;
  /** Waits for something else than an event, as long as the task is not over. */
  within<T>(work: Promise<T>, what: string): Promise<T>;
  completed(): Promise<void>;
  /** Events whose id did not follow on the one before. */
  idFaults(): number;
  close(): void;
};

/** Follows a session across its runner's death. Each step must come within `stepMs`. */
export function followLog(
  stack: Stack,
  sessionId: string,
  { stepMs, signal }: { stepMs: number; signal: AbortSignal },
): FollowedLog {
  let lastId = 0;
  let idFaults = 0;
  const seen: string[] = [];
  let wanted: { type: string; resolve: (atMs: number) => void }[] = [];
  const over = Promise.withResolvers<void>();
  over.promise.catch(() => {});
  const take = ({ id, event }: LoggedEvent, atMs: number) => {
    if (id !== lastId + 1) idFaults += 1;
    lastId = id;
    seen.push(event.type);
    for (const { type, resolve } of wanted) if (type === event.type) resolve(atMs);
    wanted = wanted.filter(({ type }) => type !== event.type);
    if (event.type !== 'task.moved' || !isTerminal(event.to)) return;
    if (event.to === 'completed') over.resolve();
    else over.reject(new Error(`The task of ${sessionId} is ${event.to}: ${event.reason}`));
  };
  const watch = watchEvents(stack, sessionId, (events, atMs) => {
    for (const event of events) take(event, atMs);
  });
  const within = async <T>(work: Promise<T>, what: string): Promise<T> => {
    const late = AbortSignal.any([signal, AbortSignal.timeout(stepMs)]);
    const { promise, reject } = Promise.withResolvers<never>();
    const stop = () => reject(new Error(`${sessionId} waited in vain for ${what}. Seen: ${seen.join(', ')}`));
    late.addEventListener('abort', stop, { once: true });
    try {
      return await Promise.race([work, promise, over.promise.then(() => work)]);
    } finally {
      late.removeEventListener('abort', stop);
    }
  };
  return {
    within,
    next: (type) => within(new Promise((resolve) => wanted.push({ type, resolve })), type),
    completed: () => within(over.promise, 'its end'),
    idFaults: () => idFaults,
    close: watch.close,
  };
}
