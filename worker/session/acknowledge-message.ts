import type { GitHubThread, GitHubWrite } from '../github-write.ts';
import type { MessageRecord } from './session-record.ts';
import type { SessionUnit } from './session-unit.ts';
import { githubPut } from './session-writes.ts';

type Outcome = 'delivered' | 'dropped';

/**
 * Says of a message that came while its task ran what became of it: in the log, in its status, and with a reaction where
 * it was written. The request of a task is not acknowledged so: the task's comment does that.
 */
export function acknowledgeMessage(unit: SessionUnit, message: MessageRecord, outcome: Outcome): void {
  if (message.view.status === outcome) return;
  unit.writeMessage({ ...message, view: { ...message.view, status: outcome } });
  const { taskNumber, view } = message;
  if (taskNumber === null || unit.task(taskNumber).requestMessageIds.includes(view.id)) return;
  unit.logControl(view.taskId, { type: 'message.settled', messageId: view.id, outcome });
  const { thread } = unit.session;
  const reaction = thread === null ? null : reactionTo(message, thread, outcome);
  if (reaction !== null) unit.put(githubPut(reaction));
}

/** Triggers of comments are named by their ids; nothing else that follows a task up can be reacted to. */
const COMMENT = /^(issue_comment|review_comment):(\d+)$/;

function reactionTo(
  { trigger, view }: MessageRecord,
  thread: GitHubThread,
  outcome: Outcome,
): Extract<GitHubWrite, { kind: 'reaction' }> | null {
  const [, subject, id] = COMMENT.exec(trigger ?? '') ?? [];
  if (subject !== 'issue_comment' && subject !== 'review_comment') return null;
  return {
    kind: 'reaction',
    key: `reaction:${view.id}`,
    taskId: view.taskId,
    thread,
    reaction: { subject, subjectId: Number(id), content: outcome === 'delivered' ? 'rocket' : '-1' },
  };
}
