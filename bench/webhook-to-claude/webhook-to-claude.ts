import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { DemoWorld } from '../../local/demo/demo-world.ts';
import { githubConversationKey, sessionIdOf } from '../../protocol/ids.ts';
import type { Benchmark, BenchmarkContext, Measure } from '../benchmark.ts';
import { distribution } from '../report/measures.ts';
import { countRoundTrips, type RoundTrips } from '../stats/round-trips.ts';
import { followTask } from '../world/follow-task.ts';
import { takeSamples } from '../world/take-samples.ts';
import { AUTHOR, REPO, useWorld } from '../world/use-world.ts';
import { createSpawnLog, type SpawnLog } from './spawn-log.ts';

const FAR_MS = 80;
const SAMPLES = 20;
const QUICK_SAMPLES = 4;
const BUDGET_MS = 75_000;
const QUICK_BUDGET_MS = 15_000;

/** The last writes to GitHub and the idle process's own work end within it. */
const PAUSE_MS = 300;

type Place = { world: DemoWorld; spawns: SpawnLog };

type Sample = {
  acceptMs: number;
  /** From the 202. */
  spawnMs: number;
  firstOutputMs: number;
  firstModelRequestMs: number;
  calls: RoundTrips;
};

const METHOD = [
  `A person opens an issue that mentions the App. The clock starts when GitHub's side has the 202, which is sent once
the delivery is stored. **Process started** is when the runner has spawned \`claude\` (noted by a wrapper that then
becomes the CLI). **First output** is the session's \`claude.started\`, by the control plane's clock, in whole
milliseconds. **First request** is Claude's first call at the model endpoint; from the process's start on it is
Claude Code's own time. The runner is warm: its mirror of the repository exists; each sample is a new issue, a new
session and a new worktree.`,
  `Two installations run side by side and take turns: GitHub without delay, and GitHub ${FAR_MS} ms away for every call,
REST and git alike. **Calls to GitHub** are those in its request log from the webhook to the process's start;
**in a row** is the longest chain of them in which each began after the one before had ended.`,
];

const epochNow = () => performance.timeOrigin + performance.now();

export const webhookToClaude: Benchmark = {
  name: 'webhook-to-claude',
  async run(context) {
    const folder = await mkdtemp(join(tmpdir(), 'signalbox-spawns-'));
    try {
      return await usePlace(folder, 0, (near) =>
        usePlace(folder, FAR_MS, async (far) => {
          const samples = await takeTurns(near, far, context);
          return {
            title: 'Webhook accepted → Claude started',
            method: METHOD,
            measures: [
              ...measuresOf(
                'GitHub at 0 ms',
                samples.map((pair) => pair.near),
              ),
              ...measuresOf(
                `GitHub at ${FAR_MS} ms`,
                samples.map((pair) => pair.far),
              ),
            ],
          };
        }),
      );
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  },
};

async function usePlace<T>(folder: string, latencyMs: number, use: (place: Place) => Promise<T>): Promise<T> {
  const own = join(folder, String(latencyMs));
  await mkdir(own);
  const spawns = await createSpawnLog(own);
  const claudeEnvironment = { CLAUDE_CODE_PATH: spawns.executable };
  return useWorld({ github: { latencyMs }, claudeEnvironment }, (world) => use({ world, spawns }));
}

async function takeTurns(near: Place, far: Place, { quick, signal, say }: BenchmarkContext) {
  await takeSample(near, signal);
  await takeSample(far, signal);
  say('both mirrors exist');
  const plan = {
    count: quick ? QUICK_SAMPLES : SAMPLES,
    budgetMs: quick ? QUICK_BUDGET_MS : BUDGET_MS,
    signal,
  };
  return takeSamples(plan, async () => ({
    near: await takeSample(near, signal),
    far: await takeSample(far, signal),
  }));
}

async function takeSample({ world, spawns }: Place, signal: AbortSignal): Promise<Sample> {
  const { github, model, stack } = world;
  await sleep(PAUSE_MS);
  const requestsBefore = model.requests.length;
  const spawnsBefore = (await spawns.read()).length;
  const sentAt = epochNow();
  const { number, deliveries } = await github.openIssue({
    repo: REPO,
    author: AUTHOR,
    title: 'A question about the greeting',
    body: '@signalbox please answer [[say:Nothing needs to change.]]',
  });
  const acceptedAt = epochNow();
  if (deliveries[0]?.status !== 202)
    throw new Error(`The webhook was answered with ${deliveries[0]?.status}.`);
  const sessionId = sessionIdOf(githubConversationKey(github.repositoryId(REPO), number));
  const task = await followTask(stack, sessionId, signal);
  await github.settled();
  const spawnedAt = (await spawns.read())[spawnsBefore];
  const firstRequest = model.requests[requestsBefore];
  if (spawnedAt === undefined || firstRequest === undefined) throw new Error('Claude was never started.');
  const calls = github.requests.map(({ at, durationMs }) => ({
    startMs: at,
    endMs: durationMs === null ? null : at + durationMs,
  }));
  return {
    acceptMs: acceptedAt - sentAt,
    spawnMs: spawnedAt - acceptedAt,
    firstOutputMs: task.first('claude.started').storedAtMs - acceptedAt,
    firstModelRequestMs: performance.timeOrigin + firstRequest.atMs - acceptedAt,
    // The double's clock has whole milliseconds.
    calls: countRoundTrips(calls, Math.floor(sentAt), spawnedAt),
  };
}

function measuresOf(where: string, samples: readonly Sample[]): Measure[] {
  const of = (pick: (sample: Sample) => number) => samples.map(pick);
  return [
    distribution(
      `${where}: webhook sent → 202`,
      of(({ acceptMs }) => acceptMs),
    ),
    distribution(
      `${where}: 202 → process started`,
      of(({ spawnMs }) => spawnMs),
    ),
    distribution(
      `${where}: 202 → first output`,
      of(({ firstOutputMs }) => firstOutputMs),
    ),
    distribution(
      `${where}: 202 → first request`,
      of(({ firstModelRequestMs }) => firstModelRequestMs),
    ),
    distribution(
      `${where}: calls to GitHub before the start`,
      of(({ calls }) => calls.begun),
      'calls',
    ),
    distribution(
      `${where}: of them in a row`,
      of(({ calls }) => calls.inARow),
      'calls',
    ),
  ];
}
