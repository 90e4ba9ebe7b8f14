import { type ConfigMistake, REPOSITORY_CONFIG_PATH } from '../../protocol/repository-config.ts';
import type { TaskQueue } from '../../protocol/task.ts';
import type { Repository } from '../../protocol/workspace.ts';
import type { SessionSnapshot } from '../contracts.ts';
import { escapeMarkdown } from '../session/render/escape-markdown.ts';
import { formatMoment, formatUsd } from '../session/render/format-quantities.ts';

/** Answers that are not about one task; that one has its tracking comment. Text of somebody else is escaped. */

export function help(botName: string): string {
  return [
    `Mention **@${botName}** with what you want done, in an issue, a pull request or a review.`,
    '',
    '| Command | What it does |',
    '| --- | --- |',
    '| *any request* | starts work on it; while work runs, it reaches Claude at its next step |',
    '| `stop` | ends the running task; its work so far is kept |',
    '| `resume` | goes on with a stopped task |',
    '| `retry` | does the last task anew |',
    '| `done` | takes the work of a task that waits for you as it is |',
    '| `approve`, `reject` *why* | lets work leave that waits for it, or puts it back; the first answer counts |',
    '| `rework` *why* | puts the work back and has Claude try again |',
    '| `retry checks`, `retry checks:` *what to do* | runs failed checks again, or has Claude mend them |',
    '| `override checks` *why* | lets work pass whose checks failed (admins of the repository) |',
    '| `review`, `review:` *what to look at* | reviews the pull request: findings stand beside the lines, nothing is changed |',
    '| `status` | says what is going on |',
    '',
    'Options, before or after a request, and most of them with `retry` and `resume`: `--model opus`, `--label gpu`, `--budget 2.50` (US dollars), `--minutes 20`, `--priority high`, `--group deploy` (one task of the group at a time), `--after #12` (begins when the work there is done), `--project shop` (with the other repositories of that project of the account), `--template update package=zod` (a template of the account with its variables).',
  ].join('\n');
}

export function nothingToReview(): string {
  return 'Nothing was started: `review` is for pull requests. Ask in one, or say what to look at as a request.';
}

export function invalidOptions(problems: readonly string[]): string {
  return ['Nothing was started:', '', ...problems.map((problem) => `- ${quoteNames(problem)}`)].join('\n');
}

/** More than these do not help; mending the first ones often mends the rest. */
const MAX_MISTAKES_SHOWN = 10;

export function invalidConfig(
  { htmlUrl, defaultBranch }: Repository,
  mistakes: readonly ConfigMistake[],
): string {
  const page = `${htmlUrl}/blob/${defaultBranch}/${REPOSITORY_CONFIG_PATH}`;
  const shown = mistakes.slice(0, MAX_MISTAKES_SHOWN).map(({ path, line, message }) => {
    const setting = path === '' ? 'the file' : `\`${path.replaceAll('`', '')}\``;
    return `- [line ${line}](${page}#L${line}): ${setting} ${escapeMarkdown(message)}`;
  });
  const more = mistakes.length - shown.length;
  return [
    `Nothing was started: \`${REPOSITORY_CONFIG_PATH}\` on \`${defaultBranch}\` is not valid.`,
    '',
    ...shown,
    ...(more > 0 ? [`- and ${more} more`] : []),
    '',
    'Correct the file there and ask again.',
  ].join('\n');
}

export function nothingToWaitFor(number: number): string {
  return `There is no task in #${number} to wait for. Ask for one there first, then ask again here.`;
}

export function refused(message: string, remedy: string): string {
  return `${escapeMarkdown(message)}\n\n${escapeMarkdown(remedy)}`;
}

/** For somebody who wrote nothing that it would stand below. */
export function refusedTo(login: string, message: string, remedy: string): string {
  return `@${login} ${refused(message, remedy)}`;
}

/** Nobody has been asked for this: it says why nothing more comes. */
export function stillFailing(repairs: number, failed: number): string {
  const what = failed === 1 ? 'A check still fails' : `${failed} checks still fail`;
  const times = repairs === 1 ? 'one repair' : `${repairs} repairs`;
  return `${what} after ${times}. I stop here: look at them, or mention me with what to do.`;
}

/** How the last task stands: its state, its place in the queue, what it cost. */
export function status(snapshot: Pick<SessionSnapshot, 'tasks'> | null): string {
  const task = snapshot?.tasks.toSorted((a, b) => b.number - a.number)[0];
  if (task === undefined) return 'Nothing was asked for here yet.';
  const lines = [`Task ${task.number} is **${task.state.replaceAll('_', ' ')}**.`];
  if (task.queue !== undefined) lines.push(...describeQueue(task.queue));
  if (task.runnerName !== null) lines.push(`Runner: \`${task.runnerName.replaceAll('`', '')}\`.`);
  if (task.usage.costUsd > 0) lines.push(`Cost so far: ${formatUsd(task.usage.costUsd)}.`);
  if (task.pullRequest !== null) lines.push(`Pull request: ${task.pullRequest.url}`);
  if (task.failure !== null) lines.push(escapeMarkdown(`${task.failure.message} ${task.failure.remedy}`));
  return lines.join('\n');
}

function describeQueue({ ahead, reason, estimate }: TaskQueue): string[] {
  const before = ahead === 1 ? '1 job is' : `${ahead} jobs are`;
  return [
    ...(ahead === null
      ? []
      : [ahead === 0 ? 'It is the next one in the queue.' : `${before} before it in the queue.`]),
    ...(reason === null ? [] : [escapeMarkdown(reason)]),
    ...(estimate?.startsAt == null ? [] : [`It is likely to start at ${formatMoment(estimate.startsAt)}.`]),
  ];
}

/** What somebody wrote must not mention people or start a link. */
function quoteNames(text: string): string {
  return text.replace(/[@#<`[\]]/g, (char) => `\\${char}`);
}
