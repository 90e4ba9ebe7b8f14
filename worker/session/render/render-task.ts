import type { Estimate, IfFailed, TaskRepository } from '../../../protocol/task.ts';
import { isTerminal, type TaskState } from '../../../protocol/task-state.ts';
import { isBlocked, openDependencies } from '../dependencies.ts';
import type { TaskProgress, TaskRecord } from '../session-record.ts';
import { endsAtOf } from '../state-deadlines.ts';
import { describeAutomation } from './describe-automation.ts';
import { describeDecision } from './describe-decision.ts';
import { describeGates } from './describe-gates.ts';
import { describeContinuation, describeRescues, describeTries } from './describe-recovery.ts';
import { describeReview } from './describe-review.ts';
import { codeSpan, escapeMarkdown, quote } from './escape-markdown.ts';
import { formatDuration, formatMoment, formatUsd } from './format-quantities.ts';
import { describeQuestion } from './render-question.ts';

/** What the comment and the check run say below their heading, as Markdown blocks. */
export function renderTask(task: TaskRecord): string[] {
  const { view } = task;
  const blocks = [
    ...originBlock(task),
    ...describeTries(task),
    ...describeContinuation(task),
    ...describeQuestion(task),
    ...describeAutomation(task),
    ...describeGates(task),
    ...describeDecision(task),
    ...lines(task),
  ];
  if (view.failure !== null) {
    blocks.push(`**What failed:** ${escapeMarkdown(view.failure.message)}`);
    blocks.push(`**What to do:** ${escapeMarkdown(view.failure.remedy)}`);
  }
  blocks.push(...describeRescues(view));
  const hint = RESUME_HINTS[view.state];
  if (hint !== undefined) blocks.push(hint);
  if (view.state === 'completed' && view.summary !== null) blocks.push(quote(view.summary));
  return blocks;
}

const RESUME_HINTS: Partial<Record<TaskRecord['view']['state'], string>> = {
  stopped: 'Say `resume` to go on where it stopped.',
  exhausted: 'Say `resume` to go on with a fresh budget.',
  cancelled: 'Say `retry` to start again.',
  failed: 'Say `retry` once that is mended.',
};

/** States in which a person, or a machine that somebody must start, is waited for. */
const WAITING_STATES: readonly TaskState[] = [
  'pending',
  'waiting_input',
  'paused',
  'qa_failed',
  'waiting_approval',
];

function originBlock({ origin }: TaskRecord): string[] {
  switch (origin) {
    case 'request':
      return [];
    case 'retry':
      return ['Another try at an earlier task.'];
    case 'left_over_messages':
      return ['Started by itself: your message came after Claude had finished the task before.'];
  }
}

function lines(task: TaskRecord): string[] {
  const { view, queue, progress, pushed } = task;
  const items: string[] = [];
  items.push(...describeDependencies(task));
  if (view.state === 'pending' && queue !== null) items.push(...describeQueue(queue));
  if (!isTerminal(view.state)) items.push(...describeNow(progress));
  const endsAtMs = WAITING_STATES.includes(view.state) ? endsAtOf(task) : null;
  if (endsAtMs !== null) items.push(`Ends by itself on ${formatMoment(endsAtMs)}`);
  if (progress.changes !== null && progress.changes.files > 0) items.push(describeChanges(progress.changes));
  if (progress.failedGates.length > 0 && view.gates === undefined) {
    items.push(`Failed checks: ${progress.failedGates.map((name) => codeSpan(name)).join(', ')}`);
  }
  if (view.pullRequest !== null) items.push(`Pull request: #${view.pullRequest.number}`);
  else if (pushed && view.branch !== null) items.push(`Branch: ${codeSpan(view.branch)}`);
  items.push(...describeReview(task));
  items.push(...(view.repositories ?? []).map(describeRepository));
  if (view.usage.costUsd > 0) items.push(`Cost so far: ${formatUsd(view.usage.costUsd)}`);
  return items.length === 0 ? [] : [items.map((item) => `- ${item}`).join('\n')];
}

const IF_FAILED: Readonly<Record<IfFailed, string>> = {
  fail: 'it fails when one of them is not completed',
  start: 'it starts when they have ended, however they end',
  hold: 'it is held when one of them is not completed',
};

function describeDependencies(task: TaskRecord): string[] {
  if (!isBlocked(task)) return [];
  const open = openDependencies(task).map(({ taskId }) => codeSpan(taskId));
  return [`Waits for ${open.join(', ')}; ${IF_FAILED[task.view.ifFailed ?? 'fail']}`];
}

function describeQueue({ ahead, reason, estimate }: NonNullable<TaskRecord['queue']>): string[] {
  const items: string[] = [];
  if (reason !== null) items.push(escapeMarkdown(reason));
  if (ahead !== null && ahead > 0) items.push(`${ahead} ${ahead === 1 ? 'task is' : 'tasks are'} before it.`);
  if (estimate !== null && estimate !== undefined) items.push(describeEstimate(estimate));
  return items;
}

function describeEstimate({ startsAt, durationMs, basedOn }: Estimate): string {
  const start = startsAt === null ? '' : `Likely to start about ${formatMoment(startsAt)}. `;
  const tasks = basedOn === 1 ? 'one task' : `${basedOn} tasks`;
  return `${start}Such work takes about ${formatDuration(durationMs)}, by ${tasks} before it.`;
}

function describeNow({ apiRetry, turnRetry = null, lastTool }: TaskProgress): string[] {
  const items: string[] = [];
  if (lastTool !== null) items.push(`Last step: ${codeSpan(`${lastTool.name} ${lastTool.input}`)}`);
  if (turnRetry !== null) {
    const { attempt, maxAttempts, message } = turnRetry;
    items.push(`${escapeMarkdown(message)} Claude goes on by itself, attempt ${attempt} of ${maxAttempts}.`);
  }
  if (apiRetry !== null) {
    const status = apiRetry.status === null ? '' : ` (${apiRetry.status})`;
    items.push(
      `The model's side answers with errors${status}; Claude tries again, attempt ${apiRetry.attempt}.`,
    );
  }
  return items;
}

/** `owner/name#5` is a link on GitHub, also in another repository. */
function describeRepository({
  repository,
  access,
  changes,
  commitSha,
  branch,
  pullRequest,
  rescueRef,
}: TaskRepository): string {
  if (access === 'read') return `${codeSpan(repository)}: read only`;
  const parts = [changes === null || changes.files === 0 ? 'unchanged so far' : describeChanges(changes)];
  if (pullRequest !== null) parts.push(`pull request ${repository}#${pullRequest.number}`);
  else if (commitSha !== null && branch !== null) parts.push(`branch ${codeSpan(branch)}`);
  else if (rescueRef !== null) parts.push(`kept on the runner under ${codeSpan(rescueRef, 300)}`);
  return `${codeSpan(repository)}: ${parts.join(', ')}`;
}

function describeChanges({ files, insertions, deletions }: NonNullable<TaskProgress['changes']>): string {
  return `${files} ${files === 1 ? 'file' : 'files'} changed (+${insertions} −${deletions})`;
}
