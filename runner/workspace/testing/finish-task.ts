import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { SessionWorkspace } from '../workspace-types.ts';
import { type Fixture, succeeds } from './start-fixture.ts';

export const REQUEST = {
  message: { subject: 'Do it', body: 'As asked.' },
  author: { name: 'signalbox[bot]', email: '1+signalbox[bot]@users.noreply.github.com' },
  coAuthor: { login: 'ada', id: 7, name: 'Ada', email: null },
};

export const FILES = {
  'README.md': 'hello\n',
  'src/a.txt': 'a\n',
  '.gitignore': 'ignored/\n',
  'CLAUDE.md': 'be careful\n',
  '.claude/settings.json': '{}\n',
};

export const read = (workspace: SessionWorkspace, name: string): string =>
  readFileSync(join(workspace.path, name), 'utf8');

/** Commits what is in the folder and returns the commit. */
export async function captureAndCommit(workspace: SessionWorkspace): Promise<string> {
  const captured = succeeds(await workspace.capture());
  const committed = succeeds(await workspace.commit({ ...REQUEST, tree: captured.tree ?? '' }));
  await workspace.settled();
  if (committed.tree !== captured.tree) throw new Error('Another tree was committed than the one captured');
  return committed.sha;
}

/** Commits, pushes and releases. */
export async function finish(fixture: Fixture, workspace: SessionWorkspace): Promise<string> {
  const sha = await captureAndCommit(workspace);
  const pushed = succeeds(await workspace.push({ sha, getToken: fixture.getToken }));
  if (pushed.status !== 'pushed') throw new Error(`The push was ${pushed.status}`);
  await workspace.release();
  return sha;
}
