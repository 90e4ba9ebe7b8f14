import type { RunnerEvent } from '../../protocol/events.ts';
import { isTerminal } from '../../protocol/task-state.ts';
import type { GitHubWrite, GitHubWriteResult } from '../github-write.ts';
import type { SessionRecord, StagedCommits, TaskRecord } from './session-record.ts';
import { changeSide, placeOf, sideOf } from './side-repositories.ts';
import { askForPullRequest, change, changeView, fail, move, type TaskDraft } from './task-draft.ts';

type PushStaged = Extract<RunnerEvent, { type: 'push.staged' }>;
type Done = Extract<GitHubWriteResult, { kind: 'signed_commits'; status: 'done' }>;
type Parked = Extract<GitHubWriteResult, { status: 'parked' }>;

/** Stands for the repository that the session works in. */
const OWN = 0;

/**
 * Takes note of commits that a runner laid beside a branch. GitHub makes them once they are known to hold exactly what
 * was approved; those of an attempt that is over only if that attempt ended with them.
 */
export function noteStaged(draft: TaskDraft, event: PushStaged): void {
  const { task } = draft;
  if (isTerminal(task.view.state)) return;
  const { repositoryId = OWN, sha, tree, branch, ref, commits } = event;
  const others = (task.staged ?? []).filter((one) => one.repositoryId !== repositoryId);
  const known = (task.staged ?? []).find((one) => one.repositoryId === repositoryId && one.sha === sha);
  const staged = known ?? { repositoryId, sha, tree, branch, ref, commits, asked: false, signed: null };
  change(draft, { staged: [...others, staged] });
}

/** Has GitHub make what a runner has just laid down, where it is what was approved. */
export function signStaged(draft: TaskDraft, { repositoryId = OWN, tree }: PushStaged): void {
  const approved = approvedTreeOf(draft.task, repositoryId);
  if (approved === tree) {
    askToSign(draft);
    return;
  }
  draft.effects.push({ type: 'withdraw', reason: 'What was pushed is not what was approved.' });
  fail(draft, {
    kind: 'policy',
    message: `The runner laid tree ${tree} beside ${draft.task.view.branch ?? 'the branch'}, which nobody had approved; ${approved ?? 'nothing'} was. No branch was moved.`,
    remedy: 'Look at the runner and update it, then start the task again with `retry`.',
    retryAt: null,
  });
}

/** Asks GitHub for every commit that it was not asked for. */
export function askToSign(draft: TaskDraft): void {
  const { staged = [] } = draft.task;
  const open = staged.filter(({ asked }) => !asked);
  if (open.length === 0) return;
  change(draft, { staged: staged.map((one) => ({ ...one, asked: true })) });
  draft.effects.push(...open.map(({ repositoryId }) => ({ type: 'sign_commits' as const, repositoryId })), {
    type: 'news',
    urgent: false,
  });
}

/** Whether something lies on GitHub that has not become commits of a branch. */
export function awaitsSignature({ staged = [] }: TaskRecord): boolean {
  return staged.some(({ signed }) => signed === null);
}

/** Whether a runner has said where the commits lie that GitHub is to make anew. */
export function liesOnGitHub({ staged = [] }: TaskRecord): boolean {
  return staged.some(({ repositoryId }) => repositoryId === OWN);
}

/** Whether the work on the session's own repository has left its machine for GitHub to commit it. */
export function isStaged({ staged = [] }: TaskRecord): boolean {
  return staged.some(({ repositoryId, asked }) => repositoryId === OWN && asked);
}

/** What an attempt before this one laid down and did not end with is of no use any more. */
export function forgetUnasked(draft: TaskDraft): void {
  const { staged } = draft.task;
  if (staged !== undefined) change(draft, { staged: staged.filter(({ asked }) => asked) });
}

