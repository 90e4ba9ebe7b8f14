import { expect, it } from 'vitest';
import { branchRef } from './refs.ts';

it.each([
  '-x',
  '--upload-pack=x',
  'a..b',
  'a@{1}',
  'a b',
  'a\u0001b',
  'a\nb',
  'a~1',
  'a^',
  'a:b',
  'a?',
  'a*',
  'a[b',
  'a\\b',
  'a.lock',
  'a.lock/b',
  '/a',
  'a/',
  'a//b',
  '.a',
  'a/.b',
  'a.',
  '',
  'x'.repeat(300),
])('%j is no branch', (name) => {
  expect(() => branchRef(name)).toThrow('Not a branch name');
});
