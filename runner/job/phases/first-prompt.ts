import type { TurnPrompt } from '../../claude/driver.ts';
import type { JobContext, Moved } from '../job-context.ts';

const INTERRUPTED = [
  'You were interrupted while you worked on the request: the machine was restarted, or a connection failed.',
  'Your files are as you left them, but a command that was running was ended in the middle.',
  'Look at what is already done (git status, git diff) before you go on, and do nothing twice.',
  'Then finish the request.',
].join(' ');

const MAYBE_INTERRUPTED = [
  'An earlier attempt at the request below was interrupted, and you may have no memory of it.',
  'Look at what is already done (git status, git diff, git log) before you begin, and do nothing twice.',
].join(' ');

const MOVED = [
  'You were interrupted while you worked on the request: the machine was lost, and you go on on another one.',
  'Your files are as they were a while before. The last of what you did may not be here: do it again where it is still needed.',
  'Look at the files (git status, git diff) before you go on. Then finish the request.',
].join(' ');

const COMMIT_YOURSELF =
  'Commit your work yourself on the branch you are on, in steps that a reviewer can follow, each with a message of its own: these commits are kept.';

/** What only this machine can know about where Claude goes on. */
function movedText({ from, missed }: Moved, cwd: string): string {
  const way =
    from === null || from === cwd
      ? ''
      : `\n\nYour working directory was ${from}; it is ${cwd} now. Use paths in it.`;
  const messages = missed.map(
    ({ author, text }) => `${author} sent a message that you may not know of:\n\n${text}`,
  );
  return [way, ...messages].filter((part) => part !== '').join('\n\n');
}

/**
 * What Claude is told first. A request that its transcript holds is not repeated: it would read as a second one.
 *
 * @param hasMemory Claude's transcript was found.
 * @param hasWork the folder holds work of an earlier task or attempt.
 */
export function firstPrompt(
  {
    job,
    epoch,
    recall,
    moved,
    folders = null,
  }: Pick<JobContext, 'job' | 'epoch' | 'recall' | 'moved' | 'folders'>,
  hasMemory: boolean,
  hasWork: boolean,
  cwd: string,
): TurnPrompt {
  const { request, context } = job.prompt;
  const more = moved === null ? '' : movedText(moved, cwd);
  const withMore = (text: string): string =>
    [folders ?? '', job.options.commitStyle === 'several' ? COMMIT_YOURSELF : '', text, more.trimStart()]
      .filter((part) => part !== '')
      .join('\n\n');
  if (recall.promptReached && hasMemory) {
    return { request: withMore(moved === null ? INTERRUPTED : MOVED), context: null };
  }
  const mayHaveBegun = recall.promptReached || (epoch > 1 && hasWork);
  return { request: withMore(mayHaveBegun ? `${MAYBE_INTERRUPTED}\n\n${request}` : request), context };
}
