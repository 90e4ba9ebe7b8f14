import { join } from 'node:path';
import { z } from 'zod';
import { type AdminApi, createAdminApi } from '../../local/stack/admin-api.ts';
import type { Stack } from '../../local/stack/start-stack.ts';
import { sessionAnswerSchema, sessionPageSchema } from '../../protocol/http.ts';
import { createKeyAnswerSchema } from '../../protocol/keys.ts';
import { type PostgresApi, startPostgresApi } from '../baselines/start-postgres-api.ts';
import { describeMissing, usePostgres } from '../baselines/use-postgres.ts';
import type { Benchmark, BenchmarkContext, Measure, Report } from '../benchmark.ts';
import { BENCH_ACCOUNT } from '../clients/register-runner.ts';
import { aimed, distribution, medianRatio } from '../report/measures.ts';
import { takeSamples } from '../world/take-samples.ts';
import { useWorld } from '../world/use-world.ts';
import { watchCpu } from '../world/watch-cpu.ts';
import { filledAt, filledRepository, fillRecord, giveLogs, PER_SESSION } from './fill-record.ts';

const SESSIONS = 100_000;
const QUICK_SESSIONS = 10_000;

const ROUNDS = 200;
const QUICK_ROUNDS = 40;
const WARM_UP = 10;
const BUDGET_MS = 45_000;

/** Sessions that exist as objects too: a session's own page and messages are its object's answer. */
const OBJECTS = 50;

/** Pages that are walked to get a cursor in the middle of nowhere. */
const DEEP_PAGES = 20;

const METHOD = [
  `The record in libSQL (a file, our local server over HTTP) holds ${SESSIONS.toLocaleString('en-US')} sessions with ${PER_SESSION.tasks} task, ${PER_SESSION.messages} messages,
${PER_SESSION.turns} turns and ${PER_SESSION.commandLogs} tool calls each (${(SESSIONS * PER_SESSION.commandLogs).toLocaleString('en-US')} in all), in the product's own schema with its search index; ${OBJECTS} sessions exist as objects besides. Every
kind of read is asked once a round, one after another over one connection, each round for another session or word.
What the clock has is the HTTP request at the Worker, until the answer is read and checked against its schema.`,
  `**Baseline**, in the same turns: a plain Node HTTP server over Postgres with one table of as many sessions, indexed
alike (titles by trigrams), without authentication.`,
];

const BOUND = `Two hops, and the rows. The Worker asks libSQL over HTTP, which in this set-up is one more Node process on
the same cores: the database's own part of a read is below a millisecond but for a search that matches many titles,
which must sort all it finds. A session's own page never asks libSQL: its object has it.`;

type Read = {
  name: string;
  path: (round: number) => string;
  /** Whose key is sent; the admin's when left out. */
  api?: Pick<AdminApi, 'get'>;
  baseline?: (round: number) => string;
};

export const apiReads: Benchmark = {
  name: 'api-reads',
  limitMs: 1_500_000,
  run: (context) =>
    useWorld({}, ({ stack }) => usePostgres((postgres) => measureBeside(stack, postgres, context))),
};

async function measureBeside(
  stack: Stack,
  postgres: Parameters<Parameters<typeof usePostgres>[0]>[0],
  context: BenchmarkContext,
): Promise<Report> {
  const { quick, say } = context;
  const sessions = quick ? QUICK_SESSIONS : SESSIONS;
  const startedAtMs = performance.now();
  fillRecord(join(stack.dataDir, 'record.db'), sessions);
  say(`${sessions} sessions are in the record after ${Math.round(performance.now() - startedAtMs)} ms`);
  const baseline = postgres.status === 'running' ? await startPostgresApi(postgres) : null;
  try {
    const rows = (await baseline?.fill(sessions)) ?? [];
    const objects = await createObjects(stack);
    giveLogs(join(stack.dataDir, 'record.db'), objects);
    const reads = [...(await planReads(stack, objects, rows)), ...(await planRecordReads(stack, sessions))];
    const { measures, note } = await measure(stack, baseline, reads, context);
    return {
      title: `API reads with ${sessions.toLocaleString('en-US')} sessions`,
      method: METHOD,
      measures,
      notes: [note, ...describeMissing(postgres)],
      bound: BOUND,
    };
  } finally {
    await baseline?.stop();
  }
}

async function createObjects({ api }: Stack): Promise<string[]> {
  const body = {
    workspace: { type: 'worktree', path: '/srv/project' },
    account: BENCH_ACCOUNT,
    prompt: 'Do it.',
  };
  const ids: string[] = [];
  while (ids.length < OBJECTS)
    ids.push((await api.post('/api/sessions', body, sessionAnswerSchema)).session.id);
  return ids;
}

