import { randomUUID } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { fetchRefs } from './fetch-refs.ts';
import type { GitRepository } from './git-repository.ts';
import { openMirror } from './open-mirror.ts';
import { type PushDeps, type PushResult, pushBranch } from './push-branch.ts';
import { git, makeOrigin, type Origin, temporaryFolder, writeFiles } from './testing/make-repository.ts';
import { type GitServer, serveGit } from './testing/serve-git.ts';

const TOKEN = 'ghs_0123456789abcdef0123456789abcdef0123';
const context = { host: process.env };

let folder: { path: string; remove: () => void };
let origin: Origin;
let server: GitServer;
let mirror: GitRepository;
let base: string;
let deps: PushDeps;

beforeEach(async () => {
  folder = temporaryFolder();
  const served = join(folder.path, 'served');
  mkdirSync(served);
  origin = makeOrigin(served, 'app.git', { 'a.txt': 'a\n' });
  server = await serveGit(served, TOKEN);
  deps = { random: () => 0, sleep: async () => undefined, getToken: async () => TOKEN };
  const cloneUrl = `${server.url}/app.git`;
  const place = { dataDir: join(folder.path, 'data'), repositoryId: 1, cloneUrl };
  mirror = await openMirror(context, place, { newId: randomUUID });
  const request = { refs: ['refs/heads/main'], optionalRefs: [] };
  const fetched = await fetchRefs(context, mirror, cloneUrl, request, { ...deps, newId: randomUUID });
  base = fetched.get('refs/heads/main') ?? '';
});
afterEach(async () => {
  await server.close();
  folder.remove();
});

const commit = (message: string, parent = base): string =>
  git(mirror.commonDir, 'commit-tree', '-m', message, '-p', parent, `${parent}^{tree}`);
const push = (sha: string, change: Partial<PushDeps> = {}, branch = 'signalbox/x'): Promise<PushResult> =>
  pushBranch(context, mirror, { cloneUrl: `${server.url}/app.git`, branch, sha }, { ...deps, ...change });
const remote = (): string => git(origin.bare, 'rev-parse', 'refs/heads/signalbox/x');

test('a new branch, the next commit on it, and the same again', async () => {
  const first = commit('one');
  expect(await push(first)).toEqual({ status: 'pushed', sha: first, alreadyThere: false });
  const second = commit('two', first);
  expect(await push(second)).toEqual({ status: 'pushed', sha: second, alreadyThere: false });
  expect(await push(second)).toEqual({ status: 'pushed', sha: second, alreadyThere: true });
  expect(remote()).toBe(second);
  expect(git(origin.bare, 'for-each-ref', '--format=%(refname)').split('\n')).toEqual([
    'refs/heads/main',
    'refs/heads/signalbox/x',
  ]);
  expect(git(mirror.commonDir, 'rev-parse', 'refs/remotes/origin/signalbox/x')).toBe(second);
});

test('a branch that somebody else moved is never overwritten', async () => {
  const theirs = origin.commit('signalbox/x', { 'theirs.txt': 'x\n' });
  const result = await push(commit('mine'));
  expect(result).toEqual({ status: 'rejected', reason: 'non_fast_forward', remoteSha: theirs });
  expect(remote()).toBe(theirs);
});

test('a push whose answer was lost counts as pushed', async () => {
  const sha = commit('one');
  server.intervene = ({ url }) => (url.endsWith('/git-receive-pack') ? 'lose' : 'serve');
  expect(await push(sha)).toEqual({ status: 'pushed', sha, alreadyThere: true });
  expect(remote()).toBe(sha);
});

test('a push that arrived counts as pushed although the disk is too full to note it', async () => {
  const sha = commit('one');
  const noted = join(mirror.commonDir, 'refs', 'remotes', 'origin', 'signalbox');
  mkdirSync(noted, { recursive: true });
  // As with a full disk, git can't make the ref's lock file.
  writeFileSync(join(noted, 'x.lock'), '');
  expect(await push(sha)).toEqual({ status: 'pushed', sha, alreadyThere: false });
  expect(remote()).toBe(sha);
});

test('a server that fails before it takes anything is asked again', async () => {
  let failures = 1;
  server.intervene = ({ url }) =>
    url.includes('receive-pack') && failures-- > 0 ? { status: 503 } : 'serve';
  expect(await push(commit('one'))).toMatchObject({ status: 'pushed' });
});

test('a server that stays away is unreachable', async () => {
  server.intervene = () => ({ status: 503 });
  expect(await push(commit('one'))).toMatchObject({ status: 'failed', trouble: 'unreachable' });
});

test('a rule of the server is told in its own words', async () => {
  writeFiles(origin.bare, {
    'hooks/pre-receive': { program: '#!/bin/sh\necho "main is protected: ask Ada" >&2\nexit 1\n' },
  });
  const result = await push(commit('one'));
  expect(result).toMatchObject({ status: 'refused' });
  expect(result).toHaveProperty('message', 'pre-receive hook declined\nmain is protected: ask Ada');
});

test('without the right to push it is denied, and the message has no credential', async () => {
  const result = await push(commit('one'), { getToken: async () => 'ghs_wrongwrongwrongwrongwrong' });
  expect(result).toMatchObject({ status: 'failed', trouble: 'denied' });
  expect(JSON.stringify(result)).not.toContain('wrongwrong');
});

test('a name that is no branch is refused before git sees it', async () => {
  for (const branch of ['--force', 'a:b', 'a b', 'a..b', 'x.lock', '']) {
    await expect(push(base, {}, branch)).rejects.toThrow(/Not a branch name/);
  }
});

test('commits that are staged go to a ref of their own, whatever was there, and no branch moves', async () => {
  const stagedAs = 'refs/signalbox/staged/5f0c8b6e-9d8a-5f0e-8c3b-1a2b3c4d5e6f/1';
  const stage = (sha: string) =>
    pushBranch(context, mirror, { cloneUrl: `${server.url}/app.git`, branch: 'new', sha, stagedAs }, deps);
  const [first, second] = [commit('one'), commit('two')];
  expect(await stage(first)).toMatchObject({ status: 'pushed', alreadyThere: false });
  expect(await stage(second)).toMatchObject({ status: 'pushed', alreadyThere: false });
  expect(git(origin.bare, 'for-each-ref', '--format=%(objectname) %(refname)', 'refs/signalbox')).toBe(
    `${second} ${stagedAs}`,
  );
  expect(git(origin.bare, 'for-each-ref', 'refs/heads/new')).toBe('');
  await expect(
    pushBranch(
      context,
      mirror,
      { cloneUrl: 'x', branch: 'new', sha: first, stagedAs: 'refs/heads/main' },
      deps,
    ),
  ).rejects.toThrow(/Not a ref to stage at/);
});

test('the mirror’s hooks don’t run on a push', async () => {
  const trace = join(folder.path, 'ran');
  writeFiles(mirror.commonDir, { 'hooks/pre-push': { program: `#!/bin/sh\ntouch ${trace}\n` } });
  git(mirror.commonDir, 'config', 'core.hooksPath', join(mirror.commonDir, 'hooks'));
  expect(await push(commit('one'))).toMatchObject({ status: 'pushed' });
  expect(() => git(folder.path, 'hash-object', trace)).toThrow();
});
