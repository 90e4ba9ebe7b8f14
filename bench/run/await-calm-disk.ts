import { setTimeout as sleep } from 'node:timers/promises';
import { timeSyncedWrites } from '../machine.ts';
import { type Distribution, distributionOf } from '../stats/distribution.ts';

/** What one look at the disk takes. */
const LOOK_MS = 5_000;
const PAUSE_MS = 2;

/** On a disk that does nothing else the slowest of a hundred synced writes takes about twice the median. */
const CALM_FACTOR = 10;

/** A disk that never gets calm is part of the machine, and its figures say so. */
const LIMIT_MS = 120_000;

/**
 * Waits until synced writes take about the same time again. What a benchmark has removed is still being cleared up when
 * the next one begins: a disk that is told of freed blocks has single writes wait a hundred times as long meanwhile.
 */
export async function awaitCalmDisk(signal: AbortSignal, say: (line: string) => void): Promise<void> {
  const startedAt = performance.now();
  for (;;) {
    const times = await timeWrites(signal);
    if (isCalm(times) || signal.aborted) return;
    if (performance.now() - startedAt > LIMIT_MS) break;
  }
  say(`The disk is not calm after ${LIMIT_MS / 1_000} s; what follows was measured all the same.`);
}

/** Pure. */
export function isCalm({ p50, p99 }: Pick<Distribution, 'p50' | 'p99'>): boolean {
  return p99 <= p50 * CALM_FACTOR;
}

async function timeWrites(signal: AbortSignal): Promise<Distribution> {
  const untilMs = performance.now() + LOOK_MS;
  const samples = await timeSyncedWrites(async () => {
    await sleep(PAUSE_MS);
    return performance.now() >= untilMs || signal.aborted;
  });
  return distributionOf(samples);
}
