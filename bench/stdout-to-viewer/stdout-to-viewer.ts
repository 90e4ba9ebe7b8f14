import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { ROOT } from '../../local/stack/parts.ts';
import type { Stack } from '../../local/stack/start-stack.ts';
import { sessionAnswerSchema } from '../../protocol/http.ts';
import type { Benchmark, BenchmarkContext, Measure } from '../benchmark.ts';
import { distribution } from '../report/measures.ts';
import { checkOrder } from '../stats/check-order.ts';
import { useWorlds } from '../world/use-world.ts';
import { type LineWatch, type SeenLine, watchLines } from './watch-lines.ts';

const LINES_A_SECOND = 100;
const SECONDS = 10;
const QUICK_SECONDS = 2;
const SESSION_COUNTS = [1, 10] as const;

/** From the tasks' requests until all processes are up; a session that is later than this starts at once. */
const LEAD_MS = 1_500;
const LEAD_A_SESSION_MS = 150;

/** Beyond the time that the lines themselves take. */
const GRACE_MS = 45_000;

const MS_A_SECOND = 1_000;

const METHOD = [
  `A stand-in for the Claude Code CLI (\`bench/stand-in-claude.mjs\`) writes ${LINES_A_SECOND} lines of text a second in each session and
puts the time of writing into each line. The line goes through the Agent SDK and the runner (parsed, redacted,
journalled on disk), over the job's socket to its Session object (stored in SQLite), and as a frame to one viewer a
session, over a socket. The clock stops when the viewer's process has the frame. All processes share this machine's
clock and its cores.`,
  `Lost, doubled and out of order are counted over every line of every session, as its viewer had them.`,
];

export const stdoutToViewer: Benchmark = {
  name: 'stdout-to-viewer',
  world: 'own',
  async run(context) {
    const folders = await mkdtemp(join(tmpdir(), 'signalbox-folders-'));
    const options = {
      capacity: Math.max(...SESSION_COUNTS),
      folders: [folders],
      claudeEnvironment: { CLAUDE_CODE_PATH: join(ROOT, 'bench', 'stand-in-claude.mjs') },
    };
    try {
      return await useWorlds([options], async ([world]) => {
        if (world === undefined) throw new Error('There is no world.');
        const measures: Measure[] = [];
        for (const count of SESSION_COUNTS) {
          measures.push(...(await measureSessions(world.stack, folders, count, context)));
        }
        return { title: "Claude's stdout line → frame at a viewer", method: METHOD, measures };
      });
    } finally {
      await rm(folders, { recursive: true, force: true, maxRetries: 3 });
    }
  },
};

async function measureSessions(
  stack: Stack,
  folders: string,
  count: number,
  { quick, signal, say }: BenchmarkContext,
): Promise<Measure[]> {
  signal.throwIfAborted();
  const seconds = quick ? QUICK_SECONDS : SECONDS;
  const lineCount = seconds * LINES_A_SECOND;
  const names = Array.from({ length: count }, (_, index) => `${count}-${index}`);
  const ids = await Promise.all(names.map((name) => createSession(stack, join(folders, name))));
  const watches = ids.map((id) => watchLines(stack, id));
  try {
    await Promise.all(watches.map(({ open }) => open));
    const leadMs = LEAD_MS + count * LEAD_A_SESSION_MS;
    const startAt = Date.now() + leadMs;
    const intervalMs = MS_A_SECOND / LINES_A_SECOND;
    await Promise.all(
      ids.map((id, index) => {
        // Spread over one interval: sessions are in no step with each other.
        const from = startAt + (index * intervalMs) / count;
        const prompt = `[[lines:${lineCount}@${LINES_A_SECOND} from ${from}]]`;
        return stack.api.post(`/api/sessions/${id}/tasks`, { prompt }, z.unknown());
      }),
    );
    say(`${count} ${count === 1 ? 'session writes' : 'sessions write'} for ${seconds} s`);
    const limitMs = leadMs + seconds * MS_A_SECOND + GRACE_MS;
    const progress = () => watches.map((watch) => watch.progress()).join('; ');
    const all = await within(limitMs, signal, Promise.all(watches.map(({ ended }) => ended)), progress);
    return measuresOf(all, watches, lineCount);
  } finally {
    for (const watch of watches) watch.close();
  }
}

async function createSession(stack: Stack, path: string): Promise<string> {
  await mkdir(path);
  const body = { workspace: { type: 'local', path } };
  return (await stack.api.post('/api/sessions', body, sessionAnswerSchema)).session.id;
}

function measuresOf(all: SeenLine[][], watches: readonly LineWatch[], lineCount: number): Measure[] {
  const who = all.length === 1 ? '1 session' : `${all.length} sessions at once`;
  const orders = all.map((lines) =>
    checkOrder(
      lines.map(({ seq }) => seq),
      lineCount,
    ),
  );
  const sum = (numbers: number[]) => numbers.reduce((left, right) => left + right, 0);
  const lines = all.flat();
  const written = lines.map(({ writtenAt }) => writtenAt).sort((left, right) => left - right);
  const tookMs = (written.at(-1) ?? 0) - (written[0] ?? 0);
  return [
    distribution(
      `${who}: line written → viewer has it`,
      lines.map(({ latencyMs }) => latencyMs),
    ),
    {
      type: 'count',
      label: `${who}: lines a second, all together`,
      value: Math.round((lines.length / tookMs) * MS_A_SECOND),
    },
    { type: 'faults', label: `${who}: lost`, value: sum(orders.map(({ lost }) => lost)) },
    { type: 'faults', label: `${who}: doubled`, value: sum(orders.map(({ doubled }) => doubled)) },
    { type: 'faults', label: `${who}: out of order`, value: sum(orders.map(({ outOfOrder }) => outOfOrder)) },
    {
      type: 'faults',
      label: `${who}: event ids with a gap`,
      value: sum(watches.map(({ idFaults }) => idFaults())),
    },
  ];
}

async function within<T>(
  limitMs: number,
  signal: AbortSignal,
  work: Promise<T>,
  progress: () => string,
): Promise<T> {
  const limit = AbortSignal.any([signal, AbortSignal.timeout(limitMs)]);
  const { promise, reject } = Promise.withResolvers<never>();
  const stop = () => reject(new Error(`The sessions did not end: ${progress()}`, { cause: limit.reason }));
  limit.addEventListener('abort', stop, { once: true });
  try {
    return await Promise.race([work, promise]);
  } finally {
    limit.removeEventListener('abort', stop);
  }
}
