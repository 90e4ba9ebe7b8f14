import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { connectOctokit } from './connect-octokit.ts';
import { type GitHubDouble, startGitHubDouble } from './start-github-double.ts';

const repo = { owner: 'acme', repo: 'demo' };
let github: GitHubDouble;

beforeEach(async () => {
  github = await startGitHubDouble({
    repositories: [{ name: 'demo', files: { 'a.txt': 'one\ntwo\nthree\n' } }],
    users: [{ login: 'ann', permission: 'write' }, { login: 'stranger' }],
  });
});
afterEach(async () => {
  const { violations } = github;
  await github.close();
  expect(violations).toEqual([]);
});

const pushBranch = (branch: string, content: string) =>
  github.pushCommit({ repo: 'demo', author: 'ann', branch, files: { 'a.txt': content } });

const refusedWith = (error: object) => ({
  status: 422,
  response: { data: { message: 'Validation Failed', errors: [expect.objectContaining(error)] } },
});

describe('opening a pull request', () => {
  test('counts commits and changes from git', async () => {
    const { rest } = connectOctokit(github);
    const { sha } = await pushBranch('topic', 'one\n2\nthree\n');
    const { data } = await rest.pulls.create({
      ...repo,
      title: 'Two',
      head: 'topic',
      base: 'main',
      body: 'why',
    });
    expect(data).toMatchObject({
      number: 1,
      commits: 1,
      additions: 1,
      deletions: 1,
      changed_files: 1,
      mergeable: true,
    });
    expect(data.head).toMatchObject({ sha, ref: 'topic', label: 'acme:topic' });
    expect(await github.pulls('demo')).toMatchObject([
      { number: 1, head: 'topic', headSha: sha, author: 'signalbox[bot]' },
    ]);
    expect(await github.diff('demo', 'main', 'topic')).toContain('-two\n+2\n');
    const asText = await rest.pulls.get({ ...repo, pull_number: 1, mediaType: { format: 'diff' } });
    expect(asText.data).toBe(await github.diff('demo', 'main', 'topic'));
  });

  test('is refused with GitHub’s errors', async () => {
    const { rest } = connectOctokit(github);
    const open = (head: string, base = 'main') => rest.pulls.create({ ...repo, title: 'x', head, base });
    await expect(open('none')).rejects.toMatchObject(refusedWith({ field: 'head', code: 'invalid' }));
    await pushBranch('topic', 'x\n');
    await expect(open('topic', 'none')).rejects.toMatchObject(
      refusedWith({ field: 'base', code: 'invalid' }),
    );
    await expect(open('main')).rejects.toMatchObject(
      refusedWith({ message: 'No commits between main and main' }),
    );
    await open('topic');
    await expect(open('topic')).rejects.toMatchObject(
      refusedWith({ message: 'A pull request already exists for acme:topic.' }),
    );
  });

  test('makes it findable by its head, as an issue and among the files and commits', async () => {
    const { rest } = connectOctokit(github);
    await pushBranch('topic', 'x\n');
    await rest.pulls.create({ ...repo, title: 'x', head: 'topic', base: 'main' });
    expect((await rest.pulls.list({ ...repo, head: 'acme:topic', state: 'open' })).data).toHaveLength(1);
    expect((await rest.pulls.list({ ...repo, head: 'acme:other' })).data).toEqual([]);
    expect((await rest.issues.get({ ...repo, issue_number: 1 })).data.pull_request?.url).toContain(
      '/pulls/1',
    );
    const files = await rest.pulls.listFiles({ ...repo, pull_number: 1 });
    expect(files.data).toMatchObject([{ filename: 'a.txt', status: 'modified', additions: 1, deletions: 3 }]);
    expect((await rest.pulls.listCommits({ ...repo, pull_number: 1 })).data).toHaveLength(1);
  });
});

