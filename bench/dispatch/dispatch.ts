import type { Stack } from '../../local/stack/start-stack.ts';
import { openBullQueue } from '../baselines/bull-queue.ts';
import { describeMissing } from '../baselines/use-postgres.ts';
import { useRedis } from '../baselines/use-redis.ts';
import type { Benchmark, BenchmarkContext, Measure, Report } from '../benchmark.ts';
import { amount, medianRatio } from '../report/measures.ts';
import { medianOf } from '../stats/distribution.ts';
import { useWorld } from '../world/use-world.ts';
import { watchCpu } from '../world/watch-cpu.ts';
import { type DispatchPlan, dispatchJobs } from './dispatch-jobs.ts';

const JOBS = 1_000;
const QUICK_JOBS = 100;
const RUNNERS = 50;
const QUICK_RUNNERS = 10;

/** Queueing a thousand sessions takes longer than handing them out; a few rounds are enough for a median. */
const ROUNDS = 3;
const QUICK_ROUNDS = 1;

const METHOD = [
  `Jobs wait in the queue, each of a session of its own, and no runner is connected. Then ${RUNNERS} runners (light ones: the
real control socket, no process) say hello at one moment. **Handed out**: together they have room for all jobs; none
ends before the last one has arrived. The clock stops at the first job's and at the last job's arrival. **Worked
off**: each runner takes one job at a time, opens the job's own socket to its session, reports at once that nothing was
to be done, and so frees its place for the next; the clock stops when the last job has arrived.`,
  `**Baseline**, in turns with it: BullMQ with ${RUNNERS} workers in one process over a Redis that syncs each write to disk, the
same jobs added before, workers with the same room started at one moment. Its jobs have no session, no lease for a
named runner, no signature, no event log and no record of their end.`,
];

const BOUND = `Handing out is one object's thread: a lease stored, a ticket and an envelope signed, a frame sent for each
job, and each session told who has it. Working off is bound by the sessions: each job wakes its object, which stores
the opening and the end, tells the Fleet, and writes to the record.`;

export const dispatch: Benchmark = {
  name: 'dispatch',
  limitMs: 240_000,
  run: (context) => useWorld({}, ({ stack }) => measure(stack, context)),
};

type Kind = { name: string; hold: boolean };

const KINDS: readonly Kind[] = [
  { name: 'handed out', hold: true },
  { name: 'worked off', hold: false },
];

async function measure(stack: Stack, context: BenchmarkContext): Promise<Report> {
  const count = context.quick ? QUICK_JOBS : JOBS;
  const runners = context.quick ? QUICK_RUNNERS : RUNNERS;
  return useRedis(async (redis) => {
    const bull = redis.status === 'running' ? await openBullQueue(redis.port) : null;
    try {
      const measures: Measure[] = [];
      const notes: string[] = [];
      for (const { name, hold } of KINDS) {
        const plan = { count, runners, capacity: hold ? Math.ceil(count / runners) : 1, hold };
        const ours: number[][] = [];
        const theirs: number[][] = [];
        let cpu = '';
        for (let round = 0; round < (context.quick ? QUICK_ROUNDS : ROUNDS); round += 1) {
          context.signal.throwIfAborted();
          const watch = await watchCpu(stack);
          ours.push(await dispatchJobs(stack, plan, context.signal));
          cpu = await watch.describe();
          if (bull !== null) theirs.push(await dispatchBull(bull, plan, `${name}-${round}`));
          context.say(`${count} jobs ${name}, round ${round + 1}`);
        }
        measures.push(...measuresOf(`${count} jobs ${name}`, ours, theirs));
        notes.push(`${count} jobs ${name}, queueing included. ${cpu}`);
      }
      const title = `${count.toLocaleString('en-US')} queued jobs to ${runners} runners`;
      return { title, method: METHOD, measures, notes: [...notes, ...describeMissing(redis)], bound: BOUND };
    } finally {
      await bull?.close();
    }
  });
}

async function dispatchBull(
  bull: Awaited<ReturnType<typeof openBullQueue>>,
  { count, runners, capacity, hold }: DispatchPlan,
  name: string,
): Promise<number[]> {
  await bull.addAll(Array.from({ length: count }, (_, index) => `${name}-${index}`));
  return bull.dispatch({ workers: runners, capacity, count, hold });
}

const firstOf = (arrivals: readonly number[]) => Math.min(...arrivals);
const rateOf = (arrivals: readonly number[]) => (arrivals.length / Math.max(...arrivals)) * 1_000;

function measuresOf(what: string, ours: readonly number[][], theirs: readonly number[][]): Measure[] {
  const one = (who: string, rounds: readonly number[][]): Measure[] => [
    amount(`${who}: until the first job has arrived`, 'ms', rounds.map(firstOf)),
    amount(`${who}: until half of them have`, 'ms', rounds.map(medianOf)),
    amount(`${who}: jobs`, 'a second', rounds.map(rateOf)),
  ];
  if (theirs.length === 0) return one(what, ours);
  return [
    ...one(what, ours),
    ...one(`BullMQ + Redis, ${what}`, theirs),
    medianRatio(`${what}: jobs a second, against BullMQ + Redis`, ours.map(rateOf), theirs.map(rateOf)),
  ];
}
