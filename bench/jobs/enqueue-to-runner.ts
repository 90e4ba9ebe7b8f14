import type { Stack } from '../../local/stack/start-stack.ts';
import { sessionAnswerSchema } from '../../protocol/http.ts';
import { openBullQueue } from '../baselines/bull-queue.ts';
import { describeMissing } from '../baselines/use-postgres.ts';
import { useRedis } from '../baselines/use-redis.ts';
import type { Benchmark, BenchmarkContext, Report } from '../benchmark.ts';
import { BENCH_ACCOUNT } from '../clients/register-runner.ts';
import { aimed, distribution, medianRatio } from '../report/measures.ts';
import { takeSamples } from '../world/take-samples.ts';
import { useWorld } from '../world/use-world.ts';
import { watchCpu } from '../world/watch-cpu.ts';
import { connectJobTaker, type JobTaker } from './job-taker.ts';

/** The jobs are held, not done; a runner may hold 200. */
const SAMPLES = 150;
const QUICK_SAMPLES = 40;
const WARM_UP = 20;
const BUDGET_MS = 15_000;

const METHOD = [
  `\`POST /api/sessions\` with a prompt, one after another, each in a new session, against a runner that is connected to
its Fleet and idle. **Request sent** includes the HTTP request, the new session and its first task.
**Task stored** is the task's own time by the control plane's clock (whole milliseconds): from there the job goes
from its Session through the Fleet, which matches it and stores a lease, to the runner's socket.`,
  `**Baseline**, in the same turns: BullMQ's \`queue.add\` until an idle worker's function is called, over a Redis that
syncs each write to disk. There is no session, no request from outside and no lease for a named runner in it: its like
on our side begins at **task stored**.`,
];

const BOUND = `From the stored task on there are the account's word that the budget allows it, two transactions that wait for the disk
(the Session's, the Fleet's), a call to the Fleet, and a signature for the job. BullMQ has one write and one wake-up. Each of ours is
there for a promise: the Session's row so that no task is lost when the Fleet can't be reached, the Fleet's so that no
two runners have one job, the signature so that a runner takes no work from anybody else. The target stands beside the
1.4 ms that BullMQ was measured to take elsewhere, 3.6 × of it: on another machine that ratio tells more than milliseconds.`;

export const enqueueToRunner: Benchmark = {
  name: 'enqueue-to-runner',
  limitMs: 90_000,
  run: (context) => useWorld({}, ({ stack }) => measure(stack, context)),
};

async function measure(stack: Stack, { quick, signal }: BenchmarkContext): Promise<Report> {
  const count = (quick ? QUICK_SAMPLES : SAMPLES) + WARM_UP;
  const taker = await connectJobTaker(stack, count);
  try {
    return await useRedis(async (redis) => {
      const bull = redis.status === 'running' ? await openBullQueue(redis.port) : null;
      try {
        await bull?.startTaker();
        const cpu = await watchCpu(stack);
        const samples = await takeSamples({ count, budgetMs: BUDGET_MS, signal }, async (index) => ({
          ...(await takeSample(stack, taker)),
          bullMs: bull === null ? null : await bull.addAndArrive(`job-${index}`),
        }));
        const note = await cpu.describe();
        const warm = samples.slice(WARM_UP);
        const stored = warm.map(({ storedMs }) => storedMs);
        const sent = warm.map(({ sentMs }) => sentMs);
        const bullMs = warm.flatMap((sample) => sample.bullMs ?? []);
        return {
          title: 'Enqueue → a runner has the job',
          method: METHOD,
          measures: [
            distribution('request sent → runner has the job', sent),
            aimed(distribution('task stored → runner has the job', stored), 'enqueueToRunner'),
            ...(bullMs.length === 0
              ? []
              : [
                  distribution('BullMQ + Redis: added → worker has the job', bullMs),
                  medianRatio('task stored → runner has the job, against BullMQ + Redis', stored, bullMs),
                ]),
          ],
          notes: [note, ...describeMissing(redis)],
          bound: BOUND,
        };
      } finally {
        await bull?.close();
      }
    });
  } finally {
    taker.close();
  }
}

async function takeSample({ api }: Stack, taker: JobTaker): Promise<{ sentMs: number; storedMs: number }> {
  const workspace = { type: 'worktree', path: '/srv/project' };
  const sentAtMs = performance.now();
  const { session, tasks } = await api.post(
    '/api/sessions',
    { workspace, account: BENCH_ACCOUNT, prompt: 'Do it.' },
    sessionAnswerSchema,
  );
  const arrivedAtMs = await taker.arrivalOf(session.id);
  const [task] = tasks;
  if (task === undefined) throw new Error(`Session ${session.id} has no task.`);
  return {
    sentMs: arrivedAtMs - sentAtMs,
    storedMs: performance.timeOrigin + arrivedAtMs - task.createdAt,
  };
}
