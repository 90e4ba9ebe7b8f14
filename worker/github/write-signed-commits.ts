import type { GitHubWrite, SignedCommits } from '../github-write.ts';
import { classifyGitHubError, WriteRefused } from './classify-github-error.ts';
import { inRepository, type WriteTarget } from './write-target.ts';

type SignedCommitsWrite = Extract<GitHubWrite, { kind: 'signed_commits' }>;
type Staged = { sha: string; tree: string; parent: string; message: string };

/**
 * Has GitHub make staged commits anew, with the same trees and messages on the same parent, and moves the branch to
 * the last. GitHub signs what an App commits when author and committer are left out; they are then the App and GitHub.
 * Can be repeated: a branch that has exactly this content is taken as it is.
 *
 * @returns `leftOver`: why the staged ref could not be deleted, else null
 */
export async function writeSignedCommits(
  target: WriteTarget,
  write: SignedCommitsWrite,
): Promise<SignedCommits & { leftOver: string | null }> {
  const staged = await readStaged(target, write);
  const signed = (await findSigned(target, write)) ?? (await signAll(target, write, staged));
  return { ...signed, leftOver: await dropStaged(target, write) };
}

/** The staged commits, the oldest first. @throws WriteRefused when they are not what was approved */
async function readStaged({ octokit, thread }: WriteTarget, write: SignedCommitsWrite): Promise<Staged[]> {
  const { sha, tree, commits } = write.staged;
  const found: Staged[] = [];
  let next = sha;
  while (found.length < commits) {
    const { data } = await octokit.rest.git.getCommit({ ...inRepository(thread), commit_sha: next });
    const [parent, ...others] = data.parents;
    if (parent === undefined || others.length > 0) throw notApproved(`Commit ${next} has not one parent`);
    found.unshift({ sha: next, tree: data.tree.sha, parent: parent.sha, message: data.message });
    next = parent.sha;
  }
  const last = found.at(-1);
  if (last?.tree !== tree)
    throw notApproved(`Commit ${sha} holds tree ${last?.tree}, not the approved ${tree}`);
  return found;
}

/** What the branch holds already: an earlier try whose answer was lost, or the same content from another attempt. */
async function findSigned(target: WriteTarget, write: SignedCommitsWrite): Promise<SignedCommits | null> {
  const { octokit, thread } = target;
  const tip = await readTip(target, write.branch);
  if (tip === null) return null;
  const known = Object.values(target.known().signed ?? {}).find(({ sha }) => sha === tip);
  if (known !== undefined && tip === target.known().signed?.[write.staged.sha]?.sha) return known;
  const { data } = await octokit.rest.git.getCommit({ ...inRepository(thread), commit_sha: tip });
  return data.tree.sha === write.staged.tree ? { sha: tip, ...verificationOf(data) } : null;
}

async function signAll(
  target: WriteTarget,
  write: SignedCommitsWrite,
  staged: readonly Staged[],
): Promise<SignedCommits> {
  let parent = staged[0]?.parent ?? '';
  let made: SignedCommits = { sha: parent, verified: true, reason: 'valid' };
  for (const commit of staged) {
    const signed = target.known().signed?.[commit.sha] ?? (await signOne(target, commit, parent));
    parent = signed.sha;
    // One that is not verified is what people have to know of all of them.
    made = made.verified ? signed : { ...made, sha: signed.sha };
  }
  await moveBranch(target, write.branch, made.sha);
  return made;
}

/** One whose answer is lost stays on GitHub with nothing that leads to it. */
async function signOne(target: WriteTarget, commit: Staged, parent: string): Promise<SignedCommits> {
  const { octokit, thread } = target;
  const { tree, message } = commit;
  const { data } = await octokit.rest.git.createCommit({
    ...inRepository(thread),
    message,
    tree,
    parents: [parent],
  });
  if (data.tree.sha !== tree)
    throw notApproved(`GitHub made ${data.sha} of tree ${data.tree.sha}, not of ${tree}`);
  const signed = { sha: data.sha, ...verificationOf(data) };
  target.save({ signed: { ...target.known().signed, [commit.sha]: signed } });
  return signed;
}

/** Never by force: GitHub refuses when the branch was moved since, by whoever it was. */
async function moveBranch(target: WriteTarget, branch: string, sha: string): Promise<void> {
  const { octokit, thread } = target;
  const place = inRepository(thread);
  const tip = await readTip(target, branch);
  if (tip === null) await octokit.rest.git.createRef({ ...place, ref: `refs/heads/${branch}`, sha });
  else await octokit.rest.git.updateRef({ ...place, ref: `heads/${branch}`, sha, force: false });
}

async function readTip(target: WriteTarget, branch: string): Promise<string | null> {
  const { octokit, thread } = target;
  try {
    const { data } = await octokit.rest.git.getRef({ ...inRepository(thread), ref: `heads/${branch}` });
    return data.object.sha;
  } catch (error) {
    const failure = classifyGitHubError(error, target.nowMs());
    if (failure.type === 'refused' && failure.status === 404) return null;
    throw error;
  }
}

/** The branch has its commits by now: nothing waits for this, and a ref that is left over leads to nothing new. */
async function dropStaged(target: WriteTarget, { staged }: SignedCommitsWrite): Promise<string | null> {
  const { octokit, thread } = target;
  try {
    await octokit.rest.git.deleteRef({ ...inRepository(thread), ref: staged.ref.replace(/^refs\//, '') });
    return null;
  } catch (error) {
    const failure = classifyGitHubError(error, target.nowMs());
    // Gone already.
    const isGone = failure.type === 'refused' && (failure.status === 404 || failure.status === 422);
    return isGone ? null : failure.reason;
  }
}

function verificationOf(commit: {
  verification?: { verified: boolean; reason: string } | undefined;
}): Pick<SignedCommits, 'verified' | 'reason'> {
  const { verified = false, reason = 'unknown' } = commit.verification ?? {};
  return { verified, reason };
}

function notApproved(what: string): WriteRefused {
  return new WriteRefused(
    `${what}: nothing was moved.`,
    'Look at what the runner pushed and at its version, then start the task again with `retry`.',
  );
}
