import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { baseEnvironment } from '../../local/stack/parts.ts';
import type { Stack } from '../../local/stack/start-stack.ts';
import type { Benchmark, BenchmarkContext, Report } from '../benchmark.ts';
import { BENCH_ACCOUNT } from '../clients/register-runner.ts';
import { aimed, distribution } from '../report/measures.ts';
import { inParallel } from '../world/in-parallel.ts';
import { takeSamples } from '../world/take-samples.ts';
import { useWorld } from '../world/use-world.ts';
import { watchCpu } from '../world/watch-cpu.ts';

const SAMPLES = 400;
const QUICK_SAMPLES = 100;
const WARM_UP = 20;
const BUDGET_MS = 20_000;

/** Terminals that report at one moment. */
const TERMINALS = 10;
const ROUNDS = 20;
const QUICK_ROUNDS = 5;

/** An ordinary command's output. */
const OUTPUT = 'A line of what a test run prints, of ordinary length, forty of them.\n'.repeat(40);

const METHOD = [
  `**HTTP hook**: \`POST /api/hooks/tool-complete\` as Claude Code sends it (${OUTPUT.length.toLocaleString('en-US')} characters of output), one after
another into one session: the guard, the blanking of secrets, the session's transaction, the answer. Then ${TERMINALS} terminals,
each into a session of its own, at one moment.`,
  `**Attached**: what \`signalbox-runner attach\` puts at each hook, with the same input, from its start to its exit: the time
that Claude Code is held up. Sending is another process's work. In turns with it \`/bin/true\`, which is what starting any
command costs on this machine.`,
];

const BOUND = `An HTTP hook is a transaction of one Durable Object that waits for the disk. An attached hook is a shell with three
small programs; a process of Node alone would take ten times as long.`;

export const hooks: Benchmark = {
  name: 'hooks',
  limitMs: 120_000,
  run: (context) => useWorld({}, ({ stack }) => measure(stack, context)),
};

async function measure(stack: Stack, { quick, signal, say }: BenchmarkContext): Promise<Report> {
  const cpu = await watchCpu(stack);
  const plan = { count: (quick ? QUICK_SAMPLES : SAMPLES) + WARM_UP, budgetMs: BUDGET_MS, signal };
  const one = randomUUID();
  const alone = await takeSamples(plan, () => timeOf(() => post(stack, one)));
  say('one terminal is measured');
  const together: number[] = [];
  for (let round = 0; round < (quick ? QUICK_ROUNDS : ROUNDS); round += 1) {
    signal.throwIfAborted();
    await inParallel(TERMINALS, TERMINALS, async (index) => {
      together.push(await timeOf(() => post(stack, terminalId(index))));
    });
  }
  say(`${TERMINALS} terminals are measured`);
  const attached = await attach(stack);
  const held = await takeSamples(plan, async () => ({
    hook: await timeOf(() => run(attached.script, [], attached.env, attached.project, INPUT)),
    nothing: await timeOf(() => run('/bin/true', [], {}, attached.project, INPUT)),
  }));
  await run(process.execPath, [BIN, 'detach', '--discard'], attached.env, attached.project);
  const note = await cpu.describe();
  const warm = held.slice(WARM_UP);
  return {
    title: "Hooks of a developer's own Claude Code",
    method: METHOD,
    measures: [
      aimed(distribution('HTTP hook: request sent → answered', alone.slice(WARM_UP)), 'hookAnswer'),
      distribution(`the same of ${TERMINALS} terminals at one moment`, together.slice(TERMINALS)),
      distribution(
        'attached hook: started → ended',
        warm.map(({ hook }) => hook),
      ),
      distribution(
        '/bin/true: started → ended',
        warm.map(({ nothing }) => nothing),
      ),
    ],
    notes: [note],
    bound: BOUND,
  };
}

const BIN = join(import.meta.dirname, '../../runner/bin.js');

const toolComplete = (sessionId: string) => ({
  session_id: sessionId,
  cwd: '/srv/project',
  prompt_id: 'prompt-1',
  hook_event_name: 'PostToolUse',
  tool_name: 'Bash',
  tool_input: { command: 'npm test', description: 'Run the tests' },
  tool_response: { stdout: OUTPUT, stderr: '', interrupted: false },
  tool_use_id: `toolu_${randomUUID()}`,
  duration_ms: 2_140,
});

const INPUT = JSON.stringify(toolComplete(randomUUID()));

/** The same terminal each round. */
const terminalId = (index: number) => `00000000-0000-4000-8000-${String(index).padStart(12, '0')}`;

async function post({ url, api }: Stack, sessionId: string): Promise<void> {
  const response = await fetch(`${url}/api/hooks/tool-complete?account=${BENCH_ACCOUNT}`, {
    method: 'POST',
    headers: { ...api.headers, 'content-type': 'application/json' },
    body: JSON.stringify(toolComplete(sessionId)),
  });
  const text = await response.text();
  if (response.status !== 200 || text !== '{}') throw new Error(`Answered with ${response.status}: ${text}`);
}

async function attach(stack: Stack) {
  const project = join(stack.dataDir, 'attached-project');
  await mkdir(project);
  const env = {
    ...baseEnvironment(),
    SIGNALBOX_URL: stack.url,
    SIGNALBOX_DATA_DIR: join(stack.dataDir, 'attached-home'),
    SIGNALBOX_API_KEY: stack.secrets.adminKey,
  };
  await run(process.execPath, [BIN, 'attach'], env, project);
  const settings = await readFile(join(project, '.claude', 'settings.local.json'), 'utf8');
  const script = /'([^']+\/report\.sh)'/.exec(settings)?.[1];
  if (script === undefined) throw new Error(`No hook in ${settings}`);
  return { project, env, script };
}

async function run(
  command: string,
  args: string[],
  env: Record<string, string>,
  cwd: string,
  input?: string,
): Promise<void> {
  const child = spawn(command, args, {
    cwd,
    env: { ...baseEnvironment(), ...env },
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  child.stdin.on('error', () => undefined);
  child.stdin.end(input);
  const [code] = await once(child, 'exit');
  if (code !== 0) throw new Error(`${command} ${args.join(' ')} ended with ${code}.`);
}

async function timeOf(work: () => Promise<unknown>): Promise<number> {
  const startedAtMs = performance.now();
  await work();
  return performance.now() - startedAtMs;
}
