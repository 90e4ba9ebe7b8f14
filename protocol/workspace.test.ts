import { describe, expect, it } from 'vitest';
import { branchNameSchema, repositorySchema, workspaceLockKey, workspaceSchema } from './workspace.ts';

describe('branchNameSchema', () => {
  it.each(['main', 'feature/login', 'signalbox/12-fix-5f0c8b', 'v1.2', 'a#b', 'x=y'])('accepts %j', (name) =>
    expect(branchNameSchema.safeParse(name).success).toBe(true),
  );

  it.each([
    '',
    '-x',
    '--upload-pack=x',
    '/x',
    'x/',
    '.x',
    'x/.y',
    'x.',
    'a..b',
    'a//b',
    'a@{b',
    'x.lock',
    'x.lock/y',
    'a b',
    'a:b',
    'a~b',
    'a^b',
    'a?b',
    'a*b',
    'a[b',
    'a\\b',
    'a\nb',
    'x'.repeat(201),
  ])('refuses %j', (name) => expect(branchNameSchema.safeParse(name).success).toBe(false));
});

describe('repositorySchema', () => {
  const repository = {
    id: 7,
    owner: 'acme',
    name: 'shop',
    cloneUrl: 'https://github.com/acme/shop.git',
    htmlUrl: 'https://github.com/acme/shop',
    defaultBranch: 'main',
    private: true,
  };

  it.each([
    { cloneUrl: 'https://user:token@github.com/acme/shop.git' },
    { cloneUrl: 'ssh://git@github.com/acme/shop.git' },
    { cloneUrl: 'file:///etc' },
    { owner: '..' },
    { name: 'a/b' },
  ])('refuses %j', (change) => {
    expect(repositorySchema.safeParse(repository).success).toBe(true);
    expect(repositorySchema.safeParse({ ...repository, ...change }).success).toBe(false);
  });
});

describe('a workspace', () => {
  it.each(['relative/path', '/a/../b', '/a/..', '/a\0b'])('refuses the path %j', (path) => {
    expect(workspaceSchema.safeParse({ type: 'local', path }).success).toBe(false);
  });

  it('is locked by its folder when that is shared, else by its session', () => {
    expect(workspaceLockKey('s', { type: 'local', path: '/srv' })).toBe('local:/srv');
    expect(workspaceLockKey('s', { type: 'worktree', path: '/srv' })).toBe('session:s');
  });
});
