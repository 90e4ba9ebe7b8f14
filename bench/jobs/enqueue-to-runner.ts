import type { Stack } from '../../local/stack/start-stack.ts';
import { sessionAnswerSchema } from '../../protocol/http.ts';
import type { Benchmark } from '../benchmark.ts';
import { distribution } from '../report/measures.ts';
import { takeSamples } from '../world/take-samples.ts';
import { connectJobTaker, type JobTaker } from './job-taker.ts';

/** Not the account of the world's real runner, so that it leaves these jobs alone. */
const ACCOUNT = 'local';

/** The jobs are held, not done; a runner may hold 200. */
const SAMPLES = 150;
const QUICK_SAMPLES = 40;
const WARM_UP = 20;
const BUDGET_MS = 10_000;

const METHOD = [
  `\`POST /api/sessions\` with a prompt, one after another, each in a new session, against a runner that is connected to
its Fleet and idle. **Request sent** includes the HTTP request, the new session and its first task.
**Task stored** is the task's own time by the control plane's clock (whole milliseconds): from there the job goes
from its Session through the Fleet, which matches it and stores a lease, to the runner's socket.`,
];

export const enqueueToRunner: Benchmark = {
  name: 'enqueue-to-runner',
  world: 'plain',
  async run({ quick, signal, plainWorld }) {
    const { stack } = await plainWorld();
    const count = (quick ? QUICK_SAMPLES : SAMPLES) + WARM_UP;
    const taker = await connectJobTaker(stack, ACCOUNT, count);
    try {
      const samples = await takeSamples({ count, budgetMs: BUDGET_MS, signal }, () =>
        takeSample(stack, taker),
      );
      const warm = samples.slice(WARM_UP);
      return {
        title: 'Enqueue → a runner has the job',
        method: METHOD,
        measures: [
          distribution(
            'request sent → runner has the job',
            warm.map(({ sentMs }) => sentMs),
          ),
          distribution(
            'task stored → runner has the job',
            warm.map(({ storedMs }) => storedMs),
          ),
        ],
      };
    } finally {
      taker.close();
    }
  },
};

async function takeSample({ api }: Stack, taker: JobTaker): Promise<{ sentMs: number; storedMs: number }> {
  const workspace = { type: 'worktree', path: '/srv/project' };
  const sentAtMs = performance.now();
  const { session, tasks } = await api.post(
    '/api/sessions',
    { workspace, account: ACCOUNT, prompt: 'Do it.' },
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
