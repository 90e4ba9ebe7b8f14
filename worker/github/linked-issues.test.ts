import { describe, expect, it } from 'vitest';
import { examplePayload } from '../installation/testing/webhook-examples.ts';
import { headAtTrigger } from './head-at-trigger.ts';
import { findLinked, readLinked } from './linked-issues.ts';
import type { Octokit } from './probot.ts';
import { readPayload } from './read-payload.ts';

function trigger(body = '') {
  const payload = examplePayload('issue_comment', 'created', { issue: { body } });
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
