import { healthSchema, sessionAnswerSchema } from '../../protocol/http.ts';
import type { Benchmark } from '../benchmark.ts';
import { distribution, medianRatio } from '../report/measures.ts';
import { takeSamples } from '../world/take-samples.ts';

const SAMPLES = 300;
const QUICK_SAMPLES = 100;
const WARM_UP = 30;
const BUDGET_MS = 8_000;

const METHOD = [
  `\`POST /api/sessions\` without a prompt, one after another over one connection: the guard, a new Session object with
its own SQLite database, and its answer. In turns with it \`GET /healthz\`, which touches nothing: what HTTP, workerd
and this machine's load cost by themselves.`,
];

export const createSession: Benchmark = {
  name: 'create-session',
  world: 'plain',
  async run({ quick, signal, plainWorld }) {
    const { api } = (await plainWorld()).stack;
    const body = { workspace: { type: 'worktree', path: '/srv/project' }, account: 'local' };
    const count = (quick ? QUICK_SAMPLES : SAMPLES) + WARM_UP;
    const samples = await takeSamples({ count, budgetMs: BUDGET_MS, signal }, async () => ({
      create: await timeOf(() => api.post('/api/sessions', body, sessionAnswerSchema)),
      health: await timeOf(() => api.get('/healthz', healthSchema)),
    }));
    const warm = samples.slice(WARM_UP);
    const create = warm.map((sample) => sample.create);
    const health = warm.map((sample) => sample.health);
    return {
      title: 'Create a session',
      method: METHOD,
      measures: [
        distribution('session: request sent → answered', create),
        distribution('healthz: request sent → answered', health),
        medianRatio('session, against healthz', create, health),
      ],
    };
  },
};

async function timeOf(work: () => Promise<unknown>): Promise<number> {
  const startedAtMs = performance.now();
  await work();
  return performance.now() - startedAtMs;
}
