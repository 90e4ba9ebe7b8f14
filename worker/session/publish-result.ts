import { splitTaskId } from '../../protocol/ids.ts';
import { isTerminal } from '../../protocol/task-state.ts';
import type { GitHubWriteResult } from '../contracts.ts';
import type { TaskRecord } from './session-record.ts';
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

/** What became of a write to GitHub. Only the pull request decides about the task. */
export function takeGitHubResult(task: TaskRecord, result: GitHubWriteResult, nowMs: number): TaskStep {
  const draft = draftOf(task, nowMs);
  if (result.kind === 'tracking_comment' && result.status === 'done') {
    change(draft, { comment: { ...task.comment, url: result.url } });
  }
  if (result.kind !== 'pull_request') return stepOf(draft);
  if (isTerminal(task.view.state)) {
    if (result.status === 'done') noteLatePullRequest(draft, result);
    return stepOf(draft);
  }
  if (result.status === 'parked') {
    fail(draft, {
      kind: 'github_refused',
      message: `The work is pushed, but GitHub refused the pull request: ${result.message}`,
      remedy: result.remedy,
      retryAt: null,
    });
    return stepOf(draft);
  }
  const pullRequest = { number: result.number, url: result.url };
  changeView(draft, { pullRequest });
  draft.events.push({ type: 'pull_request.opened', pullRequest, updated: result.existed });
  const verb = result.existed ? 'updated' : 'opened';
  move(draft, 'complete', `Pull request #${result.number} ${verb}.`);
  return stepOf(draft);
}

/** The task is over (the write was given up, and tried again by hand), but people look for the pull request. */
function noteLatePullRequest(
  draft: TaskDraft,
  { number, url, existed }: Extract<GitHubWriteResult, { kind: 'pull_request'; status: 'done' }>,
): void {
  if (draft.task.view.pullRequest !== null) return;
  const pullRequest = { number, url };
  changeView(draft, { pullRequest });
  draft.events.push({ type: 'pull_request.opened', pullRequest, updated: existed });
  draft.effects.push({ type: 'news', urgent: true });
}

/** The task that a key of ours (`comment:<task id>`) is about; null for keys about none. */
export function taskNumberIn(key: string): number | null {
  const [kind, taskId] = key.split(':');
  if (taskId === undefined || !/^(?:comment|check|pull)$/.test(kind ?? '')) return null;
  return splitTaskId(taskId).taskNumber;
}
