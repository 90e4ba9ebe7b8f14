import { listCommits, readCommit } from '../git/read-commits.ts';
import { diffFiles, diffText, EMPTY_TREE } from '../git/read-diff.ts';
import { branchHead, listRefs, mergeBase, resolveCommit } from '../git/read-refs.ts';
import type { Json, JsonObject } from '../json.ts';
import type { Permission, Repository } from '../model.ts';
import { notFound, Refusal } from '../refusal.ts';
import { renderAccount } from '../render/render-account.ts';
import { renderCommit, renderFileDiff } from '../render/render-commit.ts';
import { apiUrl, htmlUrl, renderRepository } from '../render/render-repository.ts';
import { permissionOf, type World } from '../world.ts';
import {
  knownAccount,
  ok,
  onRepository,
  paged,
  type RepositoryCall,
  type RestAnswer,
  type Routes,
} from './rest-call.ts';

/** The permission names of GitHub's older scheme, which knows neither maintain nor triage. */
const LEGACY: Record<Permission, string> = {
  admin: 'admin',
  maintain: 'write',
  write: 'write',
  triage: 'read',
  read: 'read',
  none: 'none',
};

function getPermission(call: RepositoryCall): RestAnswer {
  const { world, repository } = call;
  const account = knownAccount(world, call.params.username ?? '');
  const permission = permissionOf(repository, account.login);
  const rank = ['read', 'triage', 'write', 'maintain', 'admin'].indexOf(permission);
  return ok({
    permission: LEGACY[permission],
    role_name: permission,
    user: {
      ...renderAccount(world, account),
      role_name: permission,
      permissions: {
        pull: rank >= 0,
        triage: rank >= 1,
        push: rank >= 2,
        maintain: rank >= 3,
        admin: rank >= 4,
      },
    },
  });
}

async function commitOr422(repository: Repository, ref: string): Promise<string> {
  const sha = await resolveCommit(repository.gitDir, ref);
  if (sha === undefined) throw new Refusal(422, `No commit found for SHA: ${ref}`);
  return sha;
}

async function renderFullCommit(world: World, repository: Repository, sha: string): Promise<JsonObject> {
  const commit = await readCommit(repository.gitDir, sha);
  const files = await diffFiles(repository.gitDir, commit.parents[0] ?? EMPTY_TREE, sha);
  const sum = (key: 'additions' | 'deletions') => files.reduce((total, file) => total + file[key], 0);
  const [additions, deletions] = [sum('additions'), sum('deletions')];
  return {
    ...renderCommit(world, repository, commit),
    stats: { additions, deletions, total: additions + deletions },
    files: files.map((file) => renderFileDiff(world, repository, sha, file)),
  };
}

async function getBranch(call: RepositoryCall): Promise<RestAnswer> {
  const { world, repository } = call;
  const name = call.params.branch ?? '';
  const sha = await branchHead(repository.gitDir, name);
  if (sha === undefined) throw new Refusal(404, 'Branch not found');
  const self = `${apiUrl(world, repository)}/branches/${encodeURIComponent(name)}`;
  return ok({
    name,
    commit: renderCommit(world, repository, await readCommit(repository.gitDir, sha)),
    _links: { self, html: `${htmlUrl(world, repository)}/tree/${name}` },
    protected: false,
    protection: { enabled: false },
    protection_url: `${self}/protection`,
  });
}

async function listBranches(call: RepositoryCall): Promise<RestAnswer> {
  const refs = await listRefs(call.repository.gitDir, 'refs/heads');
  return paged(call, refs, ({ name, sha }) => ({
    name: name.replace('refs/heads/', ''),
    commit: { sha, url: `${apiUrl(call.world, call.repository)}/commits/${sha}` },
    protected: false,
  }));
}

async function listRepositoryCommits(call: RepositoryCall): Promise<RestAnswer> {
  const { world, repository, url } = call;
  const ref = url.searchParams.get('sha') ?? repository.defaultBranch;
  const sha = await resolveCommit(repository.gitDir, ref);
  if (sha === undefined) throw notFound();
  const commits = await listCommits(repository.gitDir, sha);
  return paged(call, commits, (commit) => renderCommit(world, repository, commit));
}

/** `owner:branch` names a branch of the fork network; here only the owner's own repository is looked at. */
const withoutOwner = (end: string): string => end.slice(end.indexOf(':') + 1);

async function compare(call: RepositoryCall): Promise<RestAnswer> {
  const { world, repository } = call;
  const { gitDir } = repository;
  const baseName = call.params.base ?? '';
  const headName = call.params.head ?? '';
  const base = await resolveCommit(gitDir, withoutOwner(baseName));
  const head = await resolveCommit(gitDir, withoutOwner(headName));
  if (base === undefined || head === undefined) throw notFound();
  const parting = await mergeBase(gitDir, base, head);
  if (parting === undefined)
    throw new Refusal(404, `No common ancestor between ${baseName} and ${headName}.`);
  if (call.accept.includes('.diff')) {
    return { kind: 'text', status: 200, text: await diffText(gitDir, parting, head) };
  }
  const ahead = await listCommits(gitDir, `${base}..${head}`, ['--reverse']);
  const behind = (await listCommits(gitDir, `${head}..${base}`)).length;
  const status =
    ahead.length === 0 ? (behind === 0 ? 'identical' : 'behind') : behind === 0 ? 'ahead' : 'diverged';
  const files = await diffFiles(gitDir, parting, head);
  const page = `${htmlUrl(world, repository)}/compare/${baseName}...${headName}`;
  const render = async (sha: string): Promise<Json> =>
    renderCommit(world, repository, await readCommit(gitDir, sha));
  return ok({
    url: `${apiUrl(world, repository)}/compare/${baseName}...${headName}`,
    html_url: page,
    permalink_url: page,
    diff_url: `${page}.diff`,
    patch_url: `${page}.patch`,
    base_commit: await render(base),
    merge_base_commit: await render(parting),
    status,
    ahead_by: ahead.length,
    behind_by: behind,
    total_commits: ahead.length,
    commits: ahead.map((commit) => renderCommit(world, repository, commit)),
    files: files.map((file) => renderFileDiff(world, repository, head, file)),
  });
}

export const repositoryRoutes = {
  'repos/get': onRepository(({ world, repository }) => ok(renderRepository(world, repository))),
  'repos/get-collaborator-permission-level': onRepository(getPermission),
  'repos/get-branch': onRepository(getBranch),
  'repos/list-branches': onRepository(listBranches),
  'repos/get-commit': onRepository(async (call) => {
    const sha = await commitOr422(call.repository, call.params.ref ?? '');
    return ok(await renderFullCommit(call.world, call.repository, sha));
  }),
  'repos/list-commits': onRepository(listRepositoryCommits),
  'repos/compare-commits': onRepository(compare),
} satisfies Routes;
