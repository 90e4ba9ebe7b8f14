import type { DemoWorld } from '../../local/demo/demo-world.ts';
import type { Benchmark, BenchmarkContext, Report } from '../benchmark.ts';
import { amount, distribution } from '../report/measures.ts';
import { takeSamples } from '../world/take-samples.ts';
import { useWorld } from '../world/use-world.ts';
import { type Sample, takeSample } from './take-sample.ts';
import { useSecondRunner } from './use-second-runner.ts';

const SAMPLES = 8;
const QUICK_SAMPLES = 2;
const BUDGET_MS = 80_000;
const MS_A_SECOND = 1_000;
const STEP_DEADLINE_MS = 60_000;

/** Another runner gets the job when the lease is over and the first runner was waited for. */
const OTHER_RUNNER_DEADLINE_MS = 150_000;

const METHOD = [
  `A task runs and Claude waits for the model in the middle of it. The runner's process is killed (SIGKILL, that process
alone, as a crash would) and started again at once, as a service manager does, on the same data. The clock runs from the
kill. **Back**: a viewer sees that the job is given out again, with the next epoch. **Claude started**: a viewer sees
Claude's first output after the kill, its session resumed. **First request**: Claude asks the model again. Then the model
answers, the task must end completed, and its log must have every number once.`,
  `**On another runner**: a second runner is connected and the killed one stays away. One sample, since it waits for the
lease's end and for the first runner, whose worktree has the newest state.`,
];

const BOUND = `The runner's own start (Node, the checks of git and Claude's login, its socket) and Claude's start, one after
the other; the lease plays no part while the same runner comes back before it ends. On another machine the wait is the
lease's end at the least: see \`LEASE_MS\` in \`protocol/limits.ts\`.`;

export const recoveryTime: Benchmark = {
  name: 'recovery-time',
  limitMs: 240_000,
  run: (context) => useWorld({}, (world) => measure(world, context)),
};

async function measure(world: DemoWorld, { quick, signal, say }: BenchmarkContext): Promise<Report> {
  // The first kill finds a runner that has no mirror yet.
  const restart = { afterKill: () => world.stack.runner.restart(), stepMs: STEP_DEADLINE_MS, signal };
  await takeSample(world, restart);
  const plan = { count: quick ? QUICK_SAMPLES : SAMPLES, budgetMs: BUDGET_MS, signal };
  const samples = await takeSamples(plan, () => takeSample(world, restart));
  say('the same runner came back every time');
  const elsewhere = quick ? null : await takeElsewhere(world, signal);
  const of = (pick: (sample: Sample) => number) => samples.map(pick);
  const idFaults = (elsewhere === null ? samples : [...samples, elsewhere]).reduce(
    (sum, sample) => sum + sample.idFaults,
    0,
  );
  return {
    title: 'From the kill of a runner to Claude at work again',
    method: METHOD,
    measures: [
      distribution(
        'killed → the job is given out again',
        of(({ backMs }) => backMs),
      ),
      distribution(
        'killed → Claude started, its session resumed',
        of(({ startedMs }) => startedMs),
      ),
      distribution(
        "killed → Claude's first request",
        of(({ requestMs }) => requestMs),
      ),
      ...(elsewhere === null
        ? []
        : [
            amount('killed → the job is given to another runner', 's', [elsewhere.backMs / MS_A_SECOND]),
            amount('killed → Claude started on another runner', 's', [elsewhere.startedMs / MS_A_SECOND]),
          ]),
      {
        type: 'faults',
        label: 'events lost, doubled or out of order over all kills',
        value: idFaults,
        targets: ['orderFaults'],
      },
    ],
    bound: BOUND,
  };
}

async function takeElsewhere(world: DemoWorld, signal: AbortSignal): Promise<Sample> {
  const { runner } = world.stack;
  // Connected only now, the second runner can't have taken the task that is to be interrupted.
  const killed = Promise.withResolvers<void>();
  const sample = takeSample(world, {
    afterKill: async () => killed.resolve(),
    stepMs: OTHER_RUNNER_DEADLINE_MS,
    signal,
  });
  sample.catch(killed.reject);
  await killed.promise;
  try {
    return await useSecondRunner(world, () => sample);
  } finally {
    // The world ends its runner when it stops, and that must be one that lives.
    await runner.restart();
  }
}
