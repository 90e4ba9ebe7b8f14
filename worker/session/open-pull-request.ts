import type { GitHubWrite } from '../contracts.ts';
import { breakReferences, escapeMarkdown } from './render/escape-markdown.ts';
import type { SessionRecord, TaskRecord } from './session-record.ts';

/** GitHub refuses titles beyond 256 characters; this leaves room in lists. */
const MAX_TITLE_CHARS = 200;

/** Whether a session's pushed work gets a pull request of its own: its branch is not the head of one already. */
export function opensPullRequest({ workspace, thread, branch }: SessionRecord): boolean {
  if (workspace.type !== 'github' || thread === null || branch === null) return false;
  return workspace.ref.kind === 'branch' || workspace.ref.fork;
}

/** The pull request for a task's pushed work. Null when the session opens none. */
export function openPullRequest(
  session: SessionRecord,
  task: TaskRecord,
  publicUrl: string,
): Extract<GitHubWrite, { kind: 'pull_request' }> | null {
  const { workspace, thread, branch } = session;
  if (workspace.type !== 'github' || thread === null || branch === null) return null;
  const { ref } = workspace;
  const base = ref.kind === 'branch' ? ref.base : ref.baseRef;
  return {
    kind: 'pull_request',
    key: `pull:${task.view.id}`,
    taskId: task.view.id,
    thread,
    head: branch,
    base,
    title: titleOf(session.title) || `Work on ${branch}`,
    body: pullRequestBody(session, task, publicUrl),
  };
}

/** A squash merge makes a commit message of it. */
function titleOf(title: string): string {
  return breakReferences(title.replace(/\s+/g, ' ').trim().slice(0, MAX_TITLE_CHARS));
}

function pullRequestBody(session: SessionRecord, { view }: TaskRecord, publicUrl: string): string {
  const { thread } = session;
  const { login, id } = view.requester;
  // Who has no account on GitHub may share the name of somebody who has.
  const requester = id === null ? login : `@${login}`;
  const parts = [
    view.summary === null ? 'Work by Claude Code.' : escapeMarkdown(view.summary),
    `Requested by ${requester}. [Session](${publicUrl}/sessions/${session.id})`,
  ];
  if (thread !== null) {
    parts.push(thread.isPullRequest ? `For #${thread.issueNumber}` : `Closes #${thread.issueNumber}`);
  }
  return parts.join('\n\n');
}
