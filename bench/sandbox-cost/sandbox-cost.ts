import type { DemoWorld } from '../../local/demo/demo-world.ts';
import type { Benchmark, BenchmarkContext, Report } from '../benchmark.ts';
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

type Pair = { plain: ProductTimes; sandboxed: ProductTimes };

export const sandboxCost: Benchmark = {
  name: 'sandbox-cost',
  limitMs: 150_000,
  run: (context) => {
    const modes = ['off', 'required'];
    const options = modes.map((mode) => ({ claudeEnvironment: { SIGNALBOX_SANDBOX: mode } }));
    return useWorlds(options, async ([plain, sandboxed]) => {
      if (plain === undefined || sandboxed === undefined) throw new Error('There is no world.');
      return measure(plain, sandboxed, context);
    });
  },
};

async function measure(plain: DemoWorld, sandboxed: DemoWorld, context: BenchmarkContext): Promise<Report> {
  const { quick, signal } = context;
  for (const world of [plain, sandboxed]) {
    const { sessionId } = await mention(world, '[[say:Nothing needs to change.]]');
    await followTask(world.stack, sessionId, signal);
  }
  const takePair = async (): Promise<Pair> => ({
    plain: await runProduct(plain, PROMPT, signal),
    sandboxed: await runProduct(sandboxed, PROMPT, signal),
  });
  await takePair();
  const plan = {
    count: quick ? QUICK_PAIRS : PAIRS,
    budgetMs: quick ? QUICK_BUDGET_MS : BUDGET_MS,
    signal,
  };
  const pairs = await takeSamples(plan, takePair);
  const of = (side: keyof Pair, pick: (times: ProductTimes) => number) =>
    pairs.map((pair) => pick(pair[side]));
  const first = (times: ProductTimes) => times.firstModelRequestMs;
  const captured = (times: ProductTimes) => times.capturedMs;
  return {
    title: 'What the sandbox costs',
    method: METHOD,
    measures: [
      distribution("without: request → Claude's first request", of('plain', first)),
      distribution("in the sandbox: request → Claude's first request", of('sandboxed', first)),
      distribution('without: request → work captured', of('plain', captured)),
      distribution('in the sandbox: request → work captured', of('sandboxed', captured)),
      medianRatio(
        'first request, in the sandbox against without',
        of('sandboxed', first),
        of('plain', first),
      ),
      medianRatio(
        'work captured, in the sandbox against without',
        of('sandboxed', captured),
        of('plain', captured),
      ),
    ],
    bound: BOUND,
  };
}
