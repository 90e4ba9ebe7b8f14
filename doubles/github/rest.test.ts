import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { connectOctokit, connectWithToken } from './connect-octokit.ts';
import { type GitHubDouble, startGitHubDouble } from './start-github-double.ts';

const repo = { owner: 'acme', repo: 'demo' };
let github: GitHubDouble;

beforeEach(async () => {
  github = await startGitHubDouble({
    repositories: [
      {
        name: 'demo',
        files: {
          'README.md': '# Demo\n',
          'src/add.ts': 'export const add = 1;\n',
          '.github/signalbox.yml': 'x: 1\n',
        },
      },
      { name: 'other' },
      { name: 'elsewhere', installed: false },
    ],
    users: [
      { login: 'ann', permission: 'write' },
      { login: 'max', permission: 'maintain' },
      { login: 'eve', permission: 'read' },
      { login: 'robot[bot]' },
    ],
  });
});
afterEach(async () => {
  const { violations } = github;
  await github.close();
  expect(violations).toEqual([]);
});

describe('the App', () => {
  test('reads itself, its installation and its repositories', async () => {
    const octokit = connectOctokit(github);
    const app = await octokit.rest.apps.getAuthenticated();
    expect(app.data?.slug).toBe('signalbox');
    const installations = await octokit.rest.apps.listInstallations();
    expect(installations.data.map(({ id }) => id)).toEqual([github.app.installationId]);
    const installation = await octokit.rest.apps.getRepoInstallation(repo);
    expect(installation.data.id).toBe(github.app.installationId);
    const { data } = await octokit.rest.apps.listReposAccessibleToInstallation();
    expect(data.repositories.map(({ full_name }) => full_name)).toEqual(['acme/demo', 'acme/other']);
    expect((await octokit.rest.rateLimit.get()).data.rate.limit).toBe(5_000);
  });

  test('is credited as its bot', async () => {
    const octokit = connectOctokit(github);
    const { data } = await octokit.rest.users.getByUsername({ username: 'signalbox[bot]' });
    expect(data.type).toBe('Bot');
    await octokit.rest.issues.create({ ...repo, title: 'From the App' });
    expect(github.issue('demo', 1).author).toBe('signalbox[bot]');
  });
});

describe('people', () => {
  test('have the permission they were given, and none when they were given none', async () => {
    const octokit = connectOctokit(github);
    const permissionOf = async (username: string) => {
      const { data } = await octokit.rest.repos.getCollaboratorPermissionLevel({ ...repo, username });
      return [data.permission, data.role_name];
    };
    expect(await permissionOf('ann')).toEqual(['write', 'write']);
    expect(await permissionOf('max')).toEqual(['write', 'maintain']);
    expect(await permissionOf('eve')).toEqual(['read', 'read']);
    expect(await permissionOf('robot[bot]')).toEqual(['none', 'none']);
    await expect(permissionOf('nobody')).rejects.toMatchObject({ status: 404 });
    github.setPermission('demo', 'eve', 'admin');
    expect(await permissionOf('eve')).toEqual(['admin', 'admin']);
  });

  test('are who their token says', async () => {
    const octokit = connectWithToken(github, github.createUserToken('ann'));
    expect((await octokit.rest.users.getAuthenticated()).data.login).toBe('ann');
    await octokit.rest.issues.create({ ...repo, title: 'By hand' });
    expect(github.issue('demo', 1).author).toBe('ann');
  });
});

