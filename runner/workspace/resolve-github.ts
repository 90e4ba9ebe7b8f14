import type { GitRef, Repository } from '../../protocol/workspace.ts';
import type { FetchedRefs, FetchRequest } from '../git/fetch-refs.ts';
import { type GitContext, type GitRepository, inControl, inRepository } from '../git/git-repository.ts';
import { branchRef, isAncestor, readRef, treeOf } from '../git/refs.ts';
import type { ProjectSource } from './project-source.ts';

export type GithubProject = {
  repository: Repository;
  ref: GitRef;
  branch: string;
  /** Nothing is written to it: the branch, which only this machine has, follows the base. */
  readOnly?: boolean;
};

/** The branch that work is compared with and that trusted configuration comes from. */
export function baseBranch(ref: GitRef): string {
  return ref.kind === 'pull' ? ref.baseRef : ref.base;
}

/** What has to be asked of the server: nothing but the base, the session's branch and the pull request's head. */
export function fetchRequest({ ref, branch }: GithubProject): FetchRequest {
  const session = branchRef(branch);
  const refs = [branchRef(baseBranch(ref))];
  if (ref.kind === 'pull') refs.push(`refs/pull/${ref.number}/head`);
  const request: FetchRequest = { refs, optionalRefs: refs.includes(session) ? [] : [session] };
  const commit = namedCommit(ref);
  return commit === null ? request : { ...request, commit };
}

/** The commit that work begins at, whatever its branch is at by now. */
function namedCommit(ref: GitRef): string | null {
  if (ref.kind === 'branch') return ref.commit ?? null;
  // A fork's author may push after somebody asked for work on what was there to be read.
  return ref.fork ? ref.headSha : null;
}

/** Why a branch can't be worked on, or null. */
export function refuseBranch({ repository, ref, branch }: GithubProject): string | null {
  if (ref.kind === 'pull' && !ref.fork && branch === ref.headRef) return null;
  if (branch === baseBranch(ref)) return `${branch} is the base branch: work goes to a branch of its own`;
  if (branch === repository.defaultBranch)
    return `${branch} is the default branch: work goes to a branch of its own`;
  return null;
}

/** Puts together what was fetched and what is there. @throws GitFailedError */
export async function resolveGithub(
  context: GitContext,
  mirror: GitRepository,
  project: GithubProject,
  fetched: FetchedRefs,
): Promise<ProjectSource> {
  const { ref, branch } = project;
  const base = mustHave(fetched, branchRef(baseBranch(ref)));
  const source = {
    repository: mirror,
    branch,
    base,
    localTip: await readRef(inRepository(context, mirror), branchRef(branch)),
    remoteTip: project.readOnly === true ? base : (fetched.get(branchRef(branch)) ?? null),
  };
  const control = inControl(context, mirror);
  if (ref.kind === 'branch') {
    const { commit = base } = ref;
    if (commit === base) return { ...source, firstStart: base, trustedFrom: null };
    await treeOf(control, commit);
    // GitHub hands out commits of forks by their number, too: only the base branch's history is trusted.
    const isKnown = await isAncestor(control, commit, base);
    return { ...source, firstStart: commit, trustedFrom: isKnown ? null : base };
  }
  const head = ref.fork ? ref.headSha : mustHave(fetched, `refs/pull/${ref.number}/head`);
  // Fails here, with a name, when the server no longer has what the pull request showed.
  await treeOf(control, head);
  return { ...source, firstStart: head, trustedFrom: base };
}

function mustHave(fetched: FetchedRefs, ref: string): string {
  const sha = fetched.get(ref);
  if (sha === undefined) throw new Error(`The fetch succeeded without ${ref}`);
  return sha;
}
