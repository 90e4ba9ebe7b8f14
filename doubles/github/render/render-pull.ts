import { diffFiles } from '../git/read-diff.ts';
import { branchHead, mergeBase, resolveCommit } from '../git/read-refs.ts';
import { runGit, tryGit } from '../git/run-git.ts';
import type { JsonObject } from '../json.ts';
import type { PullIssue, Repository } from '../model.ts';
import type { World } from '../world.ts';
import { nodeId, renderAccount } from './render-account.ts';
import { issuePage, renderIssue } from './render-issue.ts';
import { apiUrl, renderRepository } from './render-repository.ts';

export type PullRefs = {
  baseSha: string;
  headSha: string;
  /** Where the two parted; the diff of a pull request starts here. */
  mergeBaseSha: string;
};

/** Reads a pull request's two ends from git. The head of a deleted branch is what `refs/pull/N/head` kept. */
export async function readPullRefs(repository: Repository, issue: PullIssue): Promise<PullRefs> {
  const { pull, number } = issue;
  const kept = () => resolveCommit(repository.gitDir, `refs/pull/${number}/head`);
  const branch =
    issue.state === 'open' ? await branchHead(pull.headRepository.gitDir, pull.headRef) : undefined;
  const headSha = branch ?? (await kept());
  const baseSha = await branchHead(repository.gitDir, pull.baseRef);
  if (headSha === undefined || baseSha === undefined) {
    throw new Error(`Pull request ${number}: git has no ${headSha ? pull.baseRef : pull.headRef} any more.`);
  }
  return {
    baseSha,
    headSha,
    mergeBaseSha: (await mergeBase(repository.gitDir, baseSha, headSha)) ?? baseSha,
  };
}

function renderEnd(world: World, repository: Repository, ref: string, sha: string): JsonObject {
  return {
    label: `${repository.owner.login}:${ref}`,
    ref,
    sha,
    user: renderAccount(world, repository.owner),
    repo: renderRepository(world, repository),
  };
}

function renderLinks(urls: Record<string, string>): JsonObject {
  return Object.fromEntries(Object.entries(urls).map(([name, href]) => [name, { href }]));
}

function renderSimple(world: World, repository: Repository, issue: PullIssue, refs: PullRefs): JsonObject {
  const { pull } = issue;
  const url = `${apiUrl(world, repository)}/pulls/${issue.number}`;
  const issueUrl = `${apiUrl(world, repository)}/issues/${issue.number}`;
  const page = issuePage(world, repository, issue);
  const { pull_request: _links, reactions: _rollup, ...shared } = renderIssue(world, repository, issue);
  const urls = {
    comments_url: `${issueUrl}/comments`,
    commits_url: `${url}/commits`,
    review_comments_url: `${url}/comments`,
    review_comment_url: `${apiUrl(world, repository)}/pulls/comments{/number}`,
    statuses_url: `${apiUrl(world, repository)}/statuses/${refs.headSha}`,
  };
  return {
    ...shared,
    ...urls,
    id: pull.id,
    node_id: nodeId('PullRequest', pull.id),
    url,
    html_url: page,
    issue_url: issueUrl,
    diff_url: `${page}.diff`,
    patch_url: `${page}.patch`,
    draft: pull.draft,
    merged_at: null,
    merge_commit_sha: null,
    auto_merge: null,
    requested_reviewers: [],
    requested_teams: [],
    base: renderEnd(world, repository, pull.baseRef, refs.baseSha),
    head: renderEnd(world, pull.headRepository, pull.headRef, refs.headSha),
    _links: renderLinks({
      self: url,
      html: page,
      issue: issueUrl,
      comments: urls.comments_url,
      review_comments: urls.review_comments_url,
      review_comment: urls.review_comment_url,
      commits: urls.commits_url,
      statuses: urls.statuses_url,
    }),
  };
}

/** GitHub's `pull-request-simple`, as lists answer it. */
export async function renderPullSimple(
  world: World,
  repository: Repository,
  issue: PullIssue,
): Promise<JsonObject> {
  return renderSimple(world, repository, issue, await readPullRefs(repository, issue));
}

/** GitHub's `pull-request`, counted from git. */
export async function renderPull(
  world: World,
  repository: Repository,
  issue: PullIssue,
): Promise<JsonObject> {
  const refs = await readPullRefs(repository, issue);
  const { gitDir } = repository;
  // A head that lives in a fork reaches the base repository as refs/pull/N/head.
  const [files, count, merge] = await Promise.all([
    diffFiles(gitDir, refs.mergeBaseSha, refs.headSha),
    runGit(gitDir, ['rev-list', '--count', `${refs.baseSha}..${refs.headSha}`]),
    tryGit(gitDir, ['merge-tree', '--write-tree', '--no-messages', refs.baseSha, refs.headSha]),
  ]);
  const mergeable = merge.code === 0;
  return {
    ...renderSimple(world, repository, issue, refs),
    merged: false,
    mergeable,
    rebaseable: mergeable,
    mergeable_state: mergeable ? 'clean' : 'dirty',
    merged_by: null,
    comments: issue.comments.length,
    review_comments: issue.pull.reviewComments.length,
    maintainer_can_modify: issue.pull.maintainerCanModify,
    commits: Number(count.trim()),
    additions: files.reduce((sum, file) => sum + file.additions, 0),
    deletions: files.reduce((sum, file) => sum + file.deletions, 0),
    changed_files: files.length,
  };
}
