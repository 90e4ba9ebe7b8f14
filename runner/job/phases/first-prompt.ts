import type { TurnPrompt } from '../../claude/driver.ts';
import type { JobContext } from '../job-context.ts';

const INTERRUPTED = [
  'You were interrupted while you worked on the request: the machine was restarted.',
  'Your files are as you left them, but a command that was running was ended in the middle.',
  'Look at what is already done (git status, git diff) before you go on, and do nothing twice.',
  'Then finish the request.',
].join(' ');

const MAYBE_INTERRUPTED = [
  'An earlier attempt at the request below was interrupted, and you may have no memory of it.',
  'Look at what is already done (git status, git diff, git log) before you begin, and do nothing twice.',
].join(' ');

/**
 * What Claude is told first. A request that its transcript holds is not repeated: it would read as a second one.
 *
 * @param hasMemory Claude's transcript was found.
 * @param hasWork the folder holds work of an earlier task or attempt.
 */
export function firstPrompt(
  { job, epoch, recall }: Pick<JobContext, 'job' | 'epoch' | 'recall'>,
  hasMemory: boolean,
  hasWork: boolean,
): TurnPrompt {
  const { request, context } = job.prompt;
  if (recall.promptReached && hasMemory) return { request: INTERRUPTED, context: null };
  const mayHaveBegun = recall.promptReached || (epoch > 1 && hasWork);
  return { request: mayHaveBegun ? `${MAYBE_INTERRUPTED}\n\n${request}` : request, context };
}
