import { setTimeout as sleep } from 'node:timers/promises';
import { mintToken } from '../../doubles/github/connect-octokit.ts';
import type { DemoWorld } from '../../local/demo/demo-world.ts';
import type { Benchmark, BenchmarkContext, Measure, Report } from '../benchmark.ts';
import { aimed, distribution, medianRatio } from '../report/measures.ts';
import { medianOf } from '../stats/distribution.ts';
import { TARGETS } from '../targets.ts';
import { followTask } from '../world/follow-task.ts';
import { mention } from '../world/mention.ts';
import { takeSamples } from '../world/take-samples.ts';
import { REPO, TASK_FILE, useWorld } from '../world/use-world.ts';
import { type ByHandTimes, openByHand } from './run-by-hand.ts';
import { type ProductTimes, runProduct } from './run-product.ts';
import { sayAddition } from './say-addition.ts';

const PAIRS = 15;
const QUICK_PAIRS = 3;

/** The first ones find cold code in every process of the product, and cold files on both sides. */
const WARM_UP = 3;
const QUICK_WARM_UP = 1;

const BUDGET_MS = 50_000;
const QUICK_BUDGET_MS = 12_000;

/** After the one side is done it still tidies up (tokens, rows, exits), which must not be on the other's clock. */
const PAUSE_MS = 400;

/** Reads a file, writes it, runs a command, sums up: four answers of the model, each at once. */
const PROMPT = `[[fix-bug:${TASK_FILE}]]`;

type Pair = {
  product: ProductTimes;
  byHand: ByHandTimes & { firstModelRequestMs: number };
};

const METHOD = [
  `One small task (the model reads a file, rewrites it, runs a command and sums up, answering at once each time) in a
repository of 300 files. **By hand**: \`git worktree add\` in a clone on the same disk, \`claude -p\` with the runner's
output format, settings and permissions, then \`git add\`, \`commit\` and \`push\` over HTTP with a token at hand.
**Signalbox**: \`POST /api/sessions\` with a prompt, until a viewer of the session sees the work captured, and until it
sees the task completed: committed, and pushed over HTTP with a token for this push. (A task from the API opens no
pull request.) GitHub answers without delay; the mirror exists. Both sides ask the same model endpoint, use the same
Claude Code executable, and keep a Claude configuration folder of their own, new for this run.`,
  `Both run in turns (A B A B …) after three of each that do not count. The clock of Signalbox starts when its request is
sent, so creating the session, finding a runner and making the worktree are in its time; by hand the worktree is
shown apart. Ratios are of medians.`,
];

const BOUND = `Claude Code itself: its start until its first request is the same on both sides and most of the time of
both. What Signalbox adds lies before that start (the session, the job, the worktree) and after its end (the diff as a
tree, the approval's round trip, a commit, a push over HTTP with a token that is asked for and revoked). It is a fixed
time, not a share: the task here is the shortest that there is, with a model that answers at once, so that the addition
shows at its largest.`;

export const wholeTask: Benchmark = {
  name: 'whole-task',
  limitMs: 180_000,
  run: (context) => useWorld({}, (world) => measure(world, context)),
};

async function measure(world: DemoWorld, context: BenchmarkContext): Promise<Report> {
  const byHand = await openByHand({
    repositoryUrl: world.github.cloneUrl(REPO),
    token: await mintToken(world.github, { permissions: { contents: 'write' } }),
    modelUrl: world.model.url,
  });
  try {
    const pairs = await takePairs(world, byHand, context);
    return {
      title: 'A whole small task against claude -p by hand',
      method: METHOD,
      measures: measuresOf(pairs),
      notes: [stagesOf(pairs), additionOf(pairs)],
      bound: BOUND,
    };
  } finally {
    await byHand.close();
  }
}

