import { expect, it } from 'vitest';
import type { SessionView } from '../../protocol/session.ts';
import { settleTaskOptions } from '../../protocol/task-options.ts';
import { SESSION, TASK } from '../view/testing/session-fixture.ts';
import { draftOf, readAgain } from './draft-again.ts';
import { optionsOf, placeOf } from './task-draft.ts';

const USUAL = settleTaskOptions({ maxMinutes: 25 });

const draftIn = (over: Partial<SessionView>) =>
  draftOf({ session: { ...SESSION, ...over }, task: TASK }, USUAL);

it('fills in what was chosen, and leaves empty what is usual', () => {
  const chosen = { model: 'sonnet', labels: ['gpu', 'linux'], tests: true, approval: 'before_push' as const };
  const task = { ...TASK, options: settleTaskOptions(chosen, { maxMinutes: 25 }) };
  const draft = draftOf({ session: SESSION, task }, USUAL);
  expect(draft.prompt).toBe('Say hello');
  expect(optionsOf(draft)).toEqual(chosen);
});

it.each<[string, Partial<SessionView>, object]>([
  ['a folder', {}, { account: 'local', workspace: { type: 'local', path: '/home/mona/shop' } }],
  [
    'a worktree',
    { workspace: { type: 'worktree', path: '/srv/shop', baseRef: 'next' } },
    { account: 'local', workspace: { type: 'worktree', path: '/srv/shop', baseRef: 'next' } },
  ],
  [
    'a repository',
    {
      workspace: {
        type: 'github',
        repository: {
          ...{ id: 5, owner: 'octo', name: 'shop', defaultBranch: 'main', private: true },
          ...{ cloneUrl: 'https://github.com/octo/shop.git', htmlUrl: 'https://github.com/octo/shop' },
        },
        ref: { kind: 'branch', base: 'next' },
      },
    },
    { account: 'local', repository: 'octo/shop', ref: { kind: 'branch', base: 'next' } },
  ],
  [
    'a project',
    { project: { id: 'p1', name: 'shop', repositories: [] } },
    { account: 'local', project: 'shop' },
  ],
])('begins where the task had its place: %s', (_place, session, where) => {
  expect(placeOf(draftIn(session), [])).toEqual(where);
});

it('keeps a title that somebody gave, and no other', () => {
  expect(draftIn({ title: 'The door' }).title).toBe('The door');
  expect(draftIn({ title: 'Say hello' }).title).toBe('');
});

it('reads the task from an address', () => {
  expect(readAgain(`?again=${TASK.id}`)).toBe(TASK.id);
  expect(readAgain('?again=../keys')).toBeNull();
  expect(readAgain('')).toBeNull();
});
