import type { Stack } from '../../local/stack/start-stack.ts';
import { type BullQueue, openBullQueue } from '../baselines/bull-queue.ts';
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

/** Queueing a thousand sessions takes longer than handing them out; a machine that needs long for it takes fewer. */
const ROUNDS = 3;
const QUICK_ROUNDS = 1;
const KIND_BUDGET_MS = 40_000;

/** Each round has an account of its own, and so a Fleet that knows nothing of the rounds before. */
const FIRST_ACCOUNT = 900_001;

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
  limitMs: 300_000,
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
    const leaving: (() => void)[] = [];
    const bull = redis.status === 'running' ? await openBullQueue(redis.port) : null;
    try {
      const measures: Measure[] = [];
      const notes: string[] = [];
      for (const kind of KINDS) {
        const rounds = await takeRounds(stack, bull, { count, runners, ...kind }, leaving, context);
        const what = `${count} jobs ${kind.name}`;
        measures.push(...measuresOf(what, rounds.ours, rounds.theirs));
        notes.push(`${what}, queueing included. ${rounds.cpu}`);
      }
      const title = `${count.toLocaleString('en-US')} queued jobs to ${runners} runners`;
      return { title, method: METHOD, measures, notes: [...notes, ...describeMissing(redis)], bound: BOUND };
    } finally {
      for (const leave of leaving) leave();
      await bull?.close();
    }
  });
}

type Rounds = { ours: number[][]; theirs: number[][]; cpu: string };

async function takeRounds(
  stack: Stack,
  bull: BullQueue | null,
  { count, runners, name, hold }: Kind & { count: number; runners: number },
  leaving: (() => void)[],
  { quick, signal, say }: BenchmarkContext,
): Promise<Rounds> {
  const rounds: Rounds = { ours: [], theirs: [], cpu: '' };
  const startedAtMs = performance.now();
  for (let round = 0; round < (quick ? QUICK_ROUNDS : ROUNDS); round += 1) {
    if (round > 0 && performance.now() - startedAtMs > KIND_BUDGET_MS) break;
    signal.throwIfAborted();
    const account = `github:${FIRST_ACCOUNT + leaving.length}`;
    const plan = { account, count, runners, capacity: hold ? Math.ceil(count / runners) : 1, hold };
    const watch = await watchCpu(stack);
    const { arrivals, leave } = await dispatchJobs(stack, plan, signal);
    leaving.push(leave);
    rounds.ours.push(arrivals);
    rounds.cpu = await watch.describe();
    if (bull !== null) rounds.theirs.push(await dispatchBull(bull, plan, `${name}-${round}`));
    say(`${count} jobs ${name}, round ${round + 1}`);
  }
  return rounds;
}

async function dispatchBull(
  bull: BullQueue,
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