async function takePairs(
  world: DemoWorld,
  byHand: Awaited<ReturnType<typeof openByHand>>,
  { quick, signal, say }: BenchmarkContext,
): Promise<Pair[]> {
  const takePair = async (index: number): Promise<Pair> => {
    const requestsBefore = world.model.requests.length;
    const times = await byHand.run(index, PROMPT);
    const firstRequest = world.model.requests[requestsBefore];
    if (firstRequest === undefined) throw new Error('The model was never asked by claude -p.');
    await sleep(PAUSE_MS);
    const product = await runProduct(world, PROMPT, signal);
    await sleep(PAUSE_MS);
    return {
      product,
      byHand: { ...times, firstModelRequestMs: firstRequest.atMs - times.claudeStartedAtMs },
    };
  };
  // The App knows a repository, and the runner has its mirror, from the first mention on.
  const { sessionId } = await mention(world, '[[say:Nothing needs to change.]]');
  await followTask(world.stack, sessionId, signal);
  for (let round = 1; round <= (quick ? QUICK_WARM_UP : WARM_UP); round += 1) await takePair(-round);
  say('both sides are warm');
  const plan = {
    count: quick ? QUICK_PAIRS : PAIRS,
    budgetMs: quick ? QUICK_BUDGET_MS : BUDGET_MS,
    signal,
  };
  return takeSamples(plan, takePair);
}

/** Where the time goes: the median moment of each stage. */
function stagesOf(pairs: readonly Pair[]): string {
  const all = pairs.flatMap(({ product }) => product.stages);
  const names = new Set(all.map(({ stage }) => stage));
  const moments = [...names].map((name) => {
    const atMs = medianOf(all.filter(({ stage }) => stage === name).map((each) => each.atMs));
    return `${name} ${Math.round(atMs)} ms`;
  });
  return `Signalbox, median time from the request to each event at a viewer: ${moments.join(', ')}.`;
}

function additionOf(pairs: readonly Pair[]): string {
  const median = (pick: (pair: Pair) => number): number => medianOf(pairs.map(pick));
  const { wholeTaskCaptured, wholeTaskPublished } = TARGETS;
  return sayAddition([
    {
      until: 'the work is captured',
      byHandMs: median(({ byHand }) => byHand.claudeMs),
      oursMs: median(({ product }) => product.capturedMs),
      goal: wholeTaskCaptured.goal,
    },
    {
      until: 'it is pushed',
      byHandMs: median(({ byHand }) => byHand.worktreeMs + byHand.claudeMs + byHand.publishMs),
      oursMs: median(({ product }) => product.completedMs),
      goal: wholeTaskPublished.goal,
    },
  ]);
}

function measuresOf(pairs: readonly Pair[]): Measure[] {
  const hand = (pick: (times: Pair['byHand']) => number) => pairs.map((pair) => pick(pair.byHand));
  const ours = (pick: (times: ProductTimes) => number) => pairs.map((pair) => pick(pair.product));
  const claude = hand(({ claudeMs }) => claudeMs);
  const withWorktree = hand(({ worktreeMs, claudeMs }) => worktreeMs + claudeMs);
  const published = hand(({ worktreeMs, claudeMs, publishMs }) => worktreeMs + claudeMs + publishMs);
  const captured = ours(({ capturedMs }) => capturedMs);
  const completed = ours(({ completedMs }) => completedMs);
  return [
    distribution('by hand: claude -p, start to end, worktree ready', claude),
    distribution('by hand: worktree add + claude -p', withWorktree),
    distribution('by hand: worktree add + claude -p + commit + push', published),
    distribution(
      'by hand: claude -p → its first request',
      hand((times) => times.firstModelRequestMs),
    ),
    distribution(
      "Signalbox: request → Claude's first request",
      ours((times) => times.firstModelRequestMs),
    ),
    distribution('Signalbox: request → work captured', captured),
    distribution('Signalbox: request → completed: committed, pushed', completed),
    aimed(medianRatio('work captured, against claude -p alone', captured, claude), 'wholeTaskCaptured'),
    medianRatio('work captured, against worktree add + claude -p', captured, withWorktree),
    aimed(
      medianRatio('completed, against worktree add + claude -p + commit + push', completed, published),
      'wholeTaskPublished',
    ),
    medianRatio('completed, against claude -p alone', completed, claude),
  ];
}
