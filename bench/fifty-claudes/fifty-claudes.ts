import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Script } from '../../doubles/model/script.ts';
import { text } from '../../doubles/model/script.ts';
import type { DemoWorld } from '../../local/demo/demo-world.ts';
import { sessionAnswerSchema } from '../../protocol/http.ts';
import type { Benchmark, BenchmarkContext, Report } from '../benchmark.ts';
import { aimed, amount, distribution } from '../report/measures.ts';
import { followTask } from '../world/follow-task.ts';
import { useWorld } from '../world/use-world.ts';
import { memoryOf, processesOf } from '../world/watch-cpu.ts';

const SESSIONS = 50;
const QUICK_SESSIONS = 6;

/** Fifty starts on two cores take half a minute here; a machine that is much slower says so by failing. */
const ALL_ASK_DEADLINE_MS = 150_000;
const LOOK_MS = 100;

const HOLD = 'all-at-once';

/** The model lets nobody go before all have asked. */
const together: Script = { name: 'together', steps: () => [{ ...text('I was one of many.'), hold: HOLD }] };

const METHOD = [
  `${SESSIONS} tasks are requested at one moment, each in a session and a folder of its own, of one runner that may hold them all.
Each is the real Claude Code CLI. The model answers nobody until all of them have asked, so that all ${SESSIONS} processes live
at one time; then it answers all of them, and each task must be completed. The runner starts no more of them at once
than there are cores.`,
  `**First request** is Claude's first call at the model, from the request for its task on. **Between** is the time from one
session's first call to the next one's: what one more Claude costs. Memory is PSS, which counts shared pages once,
while all of them wait for the model.`,
];

const BOUND = `The cores. A start of the CLI is most of a second of CPU before its first question, so that the last of
fifty asks fifty starts later; what a Claude that waits for its model needs afterwards is memory.`;

export const fiftyClaudes: Benchmark = {
  name: 'fifty-claudes',
  limitMs: 300_000,
  async run(context) {
    const count = context.quick ? QUICK_SESSIONS : SESSIONS;
    const folders = await mkdtemp(join(tmpdir(), 'folders-'));
    try {
      const options = { capacity: count, folders: [folders], scripts: [together] };
      return await useWorld(options, (world) => measure(world, folders, count, context));
    } finally {
      await rm(folders, { recursive: true, force: true, maxRetries: 3 });
    }
  },
};

async function measure(
  world: DemoWorld,
  folders: string,
  count: number,
  { signal, say }: BenchmarkContext,
): Promise<Report> {
  const { stack, model } = world;
  model.hold(HOLD);
  const before = await memoryOfRunner(world);
  const requestsBefore = model.requests.length;
  const sentAtMs = performance.now();
  const tasks = Array.from({ length: count }, (_, index) => requestTask(world, join(folders, String(index))));
  const ids = await Promise.all(tasks);
  const ends = ids.map((id) => followTask(stack, id, signal, ALL_ASK_DEADLINE_MS));
  // One that fails early is told by `completed`, below.
  for (const end of ends) end.catch(() => {});
  const asked = () => firstRequests(world, requestsBefore);
  const deadlineMs = performance.now() + ALL_ASK_DEADLINE_MS;
  while (asked().length < count && performance.now() < deadlineMs) {
    await Promise.race([sleep(LOOK_MS, null, { signal }), failed(ends)]);
  }
  const times = asked().map((atMs) => atMs - sentAtMs);
  say(`${times.length} of ${count} have asked`);
  const held = await memoryOfRunner(world);
  model.release(HOLD);
  const settled = await Promise.allSettled(ends);
  const completed = settled.filter(({ status }) => status === 'fulfilled').length;
  for (const end of settled) if (end.status === 'rejected') say(String(end.reason));
  const apart = times.slice(1).map((atMs, index) => atMs - (times[index] ?? atMs));
  const claudeMb = (held.totalMb - before.totalMb) / count;
  return {
    title: `${count} Claudes at once on one runner`,
    method: METHOD,
    measures: [
      aimed(
        { type: 'count', label: 'sessions that were answered and completed', value: completed },
        'claudesAtOnce',
      ),
      distribution('request sent → first request at the model', times),
      distribution("between one session's first request and the next one's", apart),
      amount('memory of a Claude that waits for the model', 'MB', [claudeMb]),
      amount('memory of the runner and all Claudes', 'MB', [held.totalMb]),
      amount("of it the runner's own", 'MB', [held.runnerMb]),
    ],
    bound: BOUND,
  };
}

async function requestTask({ stack }: DemoWorld, path: string): Promise<string> {
  await mkdir(path);
  const body = { workspace: { type: 'local', path }, prompt: '[[together]]' };
  return (await stack.api.post('/api/sessions', body, sessionAnswerSchema)).session.id;
}

/** When each session asked the model for the first time, in order. */
function firstRequests({ model }: DemoWorld, from: number): number[] {
  const first = new Map<string, number>();
  for (const { sessionId, script, atMs } of model.requests.slice(from)) {
    if (sessionId !== null && script?.name === together.name && !first.has(sessionId))
      first.set(sessionId, atMs);
  }
  return [...first.values()];
}

/** Rejects as soon as one of the tasks does. */
async function failed(ends: readonly Promise<unknown>[]): Promise<void> {
  await Promise.all(ends);
}

async function memoryOfRunner({ stack }: DemoWorld): Promise<{ totalMb: number; runnerMb: number }> {
  const { pid } = stack.runner.current();
  const processes = await processesOf(pid);
  const sizes = await Promise.all(processes.map((each) => memoryOf(each.pid)));
  return { totalMb: sizes.reduce((sum, size) => sum + size, 0), runnerMb: await memoryOf(pid) };
}
