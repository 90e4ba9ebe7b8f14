import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { connectWithToken, mintToken } from './connect-octokit.ts';
import {
  CONCURRENT_REQUESTS,
  CONTENT_PER_HOUR,
  createSecondaryLimit,
  POINTS_PER_MINUTE,
} from './secondary-limit.ts';
import { type GitHubDouble, startGitHubDouble } from './start-github-double.ts';

let github: GitHubDouble;
beforeAll(async () => {
  github = await startGitHubDouble({
    repositories: [{ name: 'demo' }],
    users: [{ login: 'ann', permission: 'write' }],
  });
  await github.openIssue({ repo: 'demo', author: 'ann', title: 'x' });
});
afterAll(() => github?.close());

describe("GitHub's limits", () => {
  it('count reads as one point and writes as five, by the minute', () => {
    const limit = createSecondaryLimit();
    const writes = POINTS_PER_MINUTE / 5 - 1;
    for (let index = 0; index < writes; index += 1) {
      expect(limit.begin(index, false)).toBeUndefined();
      limit.end();
    }
    for (let index = 0; index < 5; index += 1) expect(limit.begin(1_000, true)).toBeUndefined();
    expect(limit.begin(1_000, true)).toEqual({ status: 429, waitSeconds: 59 });
    expect(limit.begin(60_001, false)).toBeUndefined();
  });

  it('allow a hundred requests at once', () => {
    const limit = createSecondaryLimit();
    for (let index = 0; index < CONCURRENT_REQUESTS; index += 1) limit.begin(0, true);
    expect(limit.begin(0, true)).toEqual({ status: 403, waitSeconds: 1 });
    limit.end();
    limit.end();
    expect(limit.begin(0, true)).toBeUndefined();
  });

  it('allow five hundred writes an hour', () => {
    const limit = createSecondaryLimit();
    for (let index = 0; index < CONTENT_PER_HOUR; index += 1) {
      expect(limit.count(index * 1_000)).toBeUndefined();
    }
    expect(limit.count(CONTENT_PER_HOUR * 1_000)).toBe(3_600 - CONTENT_PER_HOUR);
  });
});

it('says of a read that its last answer still holds', async () => {
  const { rest } = connectWithToken(github, await mintToken(github));
  const issue = { owner: github.owner, repo: 'demo', issue_number: 1 };
  const { headers } = await rest.issues.get(issue);
  const known = { ...issue, headers: { 'if-none-match': headers.etag } };
  await expect(rest.issues.get(known)).rejects.toMatchObject({ status: 304 });
  await github.editIssue({ repo: 'demo', author: 'ann', number: 1, title: 'y' });
  expect((await rest.issues.get(known)).status).toBe(200);
});

it("hands out a job's log from an address of its own, which takes no credential", async () => {
  const { rest } = connectWithToken(github, await mintToken(github));
  const { checkRunIds } = await github.runWorkflow({
    repo: 'demo',
    author: 'ann',
    ref: 'main',
    jobs: [{ name: 'test', conclusion: 'failure', log: 'not ok' }],
  });
  const { headers } = await rest.actions.downloadJobLogsForWorkflowRun({
    owner: github.owner,
    repo: 'demo',
    job_id: checkRunIds[0] ?? 0,
    request: { redirect: 'manual' },
  });
  expect(await (await fetch(headers.location ?? '')).text()).toBe('not ok');
  expect(github.violations).toEqual([]);
  await fetch(headers.location ?? '', { headers: { authorization: 'Bearer x' } });
  expect(github.violations).toMatchObject([{ problem: 'a credential was sent to the host of logs' }]);
});
