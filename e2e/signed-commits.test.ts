import { afterAll, beforeAll, expect, it } from 'vitest';
import { connectOctokit } from '../doubles/github/connect-octokit.ts';
import { bash, type Script, text, tool } from '../doubles/model/script.ts';
import { githubConversationKey, sessionIdOf } from '../protocol/ids.ts';
import { createTestWorld, REPO, type TestWorld } from './harness/test-world.ts';

const OWNER = 'station-works';
const SEVERAL = 'several-commits';

const CONFIG = `commits:
  verified: true
  message: |
    feat: {subject}

    Asked by {requester}.
`;

/** `[[commit-twice]]`: makes two commits itself and leaves something uncommitted. */
const commitTwice: Script = {
  name: 'commit-twice',
  steps: () => [
    tool('Write', { file_path: 'rails.txt', content: 'rails\n' }, 'Rails first.'),
    bash('git add -A && git commit -q -m "Lay rails for @mona"'),
    tool('Write', { file_path: 'signals.txt', content: 'signals\n' }, 'Then signals.'),
    bash('git add -A && git commit -q -m "Set up signals"'),
    tool('Write', { file_path: 'timetable.txt', content: 'noon\n' }, 'And a timetable.'),
    text('The line is open.'),
  ],
};

let world: TestWorld;
beforeAll(async () => {
  const files = (config: string) => ({ 'README.md': '# hello\n', '.github/signalbox.yml': config });
  world = await createTestWorld({
    scripts: [commitTwice],
    github: {
      owner: { login: OWNER, type: 'Organization' },
      repositories: [
        { name: REPO, files: files(CONFIG) },
        { name: SEVERAL, files: files('commits:\n  verified: true\n  style: several\n') },
      ],
    },
  });
});
afterAll(() => world?.close());

const ask = (repo: string, title: string, body: string) =>
  world.github.openIssue({ repo, author: 'mona', title, body: `@signalbox ${body}` });

/** Commits of a branch beyond main, the oldest first, as GitHub shows them. */
async function commitsOf(repo: string, branch: string) {
  const { rest } = connectOctokit(world.github);
  const { data } = await rest.repos.compareCommits({ owner: OWNER, repo, base: 'main', head: branch });
  return data.commits.map(({ sha, commit, parents }) => ({
    sha,
    message: commit.message,
    tree: commit.tree.sha,
    author: commit.author?.name,
    committer: commit.committer?.name,
    verified: commit.verification?.verified,
    parents: parents.map((parent) => parent.sha),
  }));
}

it('has GitHub make the commit of exactly the captured tree, verified, and builds on it afterwards', async () => {
  const { github } = world;
  const { number } = await ask(REPO, 'A platform', '[[write:platform.txt|one]]');
  const sessionId = world.sessionOf(number);
  const task = await world.ended(sessionId);
  expect(task).toMatchObject({ state: 'completed', pullRequest: { number: expect.any(Number) } });
  const [commit, ...more] = await commitsOf(REPO, task.branch ?? '');
  expect(more).toEqual([]);
  expect(commit).toMatchObject({
    sha: task.commitSha,
    tree: task.work?.tree,
    author: 'signalbox[bot]',
    committer: 'GitHub',
    verified: true,
  });
  expect(commit?.message).toMatch(/^feat: A platform\n\nAsked by mona\.\n\nCo-authored-by: .*mona/);
  const { rest } = connectOctokit(github);
  const staged = rest.git.getRef({ owner: OWNER, repo: REPO, ref: `signalbox/staged/${sessionId}/1` });
  await expect(staged).rejects.toMatchObject({ status: 404 });

  await github.commentOnIssue({
    repo: REPO,
    number,
    author: 'mona',
    body: '@signalbox [[write:roof.txt|two]]',
  });
  const second = await world.ended(sessionId, 2);
  const both = await commitsOf(REPO, second.branch ?? '');
  expect(both.map(({ sha, verified }) => [sha, verified])).toEqual([
    [commit?.sha, true],
    [second.commitSha, true],
  ]);
  expect(both[1]?.parents).toEqual([commit?.sha]);
  const events = await world.events(sessionId);
  expect(events.filter(({ event }) => event.type === 'commits.signed')).toHaveLength(2);
  expect(github.violations).toEqual([]);
});

it('keeps the commits that Claude made where several are wanted, each made and signed by GitHub', async () => {
  const { number } = await ask(SEVERAL, 'A branch line', '[[commit-twice:]]');
  const sessionId = sessionIdOf(githubConversationKey(world.github.repositoryId(SEVERAL), number));
  const task = await world.ended(sessionId);
  expect(task.state).toBe('completed');
  const commits = await commitsOf(SEVERAL, task.branch ?? '');
  expect(commits.map(({ message }) => message.split('\n')[0])).toEqual([
    'Lay rails for @\u200bmona',
    'Set up signals',
    'A branch line',
  ]);
  expect(commits.every(({ verified }) => verified)).toBe(true);
  expect(commits.at(-1)).toMatchObject({ sha: task.commitSha, tree: task.work?.tree });
  expect(world.github.violations).toEqual([]);
});
