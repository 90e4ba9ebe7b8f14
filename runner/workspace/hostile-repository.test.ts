import { existsSync, lstatSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { git, writeFiles } from '../git/testing/make-repository.ts';
import { type Fixture, startFixture, succeeds } from './testing/start-fixture.ts';

let fixture: Fixture;
afterEach(() => fixture.close());

const trap = (name: string): string => join(fixture.root, `sprung-${name}`);
const program = (name: string): { program: string } => ({ program: `#!/bin/sh\ntouch ${trap(name)}\ncat\n` });
const TRAPS = ['filter', 'hook', 'fsmonitor', 'submodule', 'diff', 'include', 'editor', 'claude-filter'];

beforeEach(async () => {
  fixture = await startFixture();
  fixture.origin.commit('main', {
    '.gitattributes': '*.txt filter=evil diff=evil merge=evil\n* ident\n',
    '.gitconfig': `[core]\n\tfsmonitor = touch ${trap('fsmonitor')}\n[filter "evil"]\n\tsmudge = touch ${trap('filter')}\n`,
    '.gitmodules': `[submodule "evil"]\n\tpath = sub\n\turl = file://${fixture.root}/evil.git\n\tupdate = !touch ${trap('submodule')}\n`,
    '.githooks/post-checkout': program('hook'),
    '.git-blame-ignore-revs': 'x\n',
    outside: { link: join(fixture.root, 'secret') },
    up: { link: '../../../..' },
    'src/a.txt': 'a\n',
  });
  writeFiles(fixture.root, { secret: 'secret\n' });
});

const sprung = (): string[] => TRAPS.filter((name) => existsSync(trap(name)));

test('what a repository brings along runs nothing and leads nowhere', async () => {
  const { workspace } = await fixture.open(fixture.spec());
  writeFiles(workspace.path, { 'src/a.txt': 'b\n', 'new.txt': 'n\n' });
  succeeds(await workspace.checkpoint(1));
  const captured = succeeds(await workspace.capture());
  expect(captured.files.map(({ path }) => path)).toEqual(['new.txt', 'src/a.txt']);
  const request = {
    message: { subject: 's', body: '' },
    author: { name: 'B', email: 'b@x' },
    coAuthor: null,
  };
  const { sha } = succeeds(await workspace.commit({ ...request, tree: captured.tree ?? '' }));
  expect(await workspace.push({ sha, getToken: fixture.getToken })).toMatchObject({ status: 'pushed' });
  expect(sprung()).toEqual([]);
  expect(lstatSync(join(workspace.path, 'outside')).isSymbolicLink()).toBe(true);
  expect(git(workspace.path, 'cat-file', '-p', 'HEAD:outside')).toBe(join(fixture.root, 'secret'));
});

test('a file behind a link is never read into a tree nor written through', async () => {
  const { workspace } = await fixture.open(fixture.spec());
  const { kept } = succeeds(await workspace.checkpoint(1));
  git(workspace.path, 'rm', '--quiet', '-r', '--force', 'src');
  writeFiles(workspace.path, { src: { link: fixture.root } });
  const captured = succeeds(await workspace.capture());
  expect(captured.files.map(({ path, status }) => `${status} ${path}`)).toEqual([
    'added src',
    'deleted src/a.txt',
  ]);
  succeeds(await workspace.restore(kept?.ref ?? ''));
  expect(lstatSync(join(workspace.path, 'src')).isDirectory()).toBe(true);
  expect(readFileSync(join(fixture.root, 'secret'), 'utf8')).toBe('secret\n');
  expect(existsSync(join(fixture.root, 'a.txt'))).toBe(false);
});

test('settings that Claude’s git wrote into the shared config are not obeyed by the runner', async () => {
  const spec = fixture.spec();
  const { workspace } = await fixture.open(spec);
  const hooks = join(fixture.root, 'hooks');
  mkdirSync(hooks);
  for (const hook of ['reference-transaction', 'post-index-change', 'post-checkout', 'pre-push']) {
    writeFiles(hooks, { [hook]: program('hook') });
  }
  writeFiles(fixture.root, {
    filter: program('claude-filter'),
    monitor: program('fsmonitor'),
    differ: program('diff'),
    editor: program('editor'),
    included: `[filter "evil"]\n\tclean = touch ${trap('include')}; cat\n`,
  });
  for (const [key, value] of [
    ['core.hooksPath', hooks],
    ['core.fsmonitor', join(fixture.root, 'monitor')],
    ['core.editor', join(fixture.root, 'editor')],
    ['filter.evil.clean', join(fixture.root, 'filter')],
    ['filter.evil.smudge', join(fixture.root, 'filter')],
    ['filter.evil.required', 'true'],
    ['diff.external', join(fixture.root, 'differ')],
    ['diff.evil.textconv', join(fixture.root, 'differ')],
    ['include.path', join(fixture.root, 'included')],
    ['url.http://127.0.0.1:1/.insteadOf', `${fixture.server.url}/`],
    ['http.proxy', 'http://127.0.0.1:1'],
  ] as const) {
    git(workspace.path, 'config', key, value);
  }
  writeFiles(workspace.path, { 'src/a.txt': 'b\n', 'new.txt': 'n\n' });
  succeeds(await workspace.checkpoint(1));
  const captured = succeeds(await workspace.capture());
  const request = {
    message: { subject: 's', body: '' },
    author: { name: 'B', email: 'b@x' },
    coAuthor: null,
  };
  const { sha } = succeeds(await workspace.commit({ ...request, tree: captured.tree ?? '' }));
  expect(await workspace.push({ sha, getToken: fixture.getToken })).toMatchObject({ status: 'pushed' });
  await workspace.release();
  await fixture.open(fixture.spec({ branch: 'signalbox/other' }));
  await fixture.open({ ...spec, taskNumber: 2 });
  expect(sprung()).toEqual([]);
  expect(git(workspace.path, 'config', '--list')).not.toContain('evil');
});
