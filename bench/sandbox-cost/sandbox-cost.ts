import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { DemoWorld } from '../../local/demo/demo-world.ts';
import type { Benchmark, BenchmarkContext, Measure, Report } from '../benchmark.ts';
import { distribution, medianRatio } from '../report/measures.ts';
import { type ProductTimes, runProduct } from '../whole-task/run-product.ts';
import { followTask } from '../world/follow-task.ts';
import { mention } from '../world/mention.ts';
import { takeSamples } from '../world/take-samples.ts';
import { TASK_FILE, useWorlds } from '../world/use-world.ts';

const PAIRS = 10;
const QUICK_PAIRS = 2;
const BUDGET_MS = 50_000;
const QUICK_BUDGET_MS = 15_000;

/** Reads a file, writes it, runs a command in a shell, sums up. */
const PROMPT = `[[fix-bug:${TASK_FILE}]]`;

const METHOD = [
  `The small task of \`whole-task\` in two installations side by side, in turns: Claude as it is, and Claude in the
operating system's sandbox (bubblewrap, with a proxy for what it may reach). Both are the real CLI.`,
];

const BOUND = `One start of bubblewrap and of the sandbox's proxies for each Claude; what Claude does inside costs no more
than outside, but for its network, which goes through the proxy.`;

type Pair = { plain: ProductTimes; sandboxed: ProductTimes | null };

export const sandboxCost: Benchmark = {
  name: 'sandbox-cost',
  limitMs: 200_000,
  run: async (context) => {
    // A runner that must have a sandbox and can't takes no job.
    const modes = (await hasBubblewrap()) ? ['off', 'required'] : ['off'];
    const options = modes.map((mode) => ({ claudeEnvironment: { SIGNALBOX_SANDBOX: mode } }));
    return useWorlds(options, async ([plain, sandboxed]) => {
      if (plain === undefined) throw new Error('There is no world.');
      return measure(plain, sandboxed ?? null, context);
    });
  },
};

async function hasBubblewrap(): Promise<boolean> {
  try {
    await promisify(execFile)('bwrap', ['--version']);
    return true;
  } catch {
    return false;
  }
}

async function measure(
  plain: DemoWorld,
  sandboxed: DemoWorld | null,
  { quick, signal }: BenchmarkContext,
): Promise<Report> {
  for (const world of sandboxed === null ? [plain] : [plain, sandboxed]) {
    const { sessionId } = await mention(world, '[[say:Nothing needs to change.]]');
    await followTask(world.stack, sessionId, signal);
  }
  const takePair = async (): Promise<Pair> => ({
    plain: await runProduct(plain, PROMPT, signal),
    sandboxed: sandboxed === null ? null : await runProduct(sandboxed, PROMPT, signal),
  });
  await takePair();
  const plan = {
    count: quick ? QUICK_PAIRS : PAIRS,
    budgetMs: quick ? QUICK_BUDGET_MS : BUDGET_MS,
    signal,
  };
  const pairs = await takeSamples(plan, takePair);
  return {
    title: 'What the sandbox costs',
    method: METHOD,
    measures: [
      ...compare("request → Claude's first request", pairs, (times) => times.firstModelRequestMs),
      ...compare('request → work captured', pairs, (times) => times.capturedMs),
    ],
    notes: sandboxed === null ? ['This machine has no bubblewrap: the sandbox is left out.'] : [],
    bound: BOUND,
  };
}

function compare(what: string, pairs: readonly Pair[], pick: (times: ProductTimes) => number): Measure[] {
  const without = pairs.map((pair) => pick(pair.plain));
  const inside = pairs.flatMap(({ sandboxed }) => (sandboxed === null ? [] : [pick(sandboxed)]));
  const plain = distribution(`without: ${what}`, without);
  if (inside.length === 0) return [plain];
  return [
    plain,
    distribution(`in the sandbox: ${what}`, inside),
    medianRatio(`${what}, in the sandbox against without`, inside, without),
  ];
}
