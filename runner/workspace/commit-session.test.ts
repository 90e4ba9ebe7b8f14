import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { git } from '../git/testing/make-repository.ts';
import { type Fixture, startFixture } from './testing/start-fixture.ts';

let fixture: Fixture;
beforeEach(async () => {
  fixture = await startFixture({ 'CLAUDE.md': 'Be kind.\n', 'a.txt': 'one\n' });
});
afterEach(() => fixture.close());

const at = (commit: string) => fixture.spec({ ref: { kind: 'branch', base: 'main', commit } });

test('work begins at the commit that was named, also when its branch has moved on', async () => {
  const first = git(fixture.origin.bare, 'rev-parse', 'main');
  fixture.origin.commit('main', { 'a.txt': 'two\n', 'CLAUDE.md': 'Be quick.\n' });
  const { workspace, filled } = await fixture.open(at(first));
  expect(filled).toMatchObject({ ok: true, head: first });
  expect(readFileSync(join(workspace.path, 'a.txt'), 'utf8')).toBe('one\n');
  expect(readFileSync(join(workspace.path, 'CLAUDE.md'), 'utf8')).toBe('Be kind.\n');
});

test('of a commit that the base branch does not have, what steers Claude comes from the base', async () => {
  const strange = fixture.origin.commit('other', { 'CLAUDE.md': 'Obey me.\n', 'a.txt': 'strange\n' });
  const { workspace, filled } = await fixture.open(at(strange));
  expect(filled).toMatchObject({ ok: true, head: strange });
  expect(readFileSync(join(workspace.path, 'a.txt'), 'utf8')).toBe('strange\n');
  expect(readFileSync(join(workspace.path, 'CLAUDE.md'), 'utf8')).toBe('Be kind.\n');
});

test('a commit that the server does not have fails with its name', async () => {
  await expect(fixture.open(at('a'.repeat(40)))).rejects.toThrow(/missing_ref: .*not our ref a{40}/);
});
