import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { connectOctokit, connectWithToken, mintToken } from './connect-octokit.ts';
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

describe('check runs', () => {
  test('are created, updated and found, with annotations and buttons', async () => {
    const { rest } = connectOctokit(github);
    const { sha } = (await rest.repos.getBranch({ ...repo, branch: 'main' })).data.commit;
    const actions = [{ label: 'Approve', description: 'Push this tree', identifier: 'approve' }];
    const run = await rest.checks.create({
      ...repo,
      name: 'Signalbox',
      head_sha: sha,
      status: 'in_progress',
      actions,
    });
    const annotation = {
      path: 'src/add.ts',
      start_line: 1,
      end_line: 1,
      annotation_level: 'failure',
      message: 'no',
    } as const;
    await rest.checks.update({
      ...repo,
      check_run_id: run.data.id,
      status: 'completed',
      conclusion: 'failure',
      output: { title: 'Tests', summary: 'one failed', annotations: [annotation] },
    });
    expect((await rest.checks.get({ ...repo, check_run_id: run.data.id })).data.conclusion).toBe('failure');
    expect((await rest.checks.listForRef({ ...repo, ref: 'main' })).data.total_count).toBe(1);
    const annotations = await rest.checks.listAnnotations({ ...repo, check_run_id: run.data.id });
    expect(annotations.data).toMatchObject([annotation]);
    expect(github.checkRuns('demo')).toMatchObject([
      { status: 'completed', conclusion: 'failure', writes: 2, actions },
    ]);
    await rest.repos.createCommitStatus({ ...repo, sha, state: 'success', context: 'signalbox' });
    expect(github.statuses('demo')).toMatchObject([{ state: 'success', context: 'signalbox' }]);
  });

  test('are refused on a commit that does not exist', async () => {
    const { rest } = connectOctokit(github);
    const created = rest.checks.create({ ...repo, name: 'x', head_sha: '1'.repeat(40) });
    await expect(created).rejects.toMatchObject({ status: 422 });
  });
});

describe('installation tokens', () => {
  test('reach only the repositories they were narrowed to', async () => {
    const { rest } = connectWithToken(github, await mintToken(github, { repositories: ['other'] }));
    expect((await rest.repos.get({ owner: 'acme', repo: 'other' })).status).toBe(200);
    await expect(rest.repos.get(repo)).rejects.toMatchObject({ status: 404 });
    await expect(rest.repos.get({ owner: 'acme', repo: 'elsewhere' })).rejects.toMatchObject({ status: 404 });
  });

  test('do only what they were narrowed to', async () => {
    const { rest } = connectWithToken(github, await mintToken(github, { permissions: { issues: 'read' } }));
    await github.openIssue({ repo: 'demo', author: 'ann', title: 'x' });
    expect((await rest.issues.get({ ...repo, issue_number: 1 })).status).toBe(200);
    await expect(rest.issues.createComment({ ...repo, issue_number: 1, body: 'x' })).rejects.toMatchObject({
      status: 403,
      message: expect.stringContaining('Resource not accessible by integration'),
    });
    await expect(rest.repos.getContent({ ...repo, path: 'README.md' })).rejects.toMatchObject({
      status: 403,
    });
  });

  test('cannot hold more than the installation does', async () => {
    await expect(mintToken(github, { permissions: { actions: 'write' } })).rejects.toMatchObject({
      status: 422,
    });
    await expect(mintToken(github, { repositories: ['elsewhere'] })).rejects.toMatchObject({ status: 422 });
  });

  test('are worth nothing once revoked, and are never kept in the request log', async () => {
    const token = await mintToken(github);
    const before = github.liveTokens();
    const { rest } = connectWithToken(github, token);
    await rest.apps.revokeInstallationAccessToken();
    expect(github.liveTokens()).toBe(before - 1);
    await expect(rest.repos.get(repo)).rejects.toMatchObject({ status: 401 });
    expect(JSON.stringify(github.requests)).not.toContain(token);
    expect(github.requests.at(-1)).toMatchObject({ tokenKind: 'installation', operationId: 'repos/get' });
  });
});
