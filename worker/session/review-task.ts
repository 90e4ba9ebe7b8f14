import { type Review, readReviewAnswer } from '../../protocol/review.ts';
import { isTerminal } from '../../protocol/task-state.ts';
import type { ReviewOf } from '../contracts.ts';
import type { GitHubWrite, GitHubWriteResult } from '../github-write.ts';
import type { SessionRecord, TaskRecord } from './session-record.ts';
import { change, changeView, fail, type TaskDraft } from './task-draft.ts';

/** What a task's view keeps of it; the log has it all. */
const MAX_SUMMARY_CHARS = 4_000;

/**
 * Claude has reviewed the pull request. What it found is said in the conversation, and on GitHub beside the lines.
 *
 * @returns false where the answer is no review
 */
export function noteReview(draft: TaskDraft, answer: string | undefined): boolean {
  const review = answer === undefined ? null : readReviewAnswer(answer);
  if (review === null) return false;
  const { summary, findings } = review;
  const count = findings.length === 1 ? 'One finding.' : `${findings.length || 'No'} findings.`;
  const list = findings.map(
    ({ path, line, severity, body }) => `- ${severity}, \`${path}:${line}\`: ${body}`,
  );
  const said = [summary, count, list.join('\n')].filter((part) => part !== '').join('\n\n');
  change(draft, { reviews: (draft.task.reviews ?? 0) + 1 });
  changeView(draft, { summary: `${summary}\n\n${count}`.trim().slice(0, MAX_SUMMARY_CHARS) });
  draft.effects.push({ type: 'say', text: said });
  if (!isTerminal(draft.task.view.state)) draft.effects.push({ type: 'write_review', review });
  return true;
}

/** @returns null where there is no pull request to write it on */
export function reviewWrite(
  session: SessionRecord,
  task: TaskRecord,
  review: Review,
  publicUrl: string,
): Extract<GitHubWrite, { kind: 'review' }> | null {
  const { thread } = session;
  const of = task.reviewOf ?? headOf(session);
  if (thread === null || !thread.isPullRequest || of === null) return null;
  const { id: taskId } = task.view;
  return {
    kind: 'review',
    key: `review:${taskId}:${task.reviews ?? 1}`,
    taskId,
    thread,
    ...of,
    ...review,
    sessionUrl: `${publicUrl}/sessions/${session.id}`,
  };
}

/** Of a review that was asked for over the API: the pull request as the session knows it. */
function headOf({ workspace }: SessionRecord): ReviewOf | null {
  if (workspace.type !== 'github' || workspace.ref.kind !== 'pull') return null;
  const { headSha, baseRef: base } = workspace.ref;
  return { headSha, base };
}

/** The review stands on GitHub, or GitHub refused it. The task is over meanwhile. */
export function noteReviewed(draft: TaskDraft, result: GitHubWriteResult): void {
  const { status } = result;
  if (status === 'parked') change(draft, { reviewed: { problem: result.message } });
  else if (result.kind === 'review') change(draft, { reviewed: { url: result.url, fresh: result.fresh } });
  draft.effects.push({ type: 'news', urgent: true });
}

/** A runner that does not know reviews has worked as ever: nothing of it leaves the machine. */
export function refuseReviewedWork(draft: TaskDraft): void {
  draft.effects.push({ type: 'withdraw', reason: 'A review changes nothing.' });
  fail(draft, {
    kind: 'internal',
    message: 'A review changes nothing, but the runner shows changed files. They are not published.',
    remedy: 'Update the runner, then ask for the review again.',
    retryAt: null,
  });
}
