import type { Stack } from '../../local/stack/start-stack.ts';
import { fleetViewSchema } from '../../protocol/http.ts';
import { openJob } from '../clients/job-client.ts';
import { type Assignment, connectLightRunner, type LightRunner } from '../clients/light-runner.ts';
import { BENCH_ACCOUNT, registerRunner } from '../clients/register-runner.ts';
import { requestTask } from '../clients/take-job.ts';
import { inParallel } from '../world/in-parallel.ts';

/** So many requests at once keep the Worker busy without a queue at its door. */
const REQUESTS_AT_ONCE = 8;

const ALL_DEADLINE_MS = 90_000;

export type DispatchPlan = {
  count: number;
  runners: number;
  /** Jobs that a runner takes at one time. */
  capacity: number;
  /** Jobs are held until all have arrived; else each is reported as done at once. */
  hold: boolean;
};

/**
 * Queues jobs, then lets runners come, all at one moment. Returns when each job arrived, in ms from that moment.
 *
 * @throws when not all of them arrive, or one arrives twice.
 */
export async function dispatchJobs(stack: Stack, plan: DispatchPlan, signal: AbortSignal): Promise<number[]> {
  const { count, capacity, hold } = plan;
  const sessions = new Set<string>();
  await inParallel(count, REQUESTS_AT_ONCE, async () => {
    signal.throwIfAborted();
    sessions.add(await requestTask(stack));
  });
  await untilQueued(stack, count);
  const all = Promise.withResolvers<void>();
  const arrivals = new Map<string, number>();
  const ends: Promise<void>[] = [];
  const onAssign = (assignment: Assignment) => {
    const { sessionId } = assignment.job;
    if (!sessions.has(sessionId)) return;
    if (arrivals.has(sessionId)) all.reject(new Error(`The job of ${sessionId} was given out twice.`));
    arrivals.set(sessionId, assignment.atMs);
    if (!hold) ends.push(endJob(stack, assignment).catch(all.reject));
    if (arrivals.size === count) all.resolve();
  };
  const runners = await connectAll(stack, plan.runners, onAssign);
  const late = setTimeout(
    () => all.reject(new Error(`Only ${arrivals.size} of ${count} jobs arrived.`)),
    ALL_DEADLINE_MS,
  );
  try {
    const startedAtMs = performance.now();
    for (const runner of runners) void runner.greet(capacity);
    await all.promise;
    await Promise.all(ends);
    return [...arrivals.values()].map((atMs) => atMs - startedAtMs);
  } finally {
    clearTimeout(late);
    for (const runner of runners) runner.close();
    await removeRunners(stack);
  }
}

async function connectAll(
  stack: Stack,
  count: number,
  onAssign: (assignment: Assignment) => void,
): Promise<LightRunner[]> {
  const runners: LightRunner[] = [];
  await inParallel(count, REQUESTS_AT_ONCE, async (index) => {
    const credential = await registerRunner(stack, `dispatch ${index}`);
    runners.push(await connectLightRunner(stack, credential, onAssign));
  });
  return runners;
}

/** The answer to a request may come before the Fleet has its job. */
async function untilQueued({ api }: Stack, count: number): Promise<void> {
  for (;;) {
    const { queue } = await api.get(`/api/runners?account=${BENCH_ACCOUNT}`, fleetViewSchema);
    if (queue.length >= count) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

async function endJob(stack: Stack, assignment: Assignment): Promise<void> {
  const job = await openJob(stack, assignment);
  await job.send([{ type: 'job.finished', outcome: { type: 'unchanged' } }]);
  job.close();
}

/** What they hold must not wait for them in the next round: it goes back to the queue and is called off there. */
async function removeRunners(stack: Stack): Promise<void> {
  const { api, url } = stack;
  const { runners } = await api.get(`/api/runners?account=${BENCH_ACCOUNT}`, fleetViewSchema);
  for (const { id } of runners) {
    const path = `${url}/api/runners/${id}?account=${BENCH_ACCOUNT}`;
    await fetch(path, { method: 'DELETE', headers: api.headers });
  }
  const { queue } = await api.get(`/api/runners?account=${BENCH_ACCOUNT}`, fleetViewSchema);
  await inParallel(queue.length, REQUESTS_AT_ONCE, async (index) => {
    const headers = { ...api.headers, 'content-type': 'application/json' };
    await fetch(`${url}/api/tasks/${queue[index]?.taskId}/cancel`, { method: 'POST', headers, body: '{}' });
  });
}
