import { cpus } from 'node:os';
import { TROUBLES } from './plan-recovery.ts';
import type { RecoveryResult, TaskStory } from './run-recovery.ts';

/** Below this share of completed tasks the run has failed. */
export const LEAST_COMPLETED = 0.995;

export function completedShare({ stories, options }: RecoveryResult): number {
  return stories.filter(({ state }) => state === 'completed').length / options.tasks;
}

/** Something went wrong on the way of this task, planned or not. */
const metTrouble = ({ turnsAgain, jobsAgain, startedAgain }: TaskStory) =>
  turnsAgain + jobsAgain + startedAgain > 0;

/** The page about a run, for people. */
export function renderRecovery(result: RecoveryResult): string {
  const { stories, options, tookMs } = result;
  const { tasks, share, seed } = options;
  const completed = stories.filter(({ state }) => state === 'completed');
  const again = stories.filter(({ jobsAgain }) => jobsAgain > 0);
  const rows = TROUBLES.map((trouble) => {
    const met = stories.filter(({ planned }) => planned.trouble === trouble);
    const done = met.filter(({ state }) => state === 'completed').length;
    const sum = (count: (story: TaskStory) => number) =>
      met.reduce((total, story) => total + count(story), 0);
    return `| \`${trouble}\` | ${met.length} | ${sum((s) => s.turnsAgain)} | ${sum((s) => s.jobsAgain)} | ${done} |`;
  });
  const failed = stories.filter(({ state }) => state !== 'completed');
  return `# Recovery

This page is written by \`npm run recovery -- --tasks ${tasks} --seed ${seed} --write-docs\` from one run of the whole product:
workerd, libSQL, four runners, GitHub's double with its git server, and [a stand-in for Claude](../doubles/claude/README.md)
that fails as it is told to. What is tried again, how often and after what wait is described in
[lifecycle.md](lifecycle.md#what-is-tried-again).

**${completed.length} of ${tasks} tasks completed (${percent(completed.length / tasks)})**; ${percent(share)} were given a transient failure.
${stories.filter(metTrouble).length} met something (a runner that is killed has several tasks), ${again.length} of them failed as a whole and were tried again by
themselves: without that, ${tasks - again.length - failed.length} (${percent((tasks - again.length - failed.length) / tasks)}) would have completed. It took ${Math.round(tookMs / 60_000)} minutes on ${cpus().length} cores.

| failure | tasks | turns taken up again | tasks tried again | completed |
| --- | ---: | ---: | ---: | ---: |
${rows.join('\n')}

${failed.length === 0 ? 'No task failed.' : `Did not complete:\n\n${failed.map(describeStory).join('\n')}`}
`;
}

function describeStory({ planned, state, failure }: TaskStory): string {
  return `- \`${planned.name}\` (${planned.trouble ?? 'no planned failure'}): ${state}${failure === null ? '' : `, ${failure.slice(0, 200)}`}`;
}

/** Never rounded up to what was not reached. */
function percent(share: number): string {
  return `${Math.floor(share * 1_000) / 10} %`;
}
