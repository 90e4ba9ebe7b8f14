import type { Description } from '../attention/make-item.ts';
import type { GitHubWrite } from '../github-write.ts';
import type { InstallationWrite } from './installation-writes.ts';

const NAMES: Record<GitHubWrite['kind'], string> = {
  tracking_comment: 'tracking comment',
  check_run: 'check run',
  pull_request: 'pull request',
  signed_commits: 'signed commits',
  review: 'review',
  reply: 'answer',
  reaction: 'reaction',
};

/** Names a write to GitHub for people. */
export function describeGitHubWrite({ kind, taskId, thread }: GitHubWrite): string {
  const { owner, name } = thread.repository;
  const task = taskId === null ? '' : ` of task ${taskId.split('.')[1] ?? ''}`;
  return `The ${NAMES[kind]}${task} could not be written in ${owner}/${name}#${thread.issueNumber}.`;
}

/** Says, for people, which of an account's writes does not get through. */
export function describeStuckWrite(body: InstallationWrite): Description {
  switch (body.kind) {
    case 'github':
      return {
        kind: 'github_write',
        what: describeGitHubWrite(body.write),
        remedy:
          'Check that the App is still installed there with all its permissions, and that the conversation exists and is not locked; then retry. What is there already is not written twice.',
        sessionId: body.sessionId,
        taskId: body.write.taskId,
      };
    case 'reaction':
      return {
        kind: 'github_write',
        what: `The reaction in ${body.thread.repository.owner}/${body.thread.repository.name}#${body.thread.issueNumber} could not be written.`,
        remedy: 'It tells nothing that the tracking comment does not; dismiss it, or retry.',
        sessionId: null,
        taskId: null,
      };
    case 'written':
    case 'attended':
      return {
        kind: 'message',
        what: 'A session can not be told what became of its write to GitHub.',
        remedy: "Look at the Worker's log. It is tried again by itself, and at once when you retry.",
        sessionId: body.sessionId,
        taskId: null,
      };
    case 'audit':
      return {
        kind: 'message',
        what: `The account's audit log can not be told of "${body.intent.action}" by ${body.intent.actor.name}.`,
        remedy: "Look at the Worker's log. It is tried again by itself, and at once when you retry.",
        sessionId: null,
        taskId: null,
      };
    case 'record':
      return {
        kind: 'record_write',
        what: `The record (libSQL) does not take rows of this account (${body.row.table}).`,
        remedy: 'Check the database behind LIBSQL_URL and its migrations. Nothing is lost meanwhile.',
        sessionId: null,
        taskId: null,
      };
  }
}