async function planReads(stack: Stack, objects: readonly string[], rows: readonly string[]): Promise<Read[]> {
  const deep = await deepCursor(stack);
  const of = (list: readonly string[], round: number) => list[round % list.length] ?? '';
  return [
    { name: 'list, first page', path: () => '/api/sessions', baseline: () => '/api/sessions' },
    { name: `list, a page ${DEEP_PAGES} pages further`, path: () => `/api/sessions?cursor=${deep}` },
    {
      name: 'list by status',
      path: () => '/api/sessions?status=waiting',
      baseline: () => '/api/sessions?status=waiting',
    },
    { name: 'list by account', path: (round) => `/api/sessions?account=github:${(round % 20) + 1}` },
    { name: 'list by account and status', path: () => '/api/sessions?account=github:7&status=idle' },
    {
      name: 'search, a word of every fifth title',
      path: () => '/api/sessions?q=parser',
      baseline: () => '/api/sessions?q=parser',
    },
    {
      name: 'search, a few titles',
      path: (round) => `/api/sessions?q=module%20${5_000 + round}`,
      baseline: (round) => `/api/sessions?q=module%20${5_000 + round}`,
    },
    { name: 'search, two characters', path: () => '/api/sessions?q=up' },
    {
      name: 'one session',
      path: (round) => `/api/sessions/${of(objects, round)}`,
      baseline: rows.length === 0 ? undefined : (round) => `/api/sessions/${of(rows, round)}`,
    },
    { name: 'messages of a session', path: (round) => `/api/sessions/${of(objects, round)}/messages` },
    { name: 'tool calls of a session', path: (round) => `/api/sessions/${of(objects, round)}/logs` },
  ];
}

/** What reads over many rows: sums, filters, and lists of somebody who does not see everything. */
async function planRecordReads(stack: Stack, sessions: number): Promise<Read[]> {
  const dayOf = (n: number) => new Date(filledAt(n)).toISOString().slice(0, 10);
  const last = sessions - 1;
  const month = `from=${dayOf(last - SESSIONS_A_MONTH)}&to=${dayOf(last)}`;
  const whole = `from=${dayOf(0)}&to=${dayOf(last)}`;
  const account = (round: number) => `account=github:${(round % 20) + 1}`;
  const viewer = await createViewer(stack);
  return [
    { name: 'list by repository', path: (round) => `/api/sessions?repository=${filledRepository(round)}` },
    { name: 'list by assignee', path: () => '/api/sessions?assignee=mona' },
    { name: 'list of a viewer with three repositories', path: () => '/api/sessions', api: viewer },
    { name: 'usage of a month by day', path: (round) => `/api/usage?by=day&${account(round)}&${month}` },
    {
      name: 'usage of a month by session',
      path: (round) => `/api/usage?by=session&${account(round)}&${month}`,
    },
    {
      name: 'usage of all time by requester',
      path: (round) => `/api/usage?by=requester&${account(round)}&${whole}`,
    },
    {
      name: 'insights of a month',
      path: (round) => `/api/insights?by=repository&${account(round)}&${month}`,
    },
  ];
}

/** A session every ten minutes. */
const SESSIONS_A_MONTH = 30 * 24 * 6;

/** Somebody who may read three of the repositories in which an account has sessions. */
async function createViewer({ api }: Stack): Promise<AdminApi> {
  // Account 7 has the sessions 6, 26, 46, …
  const repositories = [6, 26, 46].map(filledRepository);
  const body = { account: 'github:7', name: 'bench', role: 'viewer', repositories };
  const { key } = await api.post('/api/keys', body, createKeyAnswerSchema);
  return createAdminApi(api.url, key);
}

async function deepCursor({ api }: Stack): Promise<string> {
  let cursor = '';
  for (let page = 0; page < DEEP_PAGES; page += 1) {
    const { next } = await api.get(
      `/api/sessions?limit=100${cursor && `&cursor=${cursor}`}`,
      sessionPageSchema,
    );
    if (next === null) break;
    cursor = next;
  }
  return cursor;
}

async function measure(
  stack: Stack,
  baseline: PostgresApi | null,
  reads: readonly Read[],
  { quick, signal }: BenchmarkContext,
): Promise<{ measures: Measure[]; note: string }> {
  const count = (quick ? QUICK_ROUNDS : ROUNDS) + WARM_UP;
  const cpu = await watchCpu(stack);
  const rounds = await takeSamples({ count, budgetMs: BUDGET_MS, signal }, async (round) => {
    const times: { ours: number; theirs: number | null }[] = [];
    for (const { path, api = stack.api, baseline: theirPath } of reads) {
      const ours = await timeOf(() => api.get(path(round), z.unknown()));
      const theirs =
        baseline === null || theirPath === undefined
          ? null
          : await timeOf(() => baseline.read(theirPath(round)));
      times.push({ ours, theirs });
    }
    return times;
  });
  const note = await cpu.describe();
  const warm = rounds.slice(WARM_UP);
  const measures = reads.flatMap(({ name }, index) => {
    const ours = warm.flatMap((times) => times[index]?.ours ?? []);
    const theirs = warm.flatMap((times) => times[index]?.theirs ?? []);
    const own = aimed(distribution(name, ours), 'apiReads');
    if (theirs.length === 0) return [own];
    const their = `Node + Postgres: ${name}`;
    return [own, distribution(their, theirs), medianRatio(`${name}, against Node + Postgres`, ours, theirs)];
  });
  return { measures, note };
}

async function timeOf(work: () => Promise<unknown>): Promise<number> {
  const startedAtMs = performance.now();
  await work();
  return performance.now() - startedAtMs;
}
