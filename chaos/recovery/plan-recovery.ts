import { randomOf } from '../plan/random.ts';

/** What meets a task that meets something. */
export const TROUBLES = [
  /** The model's side fails for a moment: the runner goes on with the turn after a wait. */
  'model_moment',
  /** The model's side fails for longer than the runner waits: the task is tried again. */
  'model_outage',
  /** Claude's process dies in the middle of its work. */
  'claude_crash',
  /** GitHub's git server answers with errors when the repository is fetched. */
  'fetch_outage',
  /** The same when the work is pushed. */
  'push_outage',
  /** The runner itself is killed. */
  'runner_killed',
] as const;
export type Trouble = (typeof TROUBLES)[number];

const WEIGHTS: Readonly<Record<Trouble, number>> = {
  model_moment: 30,
  model_outage: 10,
  claude_crash: 30,
  fetch_outage: 10,
  push_outage: 10,
  runner_killed: 10,
};

export type PlannedTask = { name: string; place: 'folder' | 'github'; trouble: Trouble | null };

/** Every tenth task works on a repository of GitHub, which costs a fetch and a push; the others in a folder. */
const GITHUB_EVERY = 10;

/** The same seed plans the same tasks and the same troubles; the share of troubles is exact. */
export function planRecovery(seed: number, tasks: number, share: number): PlannedTask[] {
  const random = randomOf(seed, 0);
  const troubled = new Set<number>();
  while (troubled.size < Math.round(tasks * share)) troubled.add(random.int(0, tasks - 1));
  return Array.from({ length: tasks }, (_, index): PlannedTask => {
    const trouble = troubled.has(index) ? random.weighted(WEIGHTS) : null;
    const needsGitHub = trouble === 'fetch_outage' || trouble === 'push_outage';
    const place = needsGitHub || index % GITHUB_EVERY === 0 ? 'github' : 'folder';
    return { name: `task${String(index).padStart(5, '0')}`, place, trouble };
  });
}

/** How often a try has to fail for the trouble: more often than a runner takes a turn up again, or once. */
const RUNNER_TRIES = 5;

/** The request as the stand-in for Claude reads it. */
export function requestFor({ name, trouble }: PlannedTask): string {
  const work = `work:name=${name} lines=2 every=20 tool=0`;
  switch (trouble) {
    case 'model_moment':
      return `Do it. [[${work} behave=overloaded times=1]]`;
    case 'model_outage':
      return `Do it. [[${work} behave=overloaded times=${RUNNER_TRIES}]]`;
    case 'claude_crash':
      return `Do it. [[${work} behave=crash times=1]]`;
    case 'runner_killed':
      // Long enough to be met in the middle of its work.
      return `Do it. [[work:name=${name} lines=40 every=100 tool=0 behave=plain]]`;
    default:
      return `Do it. [[${work} behave=plain]]`;
  }
}
