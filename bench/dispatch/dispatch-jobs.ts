import type { Stack } from '../../local/stack/start-stack.ts';
import { fleetViewSchema } from '../../protocol/fleet-view.ts';
import { openJob } from '../clients/job-client.ts';
import { type Assignment, connectLightRunner, type LightRunner } from '../clients/light-runner.ts';
import { registerRunner } from '../clients/register-runner.ts';
import { requestTask } from '../clients/take-job.ts';
import { inParallel } from '../world/in-parallel.ts';

/** So many requests at once keep the Worker busy without a queue at its door. */
const REQUESTS_AT_ONCE = 8;

const ALL_DEADLINE_MS = 90_000;

export type DispatchPlan = {
  /** Nobody else's: its Fleet knows these runners and these jobs only. */
  account: string;
  count: number;
  runners: number;
  /** Jobs that a runner takes at one time. */
  capacity: number;
  /** Jobs are held until all have arrived; else each is reported as done at once. */
  hold: boolean;
};

export type Dispatched = {
  /** When each job arrived, in ms from the moment of all hellos. */
  arrivals: number[];
  /** Lets the runners go. As long as they stay, the jobs that they hold are not given out again. */
  leave(): void;
};

/**
 * Queues jobs, then lets runners come, all at one moment.
 *
 * @throws when not all jobs arrive, or one arrives twice.
 */
export async function dispatchJobs(
  stack: Stack,
  plan: DispatchPlan,
  signal: AbortSignal,
): Promise<Dispatched> {
  const { account, count, capacity, hold } = plan;
  const sessions = new Set<string>();
  await inParallel(count, REQUESTS_AT_ONCE, async () => {
    signal.throwIfAborted();
    sessions.add(await requestTask(stack, account));
  });
  await untilQueued(stack, account, count);
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
  const runners = await connectAll(stack, plan, onAssign);
  const leave = () => {
    for (const runner of runners) runner.close();
  };
  const late = setTimeout(
    () => all.reject(new Error(`Only ${arrivals.size} of ${count} jobs arrived.`)),
    ALL_DEADLINE_MS,
  );
  try {
    const startedAtMs = performance.now();
    for (const runner of runners) void runner.greet(capacity);
    await all.promise;
    await Promise.all(ends);
    return { arrivals: [...arrivals.values()].map((atMs) => atMs - startedAtMs), leave };
  } catch (error) {
    leave();
    throw error;
  } finally {
    clearTimeout(late);
  }
}

async function connectAll(
  stack: Stack,
  { account, runners: count }: DispatchPlan,
  onAssign: (assignment: Assignment) => void,
): Promise<LightRunner[]> {
  const runners: LightRunner[] = [];
  await inParallel(count, REQUESTS_AT_ONCE, async (index) => {
    const credential = await registerRunner(stack, `dispatch ${index}`, account);
    runners.push(await connectLightRunner(stack, credential, onAssign));
  });
  return runners;
}

/** The answer to a request may come before the Fleet has its job. */
async function untilQueued({ api }: Stack, account: string, count: number): Promise<void> {
  for (;;) {
    const { queue } = await api.get(`/api/runners?account=${account}`, fleetViewSchema);
    if (queue.length >= count) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

async function endJob(stack: Stack, assignment: Assignment): Promise<void> {
  const job = await openJob(stack, assignment);
  await job.send([{ type: 'job.finished', outcome: { type: 'unchanged' } }]);
  job.close();
}
