import { expect, test } from 'vitest';
import { type ApprovedChange, planCommits } from './plan-commits.ts';

const change = (path: string): ApprovedChange => ({ path, mode: '100644', id: path, deleted: false });
const shape = (planned: ReturnType<typeof planCommits>) =>
  planned.map(({ message, changes }) => [message, changes.map(({ path }) => path)]);

test('each path goes with the last commit that touched it', () => {
  const own = [
    { message: 'first', paths: ['a', 'b'] },
    { message: 'second', paths: ['b', 'c'] },
  ];
  expect(shape(planCommits([change('a'), change('b'), change('c')], own))).toEqual([
    ['first', ['a']],
    ['second', ['b', 'c']],
  ]);
});

test('what no commit touched comes last, and a commit of which nothing is left is left out', () => {
  const own = [
    { message: 'taken back', paths: ['gone'] },
    { message: 'kept', paths: ['a'] },
  ];
  expect(shape(planCommits([change('z'), change('a')], own))).toEqual([
    ['kept', ['a']],
    [null, ['z']],
  ]);
});
