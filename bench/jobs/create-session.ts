import { sessionAnswerSchema } from '../../protocol/http.ts';
import type { Benchmark } from '../benchmark.ts';
import { distribution } from '../report/measures.ts';
import { takeSamples } from '../world/take-samples.ts';
import { useWorld } from '../world/use-world.ts';

const SAMPLES = 300;
const QUICK_SAMPLES = 100;
const WARM_UP = 30;
const BUDGET_MS = 15_000;

const METHOD = [
  `\`POST /api/sessions\` without a prompt, one after another over one connection: the guard, a new Session object with
its own SQLite database, and its answer.`,
];

export const createSession: Benchmark = {
  name: 'create-session',
  run: ({ quick, signal }) =>
    useWorld({}, async ({ stack }) => {
      const body = { workspace: { type: 'worktree', path: '/srv/project' }, account: 'local' };
      const count = (quick ? QUICK_SAMPLES : SAMPLES) + WARM_UP;
      const samples = await takeSamples({ count, budgetMs: BUDGET_MS, signal }, async () => {
        const sentAtMs = performance.now();
        await stack.api.post('/api/sessions', body, sessionAnswerSchema);
        return performance.now() - sentAtMs;
      });
      const measures = [distribution('request sent → answered', samples.slice(WARM_UP))];
      return { title: 'Create a session', method: METHOD, measures };
    }),
};
