import { expect, it } from 'vitest';
import type { Octokit } from './probot.ts';
import { readCheckResults } from './read-failures.ts';
import { readStatuses } from './read-statuses.ts';

const checks = {
  account: 'github:1',
  author: { login: 'mona', id: 5, type: 'User' },
  installationId: 1,
  repository: {
    id: 1,
    owner: 'acme',
    name: 'shop',
    cloneUrl: 'https://github.test/acme/shop.git',
    htmlUrl: 'https://github.test/acme/shop',
    defaultBranch: 'main',
    private: true,
  },
  appId: 1,
  branch: 'signalbox/1-x',
  headSha: 'a'.repeat(40),
  issueNumber: 1,
  isOpen: true,
} as const;

it('reads all check runs of a commit, of which one that failed may be on the last page', async () => {
  const output = { title: null, summary: null, text: null, annotations_count: 0 };
  const all = Array.from({ length: 130 }, (_, id) => ({
    id,
    name: `check ${id}`,
    app: { id: 2, slug: 'ci' },
    status: 'completed',
    conclusion: id === 129 ? 'failure' : 'success',
    output,
  }));
  const asked: unknown[] = [];
  const listForRef = async ({ page, per_page: size }: { page: number; per_page: number }) => {
    asked.push(page);
    return { data: { check_runs: all.slice((page - 1) * size, page * size) } };
  };
  const octokit = { rest: { checks: { listForRef } } } as unknown as Octokit;
  const results = await readCheckResults(octokit, checks);
  expect(asked).toEqual([1, 2]);
  expect(results.filter(({ failed }) => failed).map(({ name }) => name)).toEqual(['check 129']);
});

it('reads what failed by the commit statuses, and nothing where the App may not', async () => {
  const contexts = [
    { context: 'ci/old', state: 'FAILURE', description: 'It broke', targetUrl: 'https://ci.test/1' },
    { context: 'ci/slow', state: 'PENDING', description: null, targetUrl: null },
  ];
  const answers = [
    { repository: { object: { status: { contexts } } } },
    { repository: { object: { status: null } } },
  ];
  const asked: unknown[] = [];
  const graphql = async (_query: string, variables: unknown) => {
    asked.push(variables);
    const answer = answers.shift();
    if (answer !== undefined) return answer;
    throw Object.assign(new Error('No'), { headers: {}, errors: [{ type: 'FORBIDDEN', message: 'No' }] });
  };
  const octokit = { graphql } as unknown as Octokit;
  expect(await readStatuses(octokit, checks, 0)).toMatchObject([
    { name: 'ci/old', ended: true, failed: true, title: 'It broke', summary: 'https://ci.test/1', appId: 0 },
    { name: 'ci/slow', ended: true, failed: false },
  ]);
  expect(await readStatuses(octokit, checks, 0)).toEqual([]);
  expect(await readStatuses(octokit, checks, 0)).toEqual([]);
  expect(asked[0]).toEqual({ owner: 'acme', repo: 'shop', sha: 'a'.repeat(40) });
});
