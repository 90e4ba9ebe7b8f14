import type { Stack } from '../../local/stack/start-stack.ts';
import { healthSchema, sessionAnswerSchema } from '../../protocol/http.ts';
import { startPostgresApi } from '../baselines/start-postgres-api.ts';
import { describeMissing, usePostgres } from '../baselines/use-postgres.ts';
import type { Benchmark, BenchmarkContext, Report } from '../benchmark.ts';
import { BENCH_ACCOUNT } from '../clients/register-runner.ts';
import { aimed, distribution, medianRatio } from '../report/measures.ts';
import { takeSamples } from '../world/take-samples.ts';
import { useWorld } from '../world/use-world.ts';
import { watchCpu } from '../world/watch-cpu.ts';

const SAMPLES = 300;
const QUICK_SAMPLES = 100;
const WARM_UP = 30;
const BUDGET_MS = 12_000;

const METHOD = [
  `\`POST /api/sessions\` without a prompt, one after another over one connection: the guard, a new Session object with
its own SQLite database, and its answer. In turns with it \`GET /healthz\`, which touches nothing: what HTTP, workerd
and this machine's load cost by themselves.`,
  `**Baseline**, in the same turns: a plain Node HTTP server that inserts one row into Postgres and answers. It makes no
object and no database of its own, keeps no event log and wakes nobody.`,
];

const BOUND = `A new Session object is a new SQLite database: workerd creates its files, and the first transaction makes
some twenty tables and indices and waits for the disk. A row in a table that exists needs none of that, which is the
baseline's lead. It is paid once a session. Objects that are made in advance would save it for sessions of the API alone:
those of GitHub get their object's name from the issue, so that two mentions at once reach the same one. The target stands
beside the 0.8 ms that Express with Postgres took elsewhere, 12.5 × of it; on another machine that ratio tells more than
milliseconds.`;

export const createSession: Benchmark = {
  name: 'create-session',
  limitMs: 90_000,
  run: (context) => useWorld({}, ({ stack }) => measure(stack, context)),
};

async function measure(stack: Stack, { quick, signal }: BenchmarkContext): Promise<Report> {
  const { api } = stack;
  const body = { workspace: { type: 'worktree', path: '/srv/project' }, account: BENCH_ACCOUNT };
  const count = (quick ? QUICK_SAMPLES : SAMPLES) + WARM_UP;
  return usePostgres(async (postgres) => {
    const baseline = postgres.status === 'running' ? await startPostgresApi(postgres) : null;
    try {
      const cpu = await watchCpu(stack);
      const samples = await takeSamples({ count, budgetMs: BUDGET_MS, signal }, async () => ({
        create: await timeOf(() => api.post('/api/sessions', body, sessionAnswerSchema)),
        health: await timeOf(() => api.get('/healthz', healthSchema)),
        insert: baseline === null ? null : await timeOf(() => baseline.createSession()),
      }));
      const note = await cpu.describe();
      const warm = samples.slice(WARM_UP);
      const create = warm.map((sample) => sample.create);
      const health = warm.map((sample) => sample.health);
      const insert = warm.flatMap((sample) => sample.insert ?? []);
      return {
        title: 'Create a session',
        method: METHOD,
        measures: [
          aimed(distribution('session: request sent → answered', create), 'createSession'),
          distribution('healthz: request sent → answered', health),
          medianRatio('session, against healthz', create, health),
          ...(insert.length === 0
            ? []
            : [
                distribution('Node + Postgres: request sent → answered', insert),
                medianRatio('session, against Node + Postgres', create, insert),
              ]),
        ],
        notes: [note, ...describeMissing(postgres)],
        bound: BOUND,
      };
    } finally {
      await baseline?.stop();
    }
  });
}

async function timeOf(work: () => Promise<unknown>): Promise<number> {
  const startedAtMs = performance.now();
  await work();
  return performance.now() - startedAtMs;
}
