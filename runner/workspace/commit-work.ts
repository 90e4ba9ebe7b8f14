import { captureWork } from '../git/capture-work.ts';
import { commitMessage, safeIdentity } from '../git/commit-message.ts';
import { commitTree } from '../git/commit-tree.ts';
import { succeeded } from '../git/git-failed-error.ts';
import { type GitCommand, inControl, inRepository } from '../git/git-repository.ts';
import { type Kept, squashedRef } from '../git/keep-state.ts';
import { attachHead } from '../git/link-worktree.ts';
import { settleIndex } from '../git/materialise-tree.ts';
import {
  branchRef,
  isAncestor,
  knownTreeOf,
  objectId,
  readRef,
  trackingRef,
  updateRefs,
} from '../git/refs.ts';
import { commitSeveral } from './commit-several.ts';
import type { OpenedWorktree } from './opened-worktree.ts';
import type { CommitRequest, Committed } from './workspace-types.ts';

/**
 * Commits exactly this tree and moves the session's branch to it. The commit stands on the one the task started from,
 * or on what was pushed since: commits that Claude made itself are squashed into it or made anew, and kept under a ref.
 * Committing the same again gives the same commit, so it can be repeated after a crash. Call `settleCommitted` after it.
 *
 * @throws GitFailedError
 */
export async function commitWork(opened: OpenedWorktree, request: CommitRequest): Promise<Committed> {
  const { context, work, place, branch, head, task } = opened;
  const git = inControl(context, work.repository);
  const refs = inRepository(context, work.repository);
  const tree = objectId(request.tree);
  const [there, tip, pushed] = await Promise.all([
    git(['cat-file', '-e', `${tree}^{tree}`]),
    readRef(refs, branchRef(branch)),
    readRef(git, trackingRef(branch)),
  ]);
  succeeded(there);
  const parent = await lastShared(git, { head, tip, pushed });
  if ((await knownTreeOf(git, parent)) === tree) {
    return { ok: true, sha: parent, tree, changed: parent !== head, commits: 1, squashed: null };
  }
  const message = commitMessage(request.message, request.coAuthor);
  const by = safeIdentity(request.author);
  const several =
    tip === null || tip === parent ? null : await commitSeveral(opened, request, { parent, tip });
  if (
    several === null &&
    tip !== null &&
    tip !== parent &&
    (await isSameCommit(git, tip, { tree, parent, message, email: by.email }))
  ) {
    return { ok: true, sha: tip, tree, changed: true, commits: 1, squashed: null };
  }
  const sha =
    several?.sha ?? (await commitTree(git, { tree, parents: [parent], message, by, nowMs: opened.nowMs }));
  const squashed: Kept | null = tip === null || tip === parent ? null : { ref: squashedRef(task), sha: tip };
  await updateRefs(refs, [
    ...(squashed === null ? [] : [{ ref: squashed.ref, to: squashed.sha }]),
    { ref: branchRef(branch), to: sha, from: tip },
  ]);
  await attachHead(refs, place, branch);
  return { ok: true, sha, tree, changed: true, commits: several?.commits ?? 1, squashed };
}

/**
 * Makes the index in the folder say what was committed. Nothing that is pushed depends on it: where a crash leaves it
 * out, git in the folder compares with what was there before. @throws GitFailedError
 */
export async function settleCommitted({ context, work }: OpenedWorktree, tree: string): Promise<void> {
  const captured = await captureWork(context, work, tree);
  await settleIndex(context, work, { tree: captured.tree, commitTree: tree });
}

/** What others may have built on is never replaced: a commit of this task that was pushed stays. */
async function lastShared(
  git: GitCommand,
  { head, tip, pushed }: { head: string; tip: string | null; pushed: string | null },
): Promise<string> {
  if (pushed === null || tip === null) return head;
  const between = (await isAncestor(git, head, pushed)) && (await isAncestor(git, pushed, tip));
  return between ? pushed : head;
}

async function isSameCommit(
  git: GitCommand,
  sha: string,
  wanted: { tree: string; parent: string; message: string; email: string },
): Promise<boolean> {
  const shown = await git(['log', '-1', '--no-show-signature', '--format=%T%n%P%n%ce%n%B', objectId(sha)]);
  const text = `${wanted.tree}\n${wanted.parent}\n${wanted.email}\n${wanted.message}`;
  return succeeded(shown).stdout.trimEnd() === text.trimEnd();
}
