import { sessionAnswerSchema } from '../../protocol/http.ts';
import type { Benchmark } from '../benchmark.ts';
import { distribution } from '../report/measures.ts';
import { takeSamples } from '../world/take-samples.ts';
import { useWorld } from '../world/use-world.ts';
import { connectJobTaker } from './job-taker.ts';

/** An account of its own, so that the world's real runner leaves these jobs alone. */
const ACCOUNT = 'local';

/** The jobs are held, not done; a runner may hold 200. */
const SAMPLES = 150;
const QUICK_SAMPLES = 40;
const WARM_UP = 20;
const BUDGET_MS = 20_000;

const METHOD = [
  `\`POST /api/sessions\` with a prompt, one after another, each in a new session, against a runner that is connected to
its Fleet and idle. **Request sent** includes the HTTP request, the new session and its first task.
**Task stored** is the task's own time by the control plane's clock (whole milliseconds): from there the job goes
from its Session through the Fleet, which matches it and stores a lease, to the runner's socket.`,
];

export const enqueueToRunner: Benchmark = {
  name: 'enqueue-to-runner',
  run: ({ quick, signal }) =>
    useWorld({}, async ({ stack }) => {
      const taker = await connectJobTaker(stack, ACCOUNT, SAMPLES + WARM_UP);
      try {
        const body = {
          workspace: { type: 'worktree', path: '/srv/project' },
          account: ACCOUNT,
          prompt: 'Do it.',
        };
        const count = (quick ? QUICK_SAMPLES : SAMPLES) + WARM_UP;
        const samples = await takeSamples({ count, budgetMs: BUDGET_MS, signal }, async () => {
          const sentAtMs = performance.now();
          const answer = await stack.api.post('/api/sessions', body, sessionAnswerSchema);
          const arrivedAtMs = await taker.arrivalOf(answer.session.id);
          const storedAt = answer.tasks[0]?.createdAt ?? Number.NaN;
          return {
            sentMs: arrivedAtMs - sentAtMs,
            storedMs: performance.timeOrigin + arrivedAtMs - storedAt,
          };
        });
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
    }),
};
