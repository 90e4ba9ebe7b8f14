import { z } from 'zod';
import type { Stack } from '../../local/stack/start-stack.ts';
import type { LoggedEvent } from '../../protocol/events.ts';
import { isTerminal } from '../../protocol/task-state.ts';
import { watchEvents } from '../world/watch-events.ts';

/** What a line of the stand-in says: its number, and when it was written (ms since 1970). */
const lineSchema = z.object({ seq: z.int().min(0), at: z.number() });

export type SeenLine = { seq: number; writtenAt: number; latencyMs: number };

export type LineWatch = {
  open: Promise<void>;
  /** Claude has said its first word, and waits. */
  started: Promise<void>;
  /** Every line in the order in which the viewer had them, once the task is over. Rejects when it failed. */
  ended: Promise<SeenLine[]>;
  /** Events whose id did not follow on the one before. */
  idFaults(): number;
  /** How far it has come, for a run that does not end. */
  progress(): string;
  close(): void;
};

/** A viewer of one session that keeps when it had each line. */
export function watchLines(stack: Stack, sessionId: string): LineWatch {
  const lines: SeenLine[] = [];
  const { promise: ended, resolve, reject } = Promise.withResolvers<SeenLine[]>();
  const { promise: started, resolve: onStarted } = Promise.withResolvers<void>();
  // It may fail before anybody waits for it.
  ended.catch(() => {});
  let lastId = 0;
  let lastType = 'no event';
  let idFaults = 0;
  const take = ({ id, event }: LoggedEvent, seenAt: number): void => {
    if (id !== lastId + 1) idFaults += 1;
    lastId = id;
    lastType = event.type;
    if (event.type === 'claude.started') onStarted();
    if (event.type === 'claude.text') {
      const { seq, at } = lineSchema.parse(JSON.parse(event.text));
      lines.push({ seq, writtenAt: at, latencyMs: seenAt - at });
    }
    if (event.type === 'task.failed') reject(new Error(`${event.failure.message} ${event.failure.remedy}`));
    if (event.type === 'task.moved' && isTerminal(event.to)) resolve(lines);
  };
  const watch = watchEvents(stack, sessionId, (events, atMs) => {
    for (const logged of events) take(logged, performance.timeOrigin + atMs);
  });
  const progress = () => `${lines.length} lines, ${lastId} events, last ${lastType}`;
  return { open: watch.open, started, ended, idFaults: () => idFaults, progress, close: watch.close };
}
