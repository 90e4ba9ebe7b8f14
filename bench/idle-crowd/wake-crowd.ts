import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import type { Stack } from '../../local/stack/start-stack.ts';
import type { BenchmarkContext } from '../benchmark.ts';
import type { Crowd } from './gather-crowd.ts';

const DEADLINE_MS = 20_000;

/** What a task leaves to do (rows for the record, the word to the session) is over within it. */
const PAUSE_MS = 150;

export type WakeSample = { runnerMs: number; viewersMs: number };

/** Requests a task in one idle session after the other, and looks when a runner and the viewers know of it. */
export async function wakeCrowd(
  stack: Stack,
  crowd: Crowd,
  count: number,
  { signal }: BenchmarkContext,
): Promise<WakeSample[]> {
  const samples: WakeSample[] = [];
  for (const session of crowd.sessions.slice(0, count)) {
    signal.throwIfAborted();
    const assigned = new Promise<number>((resolve) => {
      crowd.onAssign = ({ job, atMs }) => {
        if (job.sessionId === session.id) resolve(atMs);
      };
    });
    const shown = session.nextFrames();
    const sentAtMs = performance.now();
    await stack.api.post(`/api/sessions/${session.id}/tasks`, { prompt: 'Do it.' }, z.unknown());
    const both = Promise.all([assigned, shown]);
    const [runnerAtMs, viewersAtMs] = await Promise.race([both, late(session.id)]);
    samples.push({ runnerMs: runnerAtMs - sentAtMs, viewersMs: viewersAtMs - sentAtMs });
    await sleep(PAUSE_MS);
  }
  return samples;
}

async function late(sessionId: string): Promise<never> {
  await sleep(DEADLINE_MS, null, { ref: false });
  throw new Error(`No idle runner got the job of ${sessionId}, or its viewers did not hear of it.`);
}
