import type { Repository } from '../../protocol/workspace.ts';
import type { GitContext, GitRepository } from '../git/git-repository.ts';
import { branchRef } from '../git/refs.ts';
import { tagFailures } from './describe-failure.ts';
import type { HeadStart } from './head-start.ts';
import type { MirrorAccess } from './mirror-access.ts';
import type { ReadyTree } from './pool/ready-tree.ts';
import type { ProjectSource } from './project-source.ts';
import { baseBranch, fetchRequest, type GithubProject, resolveGithub } from './resolve-github.ts';
import { existingFolder, openLocalRepository, resolveLocal } from './resolve-local.ts';
import type { GetToken, WorkspaceDeps, WorkspaceFailure } from './workspace-types.ts';

/** How a session gets at its project: through a mirror of GitHub's, or in a repository on this machine. */
export type ProjectAccess = {
  resolve: (getToken: GetToken, signal?: AbortSignal) => Promise<ProjectSource | WorkspaceFailure>;
  /** What Claude may start with before `resolve` has an answer; null where that takes no time. */
  headStart: {
    repository: GitRepository;
    last: () => HeadStart | null;
    /** Moves a whole tree that waits for a session into its folder. */
    claim: (to: { folder: string; indexFile: string }) => Promise<ReadyTree | null>;
    /** What a new session was given. `start` is null where Claude has to wait for it, `tree` where it is no base's. */
    note: (tree: string | null, start: HeadStart | null) => void;
  } | null;
  /** The server side; null where nothing is fetched or pushed. */
  server: {
    cloneUrl: string;
    /** What the session's branch is on the server now. */
    fetchBranch: (getToken: GetToken, signal?: AbortSignal) => Promise<string | null>;
    /** Gets one commit, also when no ref of the server points at it any more. */
    fetchCommit: (sha: string, getToken: GetToken, signal?: AbortSignal) => Promise<void>;
    /** The local copy can't be read: the next `resolve` makes a new one. */
    startOver: () => Promise<void>;
  } | null;
};

export function githubAccess(
  deps: WorkspaceDeps,
  mirrors: MirrorAccess,
  project: GithubProject,
): ProjectAccess {
  const { repository, branch } = project;
  const contextOf = (signal?: AbortSignal): GitContext =>
    signal === undefined ? { host: deps.host } : { host: deps.host, signal };
  const base = `${repository.id}:${baseBranch(project.ref)}`;
  return {
    headStart: {
      repository: mirrors.pathsOf(repository),
      last: () => mirrors.headStarts.of(base),
      claim: (to) => mirrors.pool.claim(base, to),
      note: (tree, start) => {
        mirrors.headStarts.note(base, start);
        if (tree !== null) mirrors.pool.want(base, { repository: mirrors.pathsOf(repository), tree, start });
      },
    },
    resolve: (getToken, signal) =>
      tagFailures('fetch_failed', `Fetching ${nameOf(repository)}`, async () => {
        const fetched = await mirrors.fetch(repository, fetchRequest(project), getToken, signal);
        return resolveGithub(contextOf(signal), mirrors.pathsOf(repository), project, fetched);
      }),
    server: {
      cloneUrl: repository.cloneUrl,
      fetchBranch: async (getToken, signal) => {
        const ref = branchRef(branch);
        const fetched = await mirrors.fetch(repository, { refs: [], optionalRefs: [ref] }, getToken, signal);
        return fetched.get(ref) ?? null;
      },
      fetchCommit: async (commit, getToken, signal) => {
        await mirrors.fetch(repository, { refs: [], optionalRefs: [], commit }, getToken, signal);
      },
      startOver: () => mirrors.setAside(repository),
    },
  };
}

export function localAccess(
  deps: WorkspaceDeps,
  project: { path: string; branch: string; baseRef?: string },
): ProjectAccess {
  return {
    resolve: (_getToken, signal) =>
      tagFailures('worktree_failed', `Opening ${project.path}`, async () => {
        const context: GitContext = signal === undefined ? { host: deps.host } : { host: deps.host, signal };
        const path = await existingFolder(project.path, deps.folders ?? null);
        if (typeof path !== 'string') return path;
        const repository = await openLocalRepository(context, { dataDir: deps.dataDir, path }, deps.newId);
        if ('ok' in repository) return repository;
        return resolveLocal(context, repository, { ...project, path });
      }),
    headStart: null,
    server: null,
  };
}

export function nameOf(repository: Repository): string {
  return `${repository.owner}/${repository.name}`;
}
