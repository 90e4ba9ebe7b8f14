import { type Commit, listCommits, readCommit } from '../git/read-commits.ts';
import { diffFiles, EMPTY_TREE } from '../git/read-diff.ts';
import { isAncestor } from '../git/read-refs.ts';
import type { RefChange } from '../git/sync-pushes.ts';
import type { Json, JsonObject } from '../json.ts';
import type { Account, Repository } from '../model.ts';
import type { World } from '../world.ts';
import { accountByEmail } from './render-commit.ts';
import { htmlUrl } from './render-repository.ts';

const ZERO = /^0+$/;
/** GitHub lists at most this many commits in a push payload. */
const MAX_COMMITS = 2_048;

async function renderPushedCommit(world: World, repository: Repository, commit: Commit): Promise<JsonObject> {
  const files = await diffFiles(repository.gitDir, commit.parents[0] ?? EMPTY_TREE, commit.sha);
  const paths = (wanted: (status: string) => boolean) =>
    files.filter((f) => wanted(f.status)).map((f) => f.path);
  const person = (who: Commit['author']): JsonObject => {
    const account = accountByEmail(world, who.email);
    return { name: who.name, email: who.email, ...(account && { username: account.login }) };
  };
  return {
    id: commit.sha,
    tree_id: commit.tree,
    distinct: true,
    message: commit.message,
    timestamp: commit.committer.date,
    url: `${htmlUrl(world, repository)}/commit/${commit.sha}`,
    author: person(commit.author),
    committer: person(commit.committer),
    added: paths((status) => status === 'added'),
    removed: paths((status) => status === 'removed'),
    modified: paths((status) => status !== 'added' && status !== 'removed'),
  };
}

/** Commits that the push brought: not the ref's former ones, and on a new branch not the default branch's. */
function pushedCommits(repository: Repository, change: RefChange): Promise<Commit[]> {
  const defaultRef = `refs/heads/${repository.defaultBranch}`;
  const excluded = ZERO.test(change.before)
    ? change.ref === defaultRef
      ? []
      : [`^${defaultRef}`]
    : [`^${change.before}`];
  return listCommits(repository.gitDir, change.after, [
    `--max-count=${MAX_COMMITS}`,
    '--reverse',
    ...excluded,
  ]);
}

/** The event's own part of a `push` payload. */
export async function renderPush(
  world: World,
  repository: Repository,
  change: RefChange,
  pusher: Account,
): Promise<JsonObject> {
  const created = ZERO.test(change.before);
  const deleted = ZERO.test(change.after);
  const list = deleted ? [] : await pushedCommits(repository, change);
  const commits = await Promise.all(list.map((commit) => renderPushedCommit(world, repository, commit)));
  const head: Json = deleted
    ? null
    : await renderPushedCommit(world, repository, await readCommit(repository.gitDir, change.after));
  return {
    ref: change.ref,
    before: change.before,
    after: change.after,
    created,
    deleted,
    forced: !created && !deleted && !(await isAncestor(repository.gitDir, change.before, change.after)),
    base_ref: null,
    compare: `${htmlUrl(world, repository)}/compare/${change.before.slice(0, 12)}...${change.after.slice(0, 12)}`,
    commits,
    head_commit: head,
    pusher: { name: pusher.login, email: `${pusher.id}+${pusher.login}@users.noreply.github.com` },
  };
}
