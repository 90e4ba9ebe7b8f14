import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Benchmark, BenchmarkContext, Measure, Report } from '../benchmark.ts';
import { aimed, distribution } from '../report/measures.ts';
import { takeSamples } from '../world/take-samples.ts';
import { useWorlds } from '../world/use-world.ts';
import { createSpawnLog } from './spawn-log.ts';
import { type Place, type Sample, takeSample } from './take-sample.ts';

const FAR_MS = 80;
const SAMPLES = 20;
const QUICK_SAMPLES = 3;

/** The mirror is made by the first mention, and the next ones still find cold code in every process. */
const WARM_UP = 3;
const QUICK_WARM_UP = 1;

const BUDGET_MS = 50_000;
const QUICK_BUDGET_MS = 12_000;

const METHOD = [
  `A person opens an issue that mentions the App. The clock starts when GitHub's side has the 202, which is sent once
the delivery is stored. **Process started** is when the runner has spawned \`claude\` (noted by a wrapper that then
becomes the CLI). **First output** is the session's \`claude.started\`, by the control plane's clock, in whole
milliseconds. **First request** is Claude's first call at the model endpoint; from the process's start on it is
Claude Code's own time. The runner is warm: its mirror of the repository exists; each sample is a new issue, a new
session and a new worktree. One person opens them all, and what this person may do is remembered for half a minute: a
mention after a longer pause makes one call more before the start.`,
  `Two installations run side by side and take turns: GitHub without delay, and GitHub ${FAR_MS} ms away for every call,
REST and git alike. **Calls to GitHub** are those in its request log from the webhook to the process's start;
**in a row** is the longest chain of them in which each began after the one before had ended.`,
];

const BOUND = `With GitHub near: processes. Each git command that the runner runs is one, and so is the shell that
notes the start. With GitHub far: the calls that must follow each other, times the distance.`;

export const webhookToClaude: Benchmark = {
  name: 'webhook-to-claude',
  limitMs: 180_000,
  async run(context) {
    const folder = await mkdtemp(join(tmpdir(), 'signalbox-spawns-'));
    try {
      const spawns = await Promise.all(['near', 'far'].map((name) => createSpawnLog(join(folder, name))));
      const options = spawns.map(({ executable }, index) => ({
        github: { latencyMs: index * FAR_MS },
        claudeEnvironment: { CLAUDE_CODE_PATH: executable },
      }));
      return await useWorlds(options, async (worlds) => {
        const places = worlds.flatMap((world, index) => {
          const log = spawns[index];
          return log === undefined ? [] : [{ world, spawns: log }];
        });
        return reportOf(await takeTurns(places, context));
      });
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  },
};

/** Samples of each place, in the order of the places. */
async function takeTurns(
  places: readonly Place[],
  { quick, signal, say }: BenchmarkContext,
): Promise<Sample[][]> {
  const takeOneEach = async () => {
    const samples: Sample[] = [];
    for (const place of places) samples.push(await takeSample(place, signal));
    return samples;
  };
  for (let round = 0; round < (quick ? QUICK_WARM_UP : WARM_UP); round += 1) await takeOneEach();
  say('both places are warm');
  const plan = {
    count: quick ? QUICK_SAMPLES : SAMPLES,
    budgetMs: quick ? QUICK_BUDGET_MS : BUDGET_MS,
    signal,
  };
  const turns = await takeSamples(plan, takeOneEach);
  return places.map((_, index) => turns.flatMap((turn) => turn[index] ?? []));
}

function reportOf(samples: readonly Sample[][]): Report {
  const places = samples.map((own, index) => ({ own, where: `GitHub at ${index * FAR_MS} ms` }));
  return {
    title: 'Webhook accepted → Claude started',
    method: METHOD,
    measures: places.flatMap(({ own, where }, index) => measuresOf(where, own, index > 0)),
    bound: BOUND,
    notes: places.map(
      ({ own, where }) =>
        `${where}, calls before the start in the last sample: ${own.at(-1)?.callNames.join(', ') || 'none'}.`,
    ),
  };
}

function measuresOf(where: string, samples: readonly Sample[], isFar: boolean): Measure[] {
  const of = (pick: (sample: Sample) => number) => samples.map(pick);
  return [
    distribution(
      `${where}: webhook sent → 202`,
      of(({ acceptMs }) => acceptMs),
    ),
    aimed(
      distribution(
        `${where}: 202 → process started`,
        of(({ spawnMs }) => spawnMs),
      ),
      isFar ? 'webhookToClaudeFar' : 'webhookToClaude',
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
    aimed(
      distribution(
        `${where}: of them in a row`,
        of(({ calls }) => calls.inARow),
        'calls',
      ),
      ...(isFar ? (['roundTripsBeforeClaude'] as const) : []),
    ),
  ];
}