describe('repositories', () => {
  test('answer their contents from git', async () => {
    const { rest } = connectOctokit(github);
    const file = await rest.repos.getContent({ ...repo, path: '.github/signalbox.yml' });
    expect(file.data).toMatchObject({ type: 'file', encoding: 'base64', content: 'eDogMQo=\n' });
    const folder = await rest.repos.getContent({ ...repo, path: '' });
    expect(folder.data).toMatchObject([
      { name: '.github', type: 'dir' },
      { name: 'README.md', type: 'file' },
      { name: 'src' },
    ]);
    const raw = await rest.repos.getContent({ ...repo, path: 'src/add.ts', mediaType: { format: 'raw' } });
    expect(raw.data).toBe('export const add = 1;\n');
    await expect(rest.repos.getContent({ ...repo, path: 'none' })).rejects.toMatchObject({ status: 404 });
  });

  test('answer branches, refs, commits and comparisons from git', async () => {
    const { rest } = connectOctokit(github);
    const { sha } = await github.pushCommit({
      repo: 'demo',
      author: 'ann',
      branch: 'feat/x',
      files: { 'a.txt': 'a\n' },
    });
    expect((await rest.repos.getBranch({ ...repo, branch: 'feat/x' })).data.commit.sha).toBe(sha);
    expect((await rest.repos.listBranches(repo)).data.map(({ name }) => name)).toEqual(['feat/x', 'main']);
    expect((await rest.git.getRef({ ...repo, ref: 'heads/feat/x' })).data.object.sha).toBe(sha);
    const commit = await rest.repos.getCommit({ ...repo, ref: sha });
    expect(commit.data).toMatchObject({
      author: { login: 'ann' },
      files: [{ filename: 'a.txt', status: 'added' }],
    });
    expect((await rest.repos.listCommits({ ...repo, sha: 'feat/x' })).data).toHaveLength(2);
    const compared = await rest.repos.compareCommitsWithBasehead({ ...repo, basehead: 'main...feat/x' });
    expect(compared.data).toMatchObject({
      status: 'ahead',
      ahead_by: 1,
      files: [{ filename: 'a.txt', additions: 1 }],
    });
    expect((await rest.repos.get(repo)).data.default_branch).toBe('main');
  });

  test('create, move and delete refs, and refuse what is not a fast-forward', async () => {
    const { rest } = connectOctokit(github);
    const { sha: first } = (await rest.repos.getBranch({ ...repo, branch: 'main' })).data.commit;
    const { sha: second } = await github.pushCommit({
      repo: 'demo',
      author: 'ann',
      branch: 'main',
      files: { b: 'b' },
    });
    await rest.git.createRef({ ...repo, ref: 'refs/heads/old', sha: second });
    await expect(rest.git.updateRef({ ...repo, ref: 'heads/old', sha: first })).rejects.toMatchObject({
      status: 422,
    });
    const moved = await rest.git.updateRef({ ...repo, ref: 'heads/old', sha: first, force: true });
    expect(moved.data.object.sha).toBe(first);
    await expect(rest.git.createRef({ ...repo, ref: 'refs/heads/old', sha: first })).rejects.toMatchObject({
      status: 422,
    });
    await rest.git.deleteRef({ ...repo, ref: 'heads/old' });
    await expect(rest.git.getRef({ ...repo, ref: 'heads/old' })).rejects.toMatchObject({ status: 404 });
  });
});

describe('commits over the API', () => {
  test('are signed when the App leaves author and committer out, and not otherwise', async () => {
    const { rest } = connectOctokit(github);
    const head = await rest.repos.getCommit({ ...repo, ref: 'main' });
    const wanted = {
      ...repo,
      message: 'Made there',
      tree: head.data.commit.tree.sha,
      parents: [head.data.sha],
    };
    const signed = await rest.git.createCommit(wanted);
    expect(signed.data).toMatchObject({
      tree: { sha: wanted.tree },
      author: { name: 'signalbox[bot]' },
      committer: { name: 'GitHub' },
      verification: { verified: true, reason: 'valid' },
    });
    const author = { name: 'Ada', email: 'ada@example.com' };
    const own = await rest.git.createCommit({ ...wanted, author });
    expect(own.data.verification).toMatchObject({ verified: false, reason: 'unsigned' });
    const ref = { ...repo, ref: 'refs/heads/made', sha: signed.data.sha };
    expect((await rest.git.createRef(ref)).data.object.sha).toBe(signed.data.sha);
    const read = await rest.repos.getCommit({ ...repo, ref: 'made' });
    expect(read.data.commit).toMatchObject({ message: 'Made there', verification: { verified: true } });
    expect((await rest.git.getCommit({ ...repo, commit_sha: signed.data.sha })).data.parents).toHaveLength(1);
  });

  test('need a tree and parents that are there', async () => {
    const { rest } = connectOctokit(github);
    const head = await rest.repos.getCommit({ ...repo, ref: 'main' });
    const gone = 'f'.repeat(40);
    const lost = rest.git.createCommit({ ...repo, message: 'x', tree: gone, parents: [] });
    await expect(lost).rejects.toMatchObject({ status: 422 });
    const orphan = { ...repo, message: 'x', tree: head.data.commit.tree.sha, parents: [gone] };
    await expect(rest.git.createCommit(orphan)).rejects.toMatchObject({ status: 422 });
  });
});