describe('a pull request', () => {
  test('follows its branch, and outlives it', async () => {
    const { rest } = connectOctokit(github);
    await pushBranch('topic', 'x\n');
    await rest.pulls.create({ ...repo, title: 'x', head: 'topic', base: 'main' });
    const { sha } = await pushBranch('topic', 'y\n');
    expect((await rest.pulls.get({ ...repo, pull_number: 1 })).data).toMatchObject({
      commits: 2,
      head: { sha },
    });
    const closed = await rest.pulls.update({ ...repo, pull_number: 1, state: 'closed', title: 'Not now' });
    expect(closed.data).toMatchObject({ state: 'closed', title: 'Not now' });
    await rest.git.deleteRef({ ...repo, ref: 'heads/topic' });
    expect((await rest.pulls.get({ ...repo, pull_number: 1 })).data.head.sha).toBe(sha);
  });

  test('is closed when its branch is deleted', async () => {
    const { rest } = connectOctokit(github);
    await pushBranch('topic', 'x\n');
    await rest.pulls.create({ ...repo, title: 'x', head: 'topic', base: 'main' });
    await rest.git.deleteRef({ ...repo, ref: 'heads/topic' });
    expect((await rest.pulls.get({ ...repo, pull_number: 1 })).data.state).toBe('closed');
  });

  test('is opened once, however many ask at the same time', async () => {
    const { rest } = connectOctokit(github);
    await pushBranch('topic', 'x\n');
    const open = () => rest.pulls.create({ ...repo, title: 'x', head: 'topic', base: 'main' });
    const outcomes = await Promise.allSettled([open(), open(), open()]);
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    expect(await github.pulls('demo')).toHaveLength(1);
  });

  test('from a fork has its head in the contributor’s repository, out of the App’s reach', async () => {
    const { rest } = connectOctokit(github);
    const { sha } = await pushBranch('topic', 'x\n');
    await github.openPullRequest({
      repo: 'demo',
      author: 'stranger',
      head: 'topic',
      title: 'Help',
      fork: true,
    });
    const { data } = await rest.pulls.get({ ...repo, pull_number: 1 });
    expect(data.head).toMatchObject({
      label: 'stranger:topic',
      sha,
      repo: { full_name: 'stranger/demo', fork: true },
    });
    expect(data).toMatchObject({ author_association: 'NONE', changed_files: 1 });
    await expect(rest.git.getRef({ ...repo, ref: 'heads/topic' })).rejects.toMatchObject({ status: 404 });
    await expect(rest.repos.get({ owner: 'stranger', repo: 'demo' })).rejects.toMatchObject({ status: 404 });
    const next = await github.pushCommit({
      repo: 'stranger/demo',
      author: 'stranger',
      branch: 'topic',
      files: { b: 'b' },
    });
    expect((await rest.pulls.get({ ...repo, pull_number: 1 })).data.head.sha).toBe(next.sha);
  });

  test('takes reviews, comments on its lines and replies to them', async () => {
    const { rest } = connectOctokit(github);
    await pushBranch('topic', 'one\n2\nthree\n');
    const pull = { ...repo, pull_number: 1 };
    await github.openPullRequest({ repo: 'demo', author: 'ann', head: 'topic', title: 'x' });
    const { commentId } = await github.commentOnPullRequestDiff({
      ...{ repo: 'demo', author: 'ann', number: 1 },
      ...{ path: 'a.txt', line: 2, body: '@signalbox why 2?' },
    });
    const comment = await rest.pulls.getReviewComment({ ...repo, comment_id: commentId });
    expect(comment.data.diff_hunk).toBe('@@ -1,3 +1,3 @@\n one\n-two\n+2');
    await rest.reactions.createForPullRequestReviewComment({
      ...repo,
      comment_id: commentId,
      content: 'eyes',
    });
    const reply = await rest.pulls.createReplyForReviewComment({
      ...pull,
      comment_id: commentId,
      body: 'Because.',
    });
    expect(reply.data.in_reply_to_id).toBe(commentId);
    const { sha } = (await rest.pulls.get(pull)).data.head;
    await rest.pulls.createReviewComment({
      ...pull,
      body: 'here',
      commit_id: sha,
      path: 'a.txt',
      line: 1,
      side: 'RIGHT',
    });
    await expect(
      rest.pulls.createReviewComment({ ...pull, body: 'there', commit_id: sha, path: 'a.txt', line: 99 }),
    ).rejects.toMatchObject({ status: 422 });
    const review = await rest.pulls.createReview({ ...pull, event: 'APPROVE', body: 'fine' });
    expect((await rest.pulls.getReview({ ...pull, review_id: review.data.id })).data.state).toBe('APPROVED');
    await github.reviewPullRequest({ repo: 'demo', author: 'stranger', number: 1, body: '@signalbox look' });
    expect((await rest.pulls.listReviews(pull)).data.map(({ state }) => state)).toEqual([
      ...['COMMENTED', 'COMMENTED', 'COMMENTED', 'APPROVED', 'COMMENTED'],
    ]);
    expect((await rest.pulls.listReviewComments(pull)).data.map(({ body }) => body)).toEqual([
      ...['@signalbox why 2?', 'Because.', 'here'],
    ]);
  });
});

