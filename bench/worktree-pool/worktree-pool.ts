import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { DemoWorld } from '../../local/demo/demo-world.ts';
import { ROOT } from '../../local/stack/parts.ts';
import type { Benchmark, BenchmarkContext, Report } from '../benchmark.ts';
import { aimed, distribution, medianRatio } from '../report/measures.ts';
import { followTask } from '../world/follow-task.ts';
import { mention } from '../world/mention.ts';
import { requestGithubTask } from '../world/request-github-task.ts';
import { takeSamples } from '../world/take-samples.ts';
import { REPO, useWorld } from '../world/use-world.ts';
import { type ByHandCheckout, openByHandCheckout } from './check-out-by-hand.ts';
import { FILE_COUNT, largeRepository } from './large-repository.ts';
import { POOL_OFF, POOL_ON, waitForReadyTree } from './pool-setting.ts';

const ROUNDS = 10;
const QUICK_ROUNDS = 2;
const BUDGET_MS = 90_000;
const QUICK_BUDGET_MS = 20_000;

/** The tree of a task that is over is still looked at and written down for a moment. */
const PAUSE_MS = 300;

const METHOD = [
  `A repository of ${FILE_COUNT.toLocaleString('en-US')} files, all different, 1.3 kB each, in a file system in memory where there is one (a disk's own
mood would be most of the figure). **Signalbox** is a task of a new session, from the job's arrival on the runner
until its worktree is ready: fetch, worktree, every file in place, the commit it starts from marked. The mirror
exists. Claude is a stand-in that answers at once, so that nothing else uses the cores meanwhile.`,
  `In turns with it, on the same file system: \`git worktree add\` in a clone that has everything, with
\`checkout.workers=4\`; and what actions/checkout does: a new repository, the newest commit fetched (from this disk, with
no network between), checked out.`,
];

const BOUND = `Without the pool: making the files, which is the same work for everybody. Beside that Signalbox fetches over
HTTP and writes what Claude reads first apart, before the rest, so that Claude starts meanwhile; the clone by hand has
everything already. From the pool the files are there before anybody asks. What is left is git's own processes, the
fetch, and a comparison of all ${FILE_COUNT.toLocaleString('en-US')} files with the index that was written beside them: a program of an earlier job
may have found the tree that waited. The target is what a move and a \`git switch\` take without that comparison, which
stays.`;

type Round = { withoutPool: number; pool: number | null; worktreeAdd: number; freshCheckout: number };

export const worktreePool: Benchmark = {
  name: 'worktree-pool',
  limitMs: 240_000,
  folder: 'memory',
  async run(context) {
    const files = largeRepository();
    const claude = { CLAUDE_CODE_PATH: join(ROOT, 'bench', 'stand-in-claude.mjs') };
    const github = { repositories: [{ name: REPO, files }] };
    const options = [POOL_OFF, POOL_ON].map((setting) => ({
      github,
      claudeEnvironment: { ...claude, ...setting },
    }));
    const [plainOptions = {}, pooledOptions = {}] = options;
    // One after the other: each makes a repository of its own, which is the longest part of its start.
    return useWorld(plainOptions, (plain) =>
      useWorld(pooledOptions, async (pooled) => {
        const byHand = await openByHandCheckout(plain.github.git(REPO));
        try {
          return reportOf(await takeRounds(plain, pooled, byHand, context));
        } finally {
          await byHand.close();
        }
      }),
    );
  },
};

async function takeRounds(
  plain: DemoWorld,
  pooled: DemoWorld,
  byHand: ByHandCheckout,
  { quick, signal, say }: BenchmarkContext,
): Promise<Round[]> {
  // The first tasks make the mirrors.
  for (const world of [plain, pooled]) await warmUp(world, signal);
  const hasPool = await waitForReadyTree(pooled, signal);
  const takeRound = async (): Promise<Round> => {
    // The next tree is made while nothing is measured.
    if (hasPool && !(await waitForReadyTree(pooled, signal))) throw new Error('No ready tree came any more.');
    return {
      withoutPool: await readyMs(plain, signal),
      worktreeAdd: await byHand.worktreeAdd(),
      freshCheckout: await byHand.freshCheckout(),
      pool: hasPool ? await readyMs(pooled, signal) : null,
    };
  };
  await takeRound();
  say('all sides are warm');
  const plan = {
    count: quick ? QUICK_ROUNDS : ROUNDS,
    budgetMs: quick ? QUICK_BUDGET_MS : BUDGET_MS,
    signal,
  };
  return takeSamples(plan, takeRound);
}

/** The App knows a repository, and the runner has its mirror, from the first mention on. */
async function warmUp(world: DemoWorld, signal: AbortSignal): Promise<void> {
  const { sessionId } = await mention(world, 'do nothing');
  await followTask(world.stack, sessionId, signal);
}

/** A task of a new session; ms that its runner took until the worktree was ready. */
async function readyMs(world: DemoWorld, signal: AbortSignal): Promise<number> {
  const sessionId = await requestGithubTask(world, 'Do nothing.');
  const { event } = (await followTask(world.stack, sessionId, signal)).first('workspace.ready');
  await sleep(PAUSE_MS);
  if (event.type !== 'workspace.ready') throw new Error('The event is another one.');
  return event.durationMs;
}

function reportOf(rounds: readonly Round[]): Report {
  const withoutPool = rounds.map((round) => round.withoutPool);
  const worktreeAdd = rounds.map((round) => round.worktreeAdd);
  const freshCheckout = rounds.map((round) => round.freshCheckout);
  const pool = rounds.flatMap((round) => round.pool ?? []);
  return {
    title: `Worktree of ${FILE_COUNT.toLocaleString('en-US')} files ready`,
    method: METHOD,
    measures: [
      ...(pool.length === 0
        ? []
        : [aimed(distribution('Signalbox, from the pool', pool), 'worktreeFromPool')]),
      distribution('Signalbox, without the pool', withoutPool),
      distribution('git worktree add, checkout.workers=4', worktreeAdd),
      distribution('as actions/checkout does it', freshCheckout),
      ...(pool.length === 0
        ? []
        : [
            medianRatio('from the pool, against git worktree add', pool, worktreeAdd),
            medianRatio('from the pool, against actions/checkout', pool, freshCheckout),
          ]),
      aimed(
        medianRatio('without the pool, against git worktree add', withoutPool, worktreeAdd),
        'worktreeWithoutPool',
      ),
      medianRatio('without the pool, against actions/checkout', withoutPool, freshCheckout),
    ],
    notes: pool.length === 0 ? ['No ready tree came: the runner kept no pool.'] : [],
    bound: BOUND,
  };
}
