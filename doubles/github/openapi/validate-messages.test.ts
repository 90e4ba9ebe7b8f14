import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { loadSlice } from './load-slice.ts';
import { matchOperation } from './match-operation.ts';
import { OPERATION_IDS } from './operation-ids.ts';
import { checkAnswer, checkRequest } from './validate-messages.ts';

function match(method: string, path: string) {
  const found = matchOperation(method, path);
  if (!found) throw new Error(`${method} ${path} matches nothing`);
  return found;
}

test('the committed slice is small and holds exactly the operations served', () => {
  expect(Object.keys(loadSlice().operations).toSorted()).toEqual([...OPERATION_IDS].toSorted());
  expect(readFileSync(new URL('../openapi-slice.json', import.meta.url)).length).toBeLessThan(1_000_000);
});

test('parameters may hold slashes, encoded or not, and the more literal path wins', () => {
  expect(match('GET', '/repos/a/b/contents/x/y.md').params).toEqual({
    owner: 'a',
    repo: 'b',
    path: 'x/y.md',
  });
  expect(match('GET', '/repos/a/b/contents/x%2Fy.md').params.path).toBe('x/y.md');
  expect(match('GET', '/repos/a/b/contents').params.path).toBe('');
  expect(match('GET', '/repos/a/b/git/ref/heads/feat/x').params.ref).toBe('heads/feat/x');
  expect(match('GET', '/repos/a/b/commits/feat/x/check-runs')).toMatchObject({
    id: 'checks/list-for-ref',
    params: { ref: 'feat/x' },
  });
  expect(match('GET', '/repos/a/b/commits/main').id).toBe('repos/get-commit');
  expect(match('GET', '/repos/a/b/compare/main...o:x').params).toMatchObject({ base: 'main', head: 'o:x' });
  expect(match('GET', '/repos/a/b/issues/comments').id).toBe('issues/list-comments-for-repo');
  expect(matchOperation('PUT', '/repos/a/b')).toBeUndefined();
});

test('an answer that lacks a field, has another status, or has a body where none belongs is a problem', () => {
  const comment = match('POST', '/repos/a/b/issues/1/comments');
  expect(checkAnswer(comment, 201, { id: 1 })).toEqual([
    expect.stringContaining('must have required property'),
  ]);
  expect(checkAnswer(comment, 200, {})).toEqual([expect.stringContaining('status 200 is not in')]);
  expect(checkAnswer(match('DELETE', '/installation/token'), 204, {})).toHaveLength(1);
  expect(checkAnswer(comment, 401, { message: 'Bad credentials' })).toEqual([]);
  expect(checkAnswer(comment, 401, {})).toHaveLength(1);
});

test('null is taken where GitHub says nullable, and nowhere else', () => {
  const update = match('PATCH', '/repos/a/b/issues/1');
  const check = (body: object) => checkRequest(update, new URLSearchParams(), body).refused;
  expect(check({ body: null, state_reason: null })).toEqual([]);
  expect(check({ state: null })).toHaveLength(1);
});