describe('issues that are linked to a pull request', () => {
  const LINKS = `query($owner: String!, $repo: String!, $number: Int!, $first: Int!) {
    repository(owner: $owner, name: $repo) {
      pullRequest(number: $number) {
        closingIssuesReferences(first: $first, userLinkedOnly: true) { nodes { number repository { databaseId } } }
      }
    }
  }`;

  test('are told by GraphQL where somebody with the right to it has linked them', async () => {
    const { graphql } = connectOctokit(github);
    await github.openIssue({ repo: 'demo', author: 'ann', title: 'Named' });
    await github.openIssue({ repo: 'demo', author: 'ann', title: 'Linked' });
    await pushBranch('topic', '1\n');
    const body = 'Fixes #1';
    const { number } = await github.openPullRequest({
      repo: 'demo',
      author: 'ann',
      head: 'topic',
      title: 'Topic',
      body,
    });
    const link = (author: string) => github.linkIssue({ repo: 'demo', author, number, issue: 2 });
    expect(() => link('stranger')).toThrow('stranger may not link issues');
    link('ann');
    const databaseId = github.repositoryId('demo');
    const closingIssuesReferences = { nodes: [{ number: 2, repository: { databaseId } }] };
    expect(await graphql(LINKS, { ...repo, number, first: 3 })).toEqual({
      repository: { pullRequest: { closingIssuesReferences } },
    });
    const ofWords = LINKS.replace(', userLinkedOnly: true', '');
    await graphql(ofWords, { ...repo, number, first: 3 });
    expect(github.violations.splice(0)).toMatchObject([
      { problem: 'the double knows only links made by hand' },
    ]);
  });
});

test('statuses of a commit are told by GraphQL, the latest of each context', async () => {
  const { graphql } = connectOctokit(github);
  await pushBranch('topic', '1\n');
  const status = { repo: 'demo', author: 'ann', branch: 'topic', context: 'ci/old' } as const;
  await github.reportStatus({ ...status, state: 'pending' });
  const { sha } = await github.reportStatus({ ...status, state: 'failure', description: 'It broke' });
  const query = `query($owner: String!, $repo: String!, $sha: GitObjectID!) {
    repository(owner: $owner, name: $repo) {
      object(oid: $sha) { ... on Commit { status { contexts { context state description targetUrl } } } }
    }
  }`;
  const contexts = [{ context: 'ci/old', state: 'FAILURE', description: 'It broke', targetUrl: null }];
  expect(await graphql(query, { ...repo, sha })).toEqual({
    repository: { object: { status: { contexts } } },
  });
});