describe('conversations', () => {
  test('keep every version of a comment', async () => {
    const { rest } = connectOctokit(github);
    await github.openIssue({ repo: 'demo', author: 'ann', title: 'Broken', body: '@signalbox mend it' });
    const { data } = await rest.issues.createComment({ ...repo, issue_number: 1, body: 'one' });
    expect(data).toMatchObject({
      author_association: 'NONE',
      user: { login: 'signalbox[bot]', type: 'Bot' },
    });
    await rest.issues.updateComment({ ...repo, comment_id: data.id, body: 'two' });
    const [comment] = github.issue('demo', 1).comments;
    expect(comment?.edits.map(({ body }) => body)).toEqual(['one', 'two']);
    expect((await rest.issues.getComment({ ...repo, comment_id: data.id })).data.body).toBe('two');
    await github.commentOnIssue({ repo: 'demo', author: 'ann', number: 1, body: 'thanks' });
    expect((await rest.issues.listComments({ ...repo, issue_number: 1 })).data).toHaveLength(2);
    expect((await rest.issues.listCommentsForRepo({ ...repo, sort: 'created' })).data).toHaveLength(2);
    await rest.issues.deleteComment({ ...repo, comment_id: data.id });
    expect(github.issue('demo', 1).comments.map(({ body }) => body)).toEqual(['thanks']);
  });

  test('are changed, labelled and listed', async () => {
    const { rest } = connectOctokit(github);
    await github.openIssue({ repo: 'demo', author: 'ann', title: 'Broken' });
    await rest.issues.addLabels({ ...repo, issue_number: 1, labels: ['signalbox', 'bug'] });
    expect(
      (await rest.issues.listLabelsOnIssue({ ...repo, issue_number: 1 })).data.map(({ name }) => name),
    ).toEqual(['signalbox', 'bug']);
    await rest.issues.removeLabel({ ...repo, issue_number: 1, name: 'bug' });
    await rest.issues.update({
      ...repo,
      issue_number: 1,
      title: 'Mended',
      state: 'closed',
      state_reason: 'completed',
    });
    const { data } = await rest.issues.get({ ...repo, issue_number: 1 });
    expect(data).toMatchObject({
      title: 'Mended',
      state: 'closed',
      user: { login: 'ann' },
      author_association: 'MEMBER',
    });
    expect(github.issue('demo', 1).labels).toEqual(['signalbox']);
    expect(
      (await rest.issues.listForRepo({ ...repo, state: 'closed', labels: 'signalbox' })).data,
    ).toHaveLength(1);
  });

  test('take one reaction of a kind from a person', async () => {
    const { rest } = connectOctokit(github);
    await github.openIssue({ repo: 'demo', author: 'ann', title: 'Broken' });
    const { commentId } = await github.commentOnIssue({
      repo: 'demo',
      author: 'ann',
      number: 1,
      body: '@signalbox',
    });
    const first = await rest.reactions.createForIssueComment({
      ...repo,
      comment_id: commentId,
      content: 'eyes',
    });
    const second = await rest.reactions.createForIssueComment({
      ...repo,
      comment_id: commentId,
      content: 'eyes',
    });
    expect([first.status, second.status]).toEqual([201, 200]);
    expect((await rest.reactions.listForIssueComment({ ...repo, comment_id: commentId })).data).toHaveLength(
      1,
    );
    await rest.reactions.createForIssue({ ...repo, issue_number: 1, content: 'rocket' });
    expect(github.issue('demo', 1)).toMatchObject({
      reactions: [{ content: 'rocket', user: 'signalbox[bot]' }],
      comments: [{ reactions: [{ content: 'eyes', user: 'signalbox[bot]' }] }],
    });
    await rest.reactions.deleteForIssueComment({
      ...repo,
      comment_id: commentId,
      reaction_id: first.data.id,
    });
    expect(github.issue('demo', 1).comments[0]?.reactions).toEqual([]);
  });

  test('are paged by Link headers', async () => {
    const octokit = connectOctokit(github);
    await github.openIssue({ repo: 'demo', author: 'ann', title: 'Long' });
    for (let i = 0; i < 7; i++)
      await github.commentOnIssue({ repo: 'demo', author: 'ann', number: 1, body: `${i}` });
    const all = await octokit.paginate(octokit.rest.issues.listComments, {
      ...repo,
      issue_number: 1,
      per_page: 3,
    });
    expect(all.map(({ body }) => body)).toEqual(['0', '1', '2', '3', '4', '5', '6']);
  });
});
