import { splitTaskId } from '../../protocol/ids.ts';
import { isTerminal } from '../../protocol/task-state.ts';
import type { GitHubWriteResult } from '../github-write.ts';
import { noteReviewed } from './review-task.ts';
import type { TaskRecord } from './session-record.ts';
import { changeSide, pushedSides } from './side-repositories.ts';
import { failSigning, takeSigned } from './staged-commits.ts';
import {
  change,
  changeView,
  draftOf,
  fail,
  move,
  stepOf,
  type TaskDraft,
  type TaskStep,
} from './task-draft.ts';

/** What became of a write to GitHub. Only its commits and the pull request decide about the task. */
export function takeGitHubResult(
  task: TaskRecord,
  result: GitHubWriteResult,
  nowMs: number,
  opensPullRequest: boolean,
): TaskStep {
  const draft = draftOf(task, nowMs);
  if (result.kind === 'tracking_comment' && result.status === 'done') {
    change(draft, { comment: { ...task.comment, url: result.url } });
  }
  if (result.kind === 'signed_commits') {
    if (result.status === 'done') takeSigned(draft, result, opensPullRequest);
    else failSigning(draft, result);
    return stepOf(draft);
  }
  if (result.kind === 'review') noteReviewed(draft, result);
  if (result.kind !== 'pull_request') return stepOf(draft);
  if (isTerminal(task.view.state)) {
    if (result.status === 'done') noteLatePullRequest(draft, result);
    return stepOf(draft);
  }
  if (result.status === 'parked') {
    fail(draft, {
      kind: 'github_refused',
      message: `The work is pushed, but GitHub refused the pull request${refusedWhere(task, result.key)}: ${result.message}`,
      remedy: result.remedy,
      retryAt: null,
    });
    return stepOf(draft);
  }
  noteOpened(draft, result);
  if (!allOpened(draft.task)) return stepOf(draft);
  if ((draft.task.view.repositories ?? []).some(({ pullRequest }) => pullRequest !== null)) {
    draft.effects.push({ type: 'link_pull_requests' });
  }
  move(draft, 'complete', describeOpened(draft, result));
  return stepOf(draft);
}

type Opened = Extract<GitHubWriteResult, { kind: 'pull_request'; status: 'done' }>;

/** Takes note of a pull request where it belongs: at the task, or at one of its other repositories. */
function noteOpened(draft: TaskDraft, { key, number, url, existed }: Opened): void {
  const pullRequest = { number, url };
  const id = repositoryIn(key);
  const side = (draft.task.view.repositories ?? []).find((one) => one.id === id);
  if (side === undefined) changeView(draft, { pullRequest });
  else changeSide(draft, side.id, { pullRequest });
  if (!existed) change(draft, { opened: [...(draft.task.opened ?? []), side?.id ?? 0] });
  draft.events.push({
    type: 'pull_request.opened',
    pullRequest,
    updated: existed,
    ...(side === undefined ? {} : { repository: side.repository }),
  });
}

/** Names the repository where it is not the session's own. */
function refusedWhere({ view }: TaskRecord, key: string): string {
  const side = (view.repositories ?? []).find(({ id }) => id === repositoryIn(key));
  return side === undefined ? '' : ` in ${side.repository}`;
}

/** Whether every repository that was pushed to has its pull request. */
function allOpened(task: TaskRecord): boolean {
  const mainIsOpen = task.sidesOnly === true || task.view.pullRequest !== null;
  return mainIsOpen && pushedSides(task).every(({ pullRequest }) => pullRequest !== null);
}

function describeOpened({ task }: TaskDraft, { number, existed }: Opened): string {
  const sides = pushedSides(task);
  if (sides.length === 0) return `Pull request #${number} ${existed ? 'updated' : 'opened'}.`;
  const main = task.view.pullRequest === null ? [] : [`#${task.view.pullRequest.number}`];
  const others = sides.map((side) => `${side.repository}#${side.pullRequest?.number}`);
  return `Pull requests ${[...main, ...others].join(', ')}.`;
}

/** The repository that a key of ours (`pull:<task id>:<repository id>`) is about; null where it is the session's. */
function repositoryIn(key: string): number | null {
  const id = key.split(':')[2];
  return id === undefined ? null : Number(id);
}

/** The task is over (the write was given up, and tried again by hand), but people look for the pull request. */
function noteLatePullRequest(draft: TaskDraft, result: Opened): void {
  const id = repositoryIn(result.key);
  const { pullRequest, repositories = [] } = draft.task.view;
  const known = id === null ? pullRequest : (repositories.find((one) => one.id === id)?.pullRequest ?? null);
  if (known !== null) return;
  noteOpened(draft, result);
  draft.effects.push({ type: 'news', urgent: true });
}

/** The task that a key of ours (`comment:<task id>`) is about; null for keys about none. */
export function taskNumberIn(key: string): number | null {
  const [kind, taskId] = key.split(':');
  if (taskId === undefined || !/^(?:comment|check|pull|sign|review)$/.test(kind ?? '')) return null;
  return splitTaskId(taskId).taskNumber;
}
