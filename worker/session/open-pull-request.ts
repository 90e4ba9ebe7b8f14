import { breakReferences } from '../../redact/break-references.ts';
import type { GitHubWrite } from '../github-write.ts';
import { escapeMarkdown } from './render/escape-markdown.ts';
import type { SessionRecord, TaskRecord } from './session-record.ts';
import { placeOf, pushedSides, sideOf } from './side-repositories.ts';

/** GitHub refuses titles beyond 256 characters; this leaves room in lists. */
const MAX_TITLE_CHARS = 200;

type PullRequestWrite = Extract<GitHubWrite, { kind: 'pull_request' }>;

/**
 * Whether a session's pushed work gets a pull request of its own: its branch is not the head of one already. What
 * belongs to several repositories, and what a workflow asked for, gets one also where nobody asked on GitHub.
 */
export function opensPullRequest(session: SessionRecord): boolean {
  const { workspace, thread, branch, source, repositories = [] } = session;
  if (workspace.type !== 'github' || branch === null) return false;
  if (thread === null) {
    const isAsked = source === 'action' && placeOf(session, workspace.repository) !== null;
    if (!isAsked && repositories.every(({ access }) => access === 'read')) return false;
  }
  return workspace.ref.kind === 'branch' || workspace.ref.fork;
}

/** The pull requests for a task's pushed work, in each repository that has any. */
export function openPullRequests(
  session: SessionRecord,
  task: TaskRecord,
  publicUrl: string,
): PullRequestWrite[] {
  const main = task.sidesOnly === true ? null : openPullRequest(session, task, publicUrl);
  const sides = pushedSides(task).map(({ id }) => openSidePullRequest(session, task, id, publicUrl));
  return [main, ...sides].filter((write) => write !== null);
}

/** The same texts once all are open, in those that this task opened: each names the others. */
export function linkPullRequests(
  session: SessionRecord,
  task: TaskRecord,
  publicUrl: string,
): PullRequestWrite[] {
  const opened = new Set(task.opened ?? []);
  const numbers = new Map((task.view.repositories ?? []).map((one) => [one.id, one.pullRequest?.number]));
  const { workspace } = session;
  const mainId = workspace.type === 'github' ? workspace.repository.id : 0;
  numbers.set(mainId, task.view.pullRequest?.number);
  return openPullRequests(session, task, publicUrl).flatMap((write) => {
    const { id } = write.thread.repository;
    const number = numbers.get(id);
    if (number === undefined || !opened.has(id === mainId ? 0 : id)) return [];
    return [{ ...write, key: `links:${task.view.id}:${id}`, number }];
  });
}

/** The pull request for a task's work on the session's own repository. Null when the session opens none. */
export function openPullRequest(
  session: SessionRecord,
  task: TaskRecord,
  publicUrl: string,
): PullRequestWrite | null {
  const { workspace, branch } = session;
  if (workspace.type !== 'github' || branch === null) return null;
  const thread = session.thread ?? placeOf(session, workspace.repository);
  if (thread === null) return null;
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
    body: pullRequestBody(session, task, workspace.repository.id, publicUrl),
  };
}

function openSidePullRequest(
  session: SessionRecord,
  task: TaskRecord,
  id: number,
  publicUrl: string,
): PullRequestWrite | null {
  const side = sideOf(session, id);
  const thread = side === null ? null : placeOf(session, side.repository);
  if (side === null || side.branch === null || thread === null) return null;
  return {
    kind: 'pull_request',
    key: `pull:${task.view.id}:${id}`,
    taskId: task.view.id,
    thread,
    head: side.branch,
    base: side.base,
    title: titleOf(session.title) || `Work on ${side.branch}`,
    body: pullRequestBody(session, task, id, publicUrl),
  };
}

/** A squash merge makes a commit message of it. */
function titleOf(title: string): string {
  return breakReferences(title.replace(/\s+/g, ' ').trim().slice(0, MAX_TITLE_CHARS));
}

/** @param id of the repository that the pull request is in */
function pullRequestBody(session: SessionRecord, task: TaskRecord, id: number, publicUrl: string): string {
  const { view } = task;
  const { thread, workspace } = session;
  const own = workspace.type === 'github' ? workspace.repository : null;
  const { login, id: personId } = view.requester;
  // Who has no account on GitHub may share the name of somebody who has.
  const requester = personId === null ? login : `@${login}`;
  const parts = [
    view.summary === null ? 'Work by Claude Code.' : escapeMarkdown(view.summary),
    `Requested by ${requester}. [Session](${publicUrl}/sessions/${session.id})`,
  ];
  if (thread !== null) {
    // GitHub closes an issue with a merge in its own repository; elsewhere the work is only a part.
    const isHere = own?.id === id;
    const issue = `${isHere || own === null ? '' : `${own.owner}/${own.name}`}#${thread.issueNumber}`;
    parts.push(thread.isPullRequest || !isHere ? `For ${issue}` : `Closes ${issue}`);
  }
  const others = otherPullRequests(session, task, id);
  if (others.length > 0) parts.push(`Belongs together with ${others.join(', ')}.`);
  return parts.join('\n\n');
}

function otherPullRequests({ workspace }: SessionRecord, { view }: TaskRecord, id: number): string[] {
  const { pullRequest, repositories = [] } = view;
  const own = workspace.type === 'github' ? workspace.repository : null;
  const main =
    own === null || own.id === id || pullRequest === null
      ? []
      : [`${own.owner}/${own.name}#${pullRequest.number}`];
  const sides = repositories.flatMap((side) =>
    side.id === id || side.pullRequest === null ? [] : [`${side.repository}#${side.pullRequest.number}`],
  );
  return [...main, ...sides];
}
