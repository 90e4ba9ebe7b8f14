import { setTimeout as sleep } from 'node:timers/promises';
import type { Stack } from '../../local/stack/start-stack.ts';
import type { RunnerEvent } from '../../protocol/events.ts';
import { createFrameReader } from '../clients/frame-reader.ts';
import { type LogViewer, openLogViewer } from '../clients/log-viewer.ts';
import { type HeldJob, takeJob } from '../clients/take-job.ts';

const MS_A_SECOND = 1_000;

/** Far beyond what the slowest machine needs for a round. */
const SHOWN_DEADLINE_MS = 60_000;

export type LogRound = { shownPerSecond: number; storedPerSecond: number; idFaults: number; cuts: number };

type Watched = {
  held: HeldJob;
  viewers: readonly LogViewer[];
  /** When the first viewer had each event, by its number. */
  seenAtMs: readonly number[];
};

/** A new session with a held job and viewers on it, for as long as `use` runs. */
async function watchSession<T>(
  stack: Stack,
  count: number,
  use: (watched: Watched) => Promise<T>,
): Promise<T> {
  const held = await takeJob(stack);
  const viewers: LogViewer[] = [];
  const seenAtMs: number[] = [];
  try {
    const read = createFrameReader();
    while (viewers.length < count) {
      const isFirst = viewers.length === 0;
      const onSeq = (seq: number, atMs: number) => {
        if (isFirst) seenAtMs[seq] = atMs;
      };
      viewers.push(await openLogViewer(stack, { sessionId: held.sessionId, read, onSeq }));
    }
    return await use({ held, viewers, seenAtMs });
  } finally {
    for (const viewer of viewers) viewer.close();
    held.close();
  }
}

/** Pushes a backlog of events through a new session. The last event's number must be its place. */
export async function pushEvents(
  stack: Stack,
  count: number,
  events: readonly RunnerEvent[],
): Promise<LogRound> {
  return watchSession(stack, count, async ({ held, viewers }) => {
    const startedAtMs = performance.now();
    const shown = Promise.all(viewers.map((viewer) => viewer.reached(events.length - 1)));
    await held.job.send(events);
    const storedMs = performance.now() - startedAtMs;
    const shownMs = Math.max(...(await withDeadline(shown))) - startedAtMs;
    return {
      shownPerSecond: (events.length / shownMs) * MS_A_SECOND,
      storedPerSecond: (events.length / storedMs) * MS_A_SECOND,
      idFaults: viewers.reduce((sum, viewer) => sum + viewer.idFaults(), 0),
      cuts: viewers.reduce((sum, viewer) => sum + viewer.cuts(), 0),
    };
  });
}

/** Sends events in groups of `together`, a group every `intervalMs`. */
export async function paceEvents(
  stack: Stack,
  count: number,
  events: readonly RunnerEvent[],
  { together, intervalMs }: { together: number; intervalMs: number },
): Promise<{ latenciesMs: number[]; idFaults: number; cuts: number }> {
  return watchSession(stack, count, async ({ held, viewers, seenAtMs }) => {
    const sentAtMs: number[] = [];
    const startedAtMs = performance.now();
    for (let seq = 0; seq < events.length; seq += together) {
      const dueMs = startedAtMs + (seq / together) * intervalMs - performance.now();
      if (dueMs > 0) await sleep(dueMs);
      const group = events.slice(seq, seq + together);
      const atMs = performance.now();
      for (const index of group.keys()) sentAtMs[seq + index] = atMs;
      void held.job.send(group);
    }
    await withDeadline(Promise.all(viewers.map((viewer) => viewer.reached(events.length - 1))));
    return {
      latenciesMs: sentAtMs.map((atMs, seq) => (seenAtMs[seq] ?? Number.NaN) - atMs),
      idFaults: viewers.reduce((sum, viewer) => sum + viewer.idFaults(), 0),
      cuts: viewers.reduce((sum, viewer) => sum + viewer.cuts(), 0),
    };
  });
}

async function withDeadline<T>(work: Promise<T>): Promise<T> {
  const { promise, reject } = Promise.withResolvers<never>();
  const late = setTimeout(() => reject(new Error('Viewers did not get every event.')), SHOWN_DEADLINE_MS);
  try {
    return await Promise.race([work, promise]);
  } finally {
    clearTimeout(late);
  }
}
