import type { Commit } from '../git/read-commits.ts';
import type { FileDiff } from '../git/read-diff.ts';
import type { JsonObject } from '../json.ts';
import type { Account, Repository } from '../model.ts';
import { fullName, type World } from '../world.ts';
import { renderAccount } from './render-account.ts';
import { apiUrl, htmlUrl } from './render-repository.ts';

const NOREPLY = /^(?:\d+\+)?(.+)@users\.noreply\.github\.com$/;

/** The account GitHub credits with a commit: by its noreply address, else nobody. */
export function accountByEmail(world: World, email: string): Account | undefined {
  const login = NOREPLY.exec(email)?.[1];
  return login === undefined ? undefined : world.accounts.get(login.toLowerCase());
}

const creditOf = (world: World, email: string): JsonObject | null => {
  const account = accountByEmail(world, email);
  return account ? renderAccount(world, account) : null;
};

/** GitHub's `commit`. */
export function renderCommit(world: World, repository: Repository, commit: Commit): JsonObject {
  const url = `${apiUrl(world, repository)}/commits/${commit.sha}`;
  return {
    sha: commit.sha,
    node_id: Buffer.from(`Commit:${commit.sha}`).toString('base64'),
    url,
    html_url: `${htmlUrl(world, repository)}/commit/${commit.sha}`,
    comments_url: `${url}/comments`,
    commit: {
      url: `${apiUrl(world, repository)}/git/commits/${commit.sha}`,
      author: { ...commit.author },
      committer: { ...commit.committer },
      message: commit.message,
      comment_count: 0,
      tree: { sha: commit.tree, url: `${apiUrl(world, repository)}/git/trees/${commit.tree}` },
      verification: renderVerification(repository, commit),
    },
    author: creditOf(world, commit.author.email),
    committer: creditOf(world, commit.committer.email),
    parents: commit.parents.map((sha) => ({
      sha,
      url: `${apiUrl(world, repository)}/commits/${sha}`,
      html_url: `${htmlUrl(world, repository)}/commit/${sha}`,
    })),
  };
}

/** GitHub's `git-commit`, as the routes below `git/commits` answer it. */
export function renderGitCommit(world: World, repository: Repository, commit: Commit): JsonObject {
  const url = `${apiUrl(world, repository)}/git/commits/${commit.sha}`;
  return {
    sha: commit.sha,
    node_id: Buffer.from(`Commit:${commit.sha}`).toString('base64'),
    url,
    html_url: `${htmlUrl(world, repository)}/commit/${commit.sha}`,
    author: { ...commit.author },
    committer: { ...commit.committer },
    message: commit.message,
    tree: { sha: commit.tree, url: `${apiUrl(world, repository)}/git/trees/${commit.tree}` },
    verification: renderVerification(repository, commit),
    parents: commit.parents.map((sha) => ({
      sha,
      url: `${apiUrl(world, repository)}/git/commits/${sha}`,
      html_url: `${htmlUrl(world, repository)}/commit/${sha}`,
    })),
  };
}

/** The double's own mark stands for GitHub's signature. */
function renderVerification(repository: Repository, { sha, committer }: Commit): JsonObject {
  if (!repository.signedCommits.has(sha)) {
    return { verified: false, reason: 'unsigned', signature: null, payload: null, verified_at: null };
  }
  return {
    verified: true,
    reason: 'valid',
    signature: SIGNATURE,
    payload: `commit ${sha}`,
    verified_at: committer.date,
  };
}

/** What the double writes into commits that GitHub would sign. It proves nothing to anybody. */
export const SIGNATURE = '-----BEGIN PGP SIGNATURE-----\n\nbm90IGEgc2lnbmF0dXJl\n-----END PGP SIGNATURE-----';

/** GitHub's `diff-entry`. */
export function renderFileDiff(
  world: World,
  repository: Repository,
  sha: string,
  file: FileDiff,
): JsonObject {
  const path = file.path.split('/').map(encodeURIComponent).join('/');
  return {
    sha: file.blob,
    filename: file.path,
    status: file.status,
    additions: file.additions,
    deletions: file.deletions,
    changes: file.additions + file.deletions,
    blob_url: `${htmlUrl(world, repository)}/blob/${sha}/${path}`,
    raw_url: `${world.baseUrl}/${fullName(repository)}/raw/${sha}/${path}`,
    contents_url: `${apiUrl(world, repository)}/contents/${path}?ref=${sha}`,
    ...(file.patch === undefined ? {} : { patch: file.patch }),
    ...(file.previousPath === undefined ? {} : { previous_filename: file.previousPath }),
  };
}
