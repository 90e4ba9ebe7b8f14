import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { connectOctokit, mintToken } from './connect-octokit.ts';
import { GIT_ENVIRONMENT } from './git/run-git.ts';
import { type GitHubDouble, startGitHubDouble } from './start-github-double.ts';

const run = promisify(execFile);
let github: GitHubDouble;
let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'git-http-'));
  github = await startGitHubDouble({
    repositories: [
      { name: 'demo', files: { 'a.txt': 'one\n' } },
      { name: 'open', private: false },
      { name: 'elsewhere', installed: false },
    ],
    users: [{ login: 'ann', permission: 'write' }],
  });
});
afterEach(async () => {
  const { violations } = github;
  await github.close();
  await rm(folder, { recursive: true, force: true });
  expect(violations).toEqual([]);
});

/** The token reaches git as a header, through the environment. */
function git(cwd: string, args: string[], token?: string) {
  const basic = Buffer.from(`x-access-token:${token}`).toString('base64');
  const config = token
    ? {
        GIT_CONFIG_COUNT: '1',
        GIT_CONFIG_KEY_0: 'http.extraHeader',
        GIT_CONFIG_VALUE_0: `Authorization: Basic ${basic}`,
      }
    : {};
  const author = {
    GIT_AUTHOR_NAME: 'T',
    GIT_AUTHOR_EMAIL: 't@t',
    GIT_COMMITTER_NAME: 'T',
    GIT_COMMITTER_EMAIL: 't@t',
  };
  return run('git', args, { cwd, env: { ...GIT_ENVIRONMENT, ...author, ...config } });
}

async function commitIn(work: string, content: string): Promise<string> {
  await writeFile(join(work, 'a.txt'), content);
  await git(work, ['commit', '-qam', 'Change a']);
  return (await git(work, ['rev-parse', 'HEAD'])).stdout.trim();
}

test('a token with contents: write clones and pushes, and the API sees the push at once', async () => {
  const token = await mintToken(github, { permissions: { contents: 'write' } });
  const work = join(folder, 'work');
  await git(folder, ['clone', '-q', github.cloneUrl('demo'), work], token);
  await git(work, ['switch', '-qc', 'topic']);
  const sha = await commitIn(work, 'two\n');
  await git(work, ['push', '-q', 'origin', 'topic'], token);
  const { rest } = connectOctokit(github);
  const branch = await rest.repos.getBranch({ owner: 'acme', repo: 'demo', branch: 'topic' });
  expect(branch.data.commit.sha).toBe(sha);
  await github.openPullRequest({ repo: 'demo', author: 'ann', head: 'topic', title: 'x' });
  const next = await commitIn(work, 'three\n');
  await git(work, ['push', '-q', 'origin', 'topic'], token);
  expect(await github.pulls('demo')).toMatchObject([{ headSha: next }]);
  await git(work, ['fetch', '-q', 'origin', 'refs/pull/1/head'], token);
  expect((await git(work, ['rev-parse', 'FETCH_HEAD'])).stdout.trim()).toBe(next);
  expect(
    github.requests.filter(
      ({ tokenKind, path }) => path.endsWith('/git-receive-pack') && tokenKind === 'installation',
    ),
  ).toHaveLength(2);
});

test('a token with contents: read clones and may not push', async () => {
  const token = await mintToken(github, { permissions: { contents: 'read' } });
  const work = join(folder, 'work');
  await git(folder, ['clone', '-q', github.cloneUrl('demo'), work], token);
  await commitIn(work, 'two\n');
  await expect(git(work, ['push', '-q', 'origin', 'main'], token)).rejects.toThrow(/403/);
});

test('a private repository is refused without a token, with a bad one, and with one narrowed to another', async () => {
  const clone = (repo: string, token?: string) =>
    git(folder, ['clone', '-q', github.cloneUrl(repo), join(folder, `${repo}-${Math.random()}`)], token);
  await expect(clone('demo')).rejects.toThrow(/could not read Username/);
  await expect(clone('demo', 'ghs_wrong')).rejects.toThrow(/could not read Username/);
  const token = await mintToken(github, { repositories: ['open'] });
  await expect(clone('demo', token)).rejects.toThrow(/not found/i);
  await expect(clone('elsewhere', await mintToken(github))).rejects.toThrow(/not found/i);
  await clone('open');
});

test('nobody pushes to refs/pull', async () => {
  const token = await mintToken(github);
  const work = join(folder, 'work');
  await git(folder, ['clone', '-q', github.cloneUrl('demo'), work], token);
  await expect(git(work, ['push', '-q', 'origin', 'HEAD:refs/pull/9/head'], token)).rejects.toThrow(
    /hidden ref/,
  );
});

test('a push whose answer is lost has happened', async () => {
  const token = await mintToken(github);
  const work = join(folder, 'work');
  await git(folder, ['clone', '-q', github.cloneUrl('demo'), work], token);
  const sha = await commitIn(work, 'two\n');
  const fault = github.failNext({ match: { method: 'POST', path: /git-receive-pack/ }, kind: 'answer-lost' });
  await expect(git(work, ['push', '-q', 'origin', 'main'], token)).rejects.toThrow();
  expect(fault.used).toBe(1);
  expect((await run('git', ['rev-parse', 'main'], { cwd: github.git('demo') })).stdout.trim()).toBe(sha);
});