/** The write that makes them; null where nothing is known of the place. */
export function signCommits(
  session: SessionRecord,
  task: TaskRecord,
  repositoryId: number,
): GitHubWrite | null {
  const staged = (task.staged ?? []).find((one) => one.repositoryId === repositoryId);
  const { workspace } = session;
  const own = workspace.type === 'github' ? workspace.repository : null;
  const repository = repositoryId === OWN ? own : (sideOf(session, repositoryId)?.repository ?? null);
  if (staged === undefined || repository === null) return null;
  const thread =
    repositoryId === OWN && session.thread !== null ? session.thread : placeOf(session, repository);
  if (thread === null) return null;
  const { ref, sha, tree, commits, branch } = staged;
  const { id } = task.view;
  const key = `sign:${id}:${repositoryId}:${sha}`;
  return { kind: 'signed_commits', key, taskId: id, thread, branch, staged: { ref, sha, tree, commits } };
}

/** GitHub has made them: the task's commit is the one that the branch points at. */
export function takeSigned(draft: TaskDraft, result: Done, opensPullRequest: boolean): void {
  const staged = findStaged(draft.task, result.key);
  if (staged === null || staged.signed !== null) return;
  const { sha, verified, reason } = result;
  const { repositoryId, branch, commits } = staged;
  const signed = (draft.task.staged ?? []).map((one) => (one === staged ? { ...one, signed: sha } : one));
  change(draft, { staged: signed });
  const side = (draft.task.view.repositories ?? []).find(({ id }) => id === repositoryId);
  if (repositoryId === OWN) {
    changeView(draft, { commitSha: sha, branch });
    change(draft, { pushed: true });
  } else changeSide(draft, repositoryId, { commitSha: sha, branch });
  const place = side === undefined ? {} : { repository: side.repository };
  draft.events.push({ type: 'commits.signed', sha, branch, commits, verified, reason, ...place });
  draft.effects.push({ type: 'news', urgent: false });
  goOn(draft, opensPullRequest);
}

/** What follows once everything is on its branch: the pull request, or the end where there is none to be opened. */
function goOn(draft: TaskDraft, opensPullRequest: boolean): void {
  const { task } = draft;
  if (task.view.state !== 'approved' || awaitsSignature(task)) return;
  const isAll = task.pushed || (task.jobFinished && task.sidesOnly === true);
  if (!isAll) return;
  if (opensPullRequest) askForPullRequest(draft);
  else if (task.jobFinished) move(draft, 'complete', `Pushed to ${task.view.branch ?? 'its branch'}.`);
}

/** GitHub will not make them, or not move the branch. The work is where the runner laid it. */
export function failSigning(draft: TaskDraft, { key, message, remedy }: Parked): void {
  const staged = findStaged(draft.task, key);
  if (staged === null || staged.signed !== null) return;
  const { branch, ref } = staged;
  const moved = /fast[ -]forward/i.test(message);
  fail(draft, {
    kind: moved ? 'push_rejected' : 'github_refused',
    message: moved
      ? `Somebody else pushed to ${branch} while Claude worked. The work is kept under ${ref}.`
      : `GitHub did not commit the work to ${branch}: ${message} It is kept under ${ref}.`,
    remedy: moved ? 'Run the task again with `retry`: it starts from what the branch is now.' : remedy,
    retryAt: null,
  });
}

function findStaged({ staged = [] }: TaskRecord, key: string): StagedCommits | null {
  const [, , repositoryId, sha] = key.split(':');
  return staged.find((one) => String(one.repositoryId) === repositoryId && one.sha === sha) ?? null;
}

/** What a person, or the policy, has let leave the machine. Where several trees were approved, each by its repository. */
function approvedTreeOf(
  { approvedTree, tree, trees = null }: TaskRecord,
  repositoryId: number,
): string | null {
  if (approvedTree === null || approvedTree !== tree) return null;
  if (trees === null) return repositoryId === OWN ? approvedTree : null;
  // The session's own repository comes first.
  const [own] = trees;
  if (repositoryId === OWN) return own?.tree ?? null;
  return trees.find((one) => one.repositoryId === repositoryId)?.tree ?? null;
}
