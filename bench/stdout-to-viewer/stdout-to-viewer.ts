import { mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { ROOT } from '../../local/stack/parts.ts';
import type { Stack } from '../../local/stack/start-stack.ts';
import { sessionAnswerSchema } from '../../protocol/http.ts';
import type { Benchmark, BenchmarkContext, Measure } from '../benchmark.ts';
import { aimed, distribution } from '../report/measures.ts';
import { checkOrder } from '../stats/check-order.ts';
import type { TargetName } from '../targets.ts';
import { useWorld } from '../world/use-world.ts';
import { watchCpu } from '../world/watch-cpu.ts';
import { type LineWatch, type SeenLine, watchLines } from './watch-lines.ts';

const SECONDS = 10;
const QUICK_SECONDS = 2;

type Case = {
  sessions: number /** Lines that each session writes. */;
  aSecond: number;
  targets: TargetName[];
};

const CASES: readonly Case[] = [
  { sessions: 1, aSecond: 100, targets: ['stdoutToViewerTypical', 'stdoutToViewerWorst'] },
  { sessions: 10, aSecond: 100, targets: [] },
  { sessions: 50, aSecond: 20, targets: ['stdoutOfManySessions'] },
  { sessions: 50, aSecond: 100, targets: ['stdoutOfManyBusySessions'] },
];

/** From the moment when all processes are up and wait, so that every one of them has read it. */
const LEAD_MS = 500;

/** Fifty processes on a busy machine; and beyond the time that the lines themselves take. */
const START_DEADLINE_MS = 90_000;
const GRACE_MS = 90_000;

const MS_A_SECOND = 1_000;

const METHOD = [
  `A stand-in for the Claude Code CLI (\`bench/stand-in-claude.mjs\`) writes lines of text at an even rate in each session
and puts the time of writing into each line. The line goes through the Agent SDK and the runner (parsed, redacted,
journalled on disk), over the job's socket to its Session object (stored in SQLite), and as a frame to one viewer a
session, over a socket. The clock stops when the viewer's process has the frame. All processes share this machine's
clock and its cores.`,
  `Fifty sessions are measured at two rates: 20 lines a second each, 1,000 in all, which is more than fifty real Claudes
write; and 100 each, 5,000 in all, which takes the target at its word. Fifty stand-ins, a Node process each, share the
cores with what they measure. All of a case's sessions are up before the first line is written.`,
  `Lost, doubled and out of order are counted over every line of every session, as its viewer had them.`,
];

const BOUND = `One session: the two waits for a disk, the runner's journal and the object's commit. Many sessions: the
cores. A line is parsed, redacted, journalled and sent in the runner's one thread, and stored by an object of its own
under one workerd process; the lines above say how the cores were shared, and for how much of the time workerd waited for
one. Fifty stand-ins (a Node process each), the runner and workerd take turns on them in bursts, and what waits for its
turn is the end of the distribution: nothing is lost or out of order meanwhile. Deployed, runners and control plane have
machines of their own.`;

export const stdoutToViewer: Benchmark = {
  name: 'stdout-to-viewer',
  limitMs: 300_000,
  async run(context) {
    const folders = await mkdtemp(join(tmpdir(), 'signalbox-folders-'));
    const options = {
      capacity: Math.max(...CASES.map(({ sessions }) => sessions)),
      folders: [folders],
      claudeEnvironment: { CLAUDE_CODE_PATH: join(ROOT, 'bench', 'stand-in-claude.mjs') },
    };
    try {
      return await useWorld(options, async ({ stack }) => {
        const measures: Measure[] = [];
        const notes: string[] = [];
        for (const one of CASES) {
          measures.push(...(await measureSessions(stack, folders, one, context, notes)));
        }
        return {
          title: "Claude's stdout line → frame at a viewer",
          method: METHOD,
          measures,
          notes,
          bound: BOUND,
        };
      });
    } finally {
      await rm(folders, { recursive: true, force: true, maxRetries: 3 });
    }
  },
};

async function measureSessions(
  stack: Stack,
  folders: string,
  one: Case,
  { quick, signal, say }: BenchmarkContext,
  notes: string[],
): Promise<Measure[]> {
  signal.throwIfAborted();
  const { sessions: count, aSecond } = one;
  const seconds = quick ? QUICK_SECONDS : SECONDS;
  const lineCount = seconds * aSecond;
  const names = Array.from({ length: count }, (_, index) => `${count}-${aSecond}-${index}`);
  const ids = await Promise.all(names.map((name) => createSession(stack, join(folders, name))));
  const watches = ids.map((id) => watchLines(stack, id));
  try {
    await Promise.all(watches.map(({ open }) => open));
    const gate = join(folders, `gate-${count}-${aSecond}`);
    const intervalMs = MS_A_SECOND / aSecond;
    await Promise.all(
      ids.map((id, index) => {
        // Spread over one interval: sessions are in no step with each other.
        const prompt = `[[lines:${lineCount}@${aSecond} gate ${gate} offset ${(index * intervalMs) / count}]]`;
        return stack.api.post(`/api/sessions/${id}/tasks`, { prompt }, z.unknown());
      }),
    );
    const progress = () => watches.map((watch) => watch.progress()).join('; ');
    const ended = Promise.all(watches.map((watch) => watch.ended));
    // One that fails before it starts must not be waited for.
    const started = Promise.race([Promise.all(watches.map((watch) => watch.started)), ended]);
    await within(START_DEADLINE_MS, signal, started, progress);
    await writeGate(gate, Date.now() + LEAD_MS);
    say(`${nameOf(one)} for ${seconds} s`);
    const cpu = await watchCpu(stack);
    const all = await within(seconds * MS_A_SECOND + GRACE_MS, signal, ended, progress);
    notes.push(`${nameOf(one)}: ${await cpu.describe()}`);
    return measuresOf(one, all, watches, lineCount);
  } finally {
    for (const watch of watches) watch.close();
  }
}

/** There at once or not at all: half a number would be another time. */
async function writeGate(file: string, opensAt: number): Promise<void> {
  await writeFile(`${file}.part`, String(opensAt));
  await rename(`${file}.part`, file);
}

async function createSession(stack: Stack, path: string): Promise<string> {
  await mkdir(path);
  const body = { workspace: { type: 'local', path } };
  return (await stack.api.post('/api/sessions', body, sessionAnswerSchema)).session.id;
}

function nameOf({ sessions, aSecond }: Case): string {
  return `${sessions === 1 ? '1 session' : `${sessions} sessions at once`}, ${aSecond} lines a second each`;
}

function measuresOf(
  one: Case,
  all: SeenLine[][],
  watches: readonly LineWatch[],
  lineCount: number,
): Measure[] {
  const who = nameOf(one);
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
  const faults = (label: string, value: number): Measure =>
    aimed({ type: 'faults', label: `${who}: ${label}`, value }, 'orderFaults');
  return [
    aimed(
      distribution(
        `${who}: line written → viewer has it`,
        lines.map(({ latencyMs }) => latencyMs),
      ),
      ...one.targets,
    ),
    {
      type: 'count',
      label: `${who}: lines a second, all together`,
      value: Math.round((lines.length / tookMs) * MS_A_SECOND),
    },
    faults('lost', sum(orders.map(({ lost }) => lost))),
    faults('doubled', sum(orders.map(({ doubled }) => doubled))),
    faults('out of order', sum(orders.map(({ outOfOrder }) => outOfOrder))),
    faults('event ids with a gap', sum(watches.map(({ idFaults }) => idFaults()))),
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
