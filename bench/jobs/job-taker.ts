import type { Stack } from '../../local/stack/start-stack.ts';
import { connectLightRunner } from '../clients/light-runner.ts';
import { registerRunner } from '../clients/register-runner.ts';

/** A job comes within milliseconds. */
const JOB_DEADLINE_MS = 10_000;

export type JobTaker = {
  /** When the job of a session arrived: ms of `performance.now()`. */
  arrivalOf(sessionId: string): Promise<number>;
  close(): void;
};

/** A runner that takes every job of the benchmarks' account and does none of them: the near end of "has the job". */
export async function connectJobTaker(stack: Stack, capacity: number): Promise<JobTaker> {
  const arrivals = new Map<string, PromiseWithResolvers<number>>();
  const arrival = (sessionId: string) => {
    const known = arrivals.get(sessionId) ?? Promise.withResolvers<number>();
    arrivals.set(sessionId, known);
    return known;
  };
  const credential = await registerRunner(stack, 'job taker');
  const runner = await connectLightRunner(stack, credential, ({ job, atMs }) =>
    arrival(job.sessionId).resolve(atMs),
  );
  await runner.greet(capacity);
  return {
    async arrivalOf(sessionId) {
      const { promise, reject } = arrival(sessionId);
      const late = setTimeout(
        () => reject(new Error(`No runner got the job of ${sessionId}.`)),
        JOB_DEADLINE_MS,
      );
      try {
        return await promise;
      } finally {
        clearTimeout(late);
      }
    },
    close: runner.close,
  };
}
