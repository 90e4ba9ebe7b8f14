import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { GitRef } from '../../protocol/workspace.ts';
import { git } from '../git/testing/make-repository.ts';
import { read } from './testing/finish-task.ts';
import { type Fixture, startFixture, succeeds } from './testing/start-fixture.ts';

let fixture: Fixture;
const FILES = { 'CLAUDE.md': 'Be kind.\n', '.claude/commands/greet.md': 'hello\n', 'src/a.txt': 'a\n' };

beforeEach(async () => {
  fixture = await startFixture(FILES);
});
afterEach(() => fixture.close());

/** Fills a new session's folder; the server is not asked before `whileWaiting` is over. */
async function openHeldBack(branch: string, whileWaiting: (path: string) => Promise<void>, ref?: GitRef) {
  const spec = fixture.spec({ branch, ...(ref === undefined ? {} : { ref }) });
  const { workspace } = succeeds(await fixture.workspaces.reserve(spec));
  const filling = workspace.fetchAndFill({
    getToken: async () => {
      await whileWaiting(workspace.path);
      return fixture.getToken();
    },
  });
  return { workspace, filled: succeeds(await filling) };
}

/** Whether `trustedConfig` is there while the server still waits to be asked. */
async function startsBeforeServer(branch: string): Promise<boolean> {
  const spec = fixture.spec({ branch });
  const { workspace } = succeeds(await fixture.workspaces.reserve(spec));
  const asked = Promise.withResolvers<void>();
  const trusted = workspace.trustedConfig.then(() => 'trusted');
  const filling = workspace.fetchAndFill({
    getToken: async () => {
      // Without a head start nothing is trusted before this token is there.
      await Promise.race([trusted, new Promise((resolve) => setTimeout(resolve, 20_000))]);
      asked.resolve();
      return fixture.getToken();
    },
  });
  const first = await Promise.race([trusted, asked.promise.then(() => 'asked')]);
  succeeds(await filling);
  return first === 'trusted';
}

test('the second session of a repository may start before the server was asked, with the same files', async () => {
  await fixture.open(fixture.spec({ branch: 'signalbox/one' }));
  let early: string | null = null;
  const { workspace, filled } = await openHeldBack('signalbox/two', async (path) => {
    await expect.poll(() => existsSync(join(path, '.claude/commands/greet.md'))).toBe(true);
    early = `${existsSync(join(path, '.git'))} ${existsSync(join(path, 'src/a.txt'))}`;
  });
  expect(early).toBe('true false');
  expect(filled).toMatchObject({ startedTooEarly: false, resumed: false });
  expect(read(workspace, 'src/a.txt')).toBe('a\n');
  expect(git(workspace.path, 'status', '--porcelain', '--branch')).toBe('## signalbox/two');
});

test('what changed on the server meanwhile is put in its place, and the start counts as too early', async () => {
  await fixture.open(fixture.spec({ branch: 'signalbox/one' }));
  const moved = fixture.origin.commit(
    'main',
    { 'CLAUDE.md': 'Be kinder.\n' },
    { remove: ['.claude/commands/greet.md'] },
  );
  const { workspace, filled } = await openHeldBack('signalbox/two', async (path) => {
    await expect.poll(() => existsSync(join(path, 'CLAUDE.md'))).toBe(true);
  });
  expect(filled).toMatchObject({ startedTooEarly: true, base: moved, head: moved });
  expect(read(workspace, 'CLAUDE.md')).toBe('Be kinder.\n');
  expect(existsSync(join(workspace.path, '.claude/commands/greet.md'))).toBe(false);
  expect(git(workspace.path, 'status', '--porcelain')).toBe('');
});

test('a commit that leaves what Claude reads first alone does not count as too early', async () => {
  await fixture.open(fixture.spec({ branch: 'signalbox/one' }));
  const moved = fixture.origin.commit('main', { 'src/a.txt': 'b\n' });
  const { workspace, filled } = await openHeldBack('signalbox/two', async () => {});
  expect(filled).toMatchObject({ startedTooEarly: false, head: moved });
  expect(read(workspace, 'src/a.txt')).toBe('b\n');
});

test.each([
  ['a server', { '.mcp.json': '{}' }],
  ['a hook', { '.claude/settings.json': '{"hooks":{}}' }],
  ['settings that are no JSON', { '.claude/settings.json': '{' }],
  ['an import', { 'CLAUDE.md': 'See @README.md\n' }],
])('%s makes Claude wait for the whole tree', async (_what, files) => {
  fixture.origin.commit('main', files);
  for (const branch of ['signalbox/one', 'signalbox/two']) {
    const { workspace } = succeeds(await fixture.workspaces.reserve(fixture.spec({ branch })));
    const whole = workspace.trustedConfig.then(() => existsSync(join(workspace.path, 'src/a.txt')));
    succeeds(await workspace.fetchAndFill({ getToken: fixture.getToken }));
    expect(await whole).toBe(true);
  }
});

test('permissions in the settings do not', async () => {
  fixture.origin.commit('main', { '.claude/settings.json': '{"permissions":{"deny":["WebFetch"]}}' });
  await fixture.open(fixture.spec({ branch: 'signalbox/one' }));
  expect(await startsBeforeServer('signalbox/two')).toBe(true);
});
