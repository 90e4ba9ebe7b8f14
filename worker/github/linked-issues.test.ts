import { describe, expect, it } from 'vitest';
import { examplePayload } from '../installation/testing/webhook-examples.ts';
import { headAtTrigger } from './head-at-trigger.ts';
import { findLinked, readLinked } from './linked-issues.ts';
import type { Octokit } from './probot.ts';
import { readPayload } from './read-payload.ts';

function trigger(body = '', pull_request?: object) {
  const issue = { body, ...(pull_request === undefined ? {} : { pull_request }) };
  const payload = examplePayload('issue_comment', 'created', { issue });
  const read = readPayload('d1', 'issue_comment.created', payload);
  if (read.status !== 'trigger') throw new Error(read.reason);
  return read.trigger;
}

describe('issues that a conversation names', () => {
  it.each([
    ['do what #12 says', '', [12]],
    ['', 'Fixes #7, closes: #8. See #9.', [7, 8]],
    ['as in Codertocat/Hello-World#5 and other/place#6', '', [5]],
    ['#1 is this one, #2 #2 #3 #4 #5 are others', '', [2, 3, 4]],
    ['colour #123456789012 and a#4', 'prefixes #3', []],
  ])('"%s" with "%s": %j', (request, opening, numbers) => {
    expect(findLinked(trigger(opening), request)).toEqual(numbers);
  });

  it('are read as they were at the trigger, or not at all', async () => {
    const at = trigger().createdAt;
    const answers = new Map([
      [2, { updated_at: new Date(at - 1_000).toISOString() }],
      [3, { updated_at: new Date(at).toISOString() }],
    ]);
    const get = async ({ issue_number: number }: { issue_number: number }) => {
      const known = answers.get(number);
      if (known === undefined) throw Object.assign(new Error('Not Found'), { status: 404 });
      return {
        data: { number, title: 'Slow', body: 'Very.', state: 'open', user: { login: 'eve' }, ...known },
      };
    };
    const octokit = { rest: { issues: { get } } } as unknown as Octokit;
    expect(await readLinked(octokit, trigger(), [2, 3, 4])).toEqual([
      { number: 2, said: { title: 'Slow', author: 'eve', text: 'Very.', state: 'open' } },
      { number: 3, said: null },
    ]);
  });
});

describe('issues that are linked to a pull request', () => {
  const onPull = trigger('', { url: 'https://api.github.test/pulls/1' });
  const { repository } = onPull.thread;
  const updated_at = new Date(onPull.createdAt - 1_000).toISOString();
  const get = async ({ issue_number: number }: { issue_number: number }) => ({
    data: { number, title: `Issue ${number}`, body: '', state: 'open', user: null, updated_at },
  });
  const answering = (graphql: Octokit['graphql']) =>
    ({ graphql, rest: { issues: { get } } }) as unknown as Octokit;
  const numbersOf = async (octokit: Octokit, of: typeof onPull, named: number[]) =>
    (await readLinked(octokit, of, named)).map(({ number }) => number);

  it('by hand are read behind those that are named, where the App sees them and they are of the repository', async () => {
    const asked: unknown[] = [];
    const here = (number: number) => ({ number, repository: { databaseId: repository.id } });
    const nodes = [here(7), null, { number: 8, repository: { databaseId: 1 } }, here(2), here(9), here(10)];
    const octokit = answering((async (...call: unknown[]) => {
      asked.push(call);
      return { repository: { pullRequest: { closingIssuesReferences: { nodes } } } };
    }) as unknown as Octokit['graphql']);
    expect(await numbersOf(octokit, onPull, [2])).toEqual([2, 7, 9]);
    expect(asked).toEqual([
      [
        expect.stringMatching(/closingIssuesReferences\(first: \$first, userLinkedOnly: true\)/),
        { owner: 'Codertocat', repo: 'Hello-World', number: 1, first: 3 },
      ],
    ]);
  });

  it('are left out where GitHub does not tell, and not asked for in an issue', async () => {
    let asked = 0;
    const octokit = answering((() => {
      asked += 1;
      return Promise.reject(new Error('Something went wrong while executing your query.'));
    }) as unknown as Octokit['graphql']);
    expect(await numbersOf(octokit, onPull, [2])).toEqual([2]);
    expect(await numbersOf(octokit, trigger(), [3])).toEqual([3]);
    expect(asked).toBe(1);
  });
});

describe('the head of a pull request', () => {
  const moves = [
    { before: 'b', after: 'c', atMs: 3_000 },
    { before: 'a', after: 'b', atMs: 2_000 },
    { before: '0', after: 'a', atMs: 1_000 },
  ];

  it.each([
    [4_000, 'c'],
    [3_000, 'b'],
    [2_500, 'b'],
    [2_000, 'a'],
    [500, '0'],
  ])('at %s was %s, whatever was pushed since', (at, head) => {
    expect(headAtTrigger('c', moves, at)).toBe(head);
  });

  it('is the one that GitHub names where nobody pushed', () => {
    expect(headAtTrigger('c', [], 1_000)).toBe('c');
  });
});
