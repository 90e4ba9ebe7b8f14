import { randomUUID } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { classifyGitFailure, type GitTrouble } from './classify-git-failure.ts';
import { type FetchDeps, type FetchRequest, fetchRefs } from './fetch-refs.ts';
import { GitFailedError } from './git-failed-error.ts';
import { mirrorPaths, openMirror } from './open-mirror.ts';
import { git, makeOrigin, type Origin, temporaryFolder, writeFiles } from './testing/make-repository.ts';
import { type GitServer, serveGit } from './testing/serve-git.ts';

const TOKEN = 'ghs_0123456789abcdef0123456789abcdef0123';
const context = { host: process.env };

let folder: { path: string; remove: () => void };
let origin: Origin;
let server: GitServer;
let deps: FetchDeps;
const dataDir = (): string => join(folder.path, 'data');
const cloneUrl = (): string => `${server.url}/app.git`;
const mirrorDir = (): string => mirrorPaths(dataDir(), 1).commonDir;

beforeEach(async () => {
  folder = temporaryFolder();
  const served = join(folder.path, 'served');
  mkdirSync(served);
  origin = makeOrigin(served, 'app.git', { 'a.txt': 'a\n' });
  server = await serveGit(served, TOKEN);
  deps = { newId: randomUUID, random: () => 0, sleep: async () => undefined, getToken: async () => TOKEN };
});
afterEach(async () => {
  await server.close();
  folder.remove();
});

async function fetch(
  request: Partial<FetchRequest>,
  change: Partial<FetchDeps> = {},
): Promise<Map<string, string>> {
  const mirror = await openMirror(
    context,
    { dataDir: dataDir(), repositoryId: 1, cloneUrl: cloneUrl() },
    deps,
  );
  const wanted = { refs: ['refs/heads/main'], optionalRefs: [], ...request };
  return new Map(await fetchRefs(context, mirror, cloneUrl(), wanted, { ...deps, ...change }));
}

async function troubleOf(fetching: Promise<unknown>): Promise<GitTrouble> {
  const error = await fetching.then(
    () => null,
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof GitFailedError)) throw new Error('The fetch was expected to fail', { cause: error });
  return classifyGitFailure(error.failure);
}

test('brings just what was asked for, and the mirror’s git knows it', async () => {
  const main = origin.commit('main', { 'b.txt': 'b\n' });
  const branch = origin.commit('signalbox/issue-1', { 'c.txt': 'c\n' });
  origin.commit('signalbox/issue-12', { 'd.txt': 'd\n' });
  origin.commit('other', { 'e.txt': 'e\n' });
  const fetched = await fetch({ optionalRefs: ['refs/heads/signalbox/issue-1'] });
  expect(fetched).toEqual(
    new Map([
      ['refs/heads/main', main],
      ['refs/heads/signalbox/issue-1', branch],
    ]),
  );
  expect(git(mirrorDir(), 'for-each-ref', '--format=%(refname)').split('\n')).toEqual([
    'refs/remotes/origin/main',
    'refs/remotes/origin/signalbox/issue-1',
  ]);
});

test('a pull request’s head comes by its number', async () => {
  const head = origin.commit('feature', { 'f.txt': 'f\n' }, { ref: 'refs/pull/7/head' });
  const fetched = await fetch({ refs: ['refs/heads/main', 'refs/pull/7/head'] });
  expect(fetched.get('refs/pull/7/head')).toBe(head);
  expect(git(mirrorDir(), 'rev-parse', 'refs/remotes/pull/7/head')).toBe(head);
});

test('a commit that no branch points at any more can still be asked for', async () => {
  const old = origin.commit('feature', { 'f.txt': 'old\n' }, { ref: 'refs/pull/7/head' });
  await fetch({ commit: old });
  expect(git(mirrorDir(), 'cat-file', '-t', old)).toBe('commit');
});

test('an optional branch that is absent is no error, and what the mirror once knew of it does not count', async () => {
  origin.commit('signalbox/x', { 'c.txt': 'c\n' });
  await fetch({ optionalRefs: ['refs/heads/signalbox/x'] });
  git(origin.bare, 'update-ref', '-d', 'refs/heads/signalbox/x');
  const fetched = await fetch({ optionalRefs: ['refs/heads/signalbox/x'] });
  expect([...fetched.keys()]).toEqual(['refs/heads/main']);
  expect(git(mirrorDir(), 'rev-parse', 'refs/remotes/origin/signalbox/x')).toMatch(/^[0-9a-f]{40}$/);
});

test('nothing new costs two requests, and nothing is sent twice', async () => {
  await fetch({});
  server.requests.length = 0;
  await fetch({});
  expect(server.requests).toEqual([
    'GET /app.git/info/refs?service=git-upload-pack',
    'POST /app.git/git-upload-pack',
  ]);
});

test('a branch that became a folder of branches on the server does so here', async () => {
  origin.commit('topic', { 'c.txt': 'c\n' });
  await fetch({ refs: ['refs/heads/main', 'refs/heads/topic'] });
  git(origin.bare, 'update-ref', '-d', 'refs/heads/topic');
  const below = origin.commit('topic-next', { 'd.txt': 'd\n' }, { ref: 'refs/heads/topic/next' });
  expect(await fetch({ refs: ['refs/heads/topic/next'] })).toEqual(
    new Map([['refs/heads/topic/next', below]]),
  );
  expect(git(mirrorDir(), 'rev-parse', 'refs/remotes/origin/topic/next')).toBe(below);
});

test('a required branch that is absent has a name of its own', async () => {
  expect(await troubleOf(fetch({ refs: ['refs/heads/gone'] }))).toBe('missing_ref');
});

test('without a token, with a wrong one and for an unknown repository it is refused, and says which', async () => {
  expect(await troubleOf(fetch({}, { getToken: async () => null }))).toBe('denied');
  expect(await troubleOf(fetch({}, { getToken: async () => 'wrong' }))).toBe('denied');
  server.intervene = () => ({ status: 404 });
  expect(await troubleOf(fetch({}))).toBe('not_found');
  server.intervene = () => ({ status: 301 });
  expect(await troubleOf(fetch({}))).toBe('moved');
});

test('a server that fails for a moment is asked again; one that stays away is unreachable', async () => {
  let failures = 2;
  server.intervene = () => (failures-- > 0 ? { status: 503 } : 'serve');
  await fetch({});
  server.intervene = () => ({ status: 502 });
  expect(await troubleOf(fetch({}))).toBe('unreachable');
});

test('the token is in no file of the data folder', async () => {
  await fetch({});
  const basic = Buffer.from(`x-access-token:${TOKEN}`).toString('base64');
  const files = readdirSync(dataDir(), { recursive: true, withFileTypes: true }).filter((entry) =>
    entry.isFile(),
  );
  expect(files.length).toBeGreaterThan(3);
  for (const file of files) {
    const text = readFileSync(join(file.parentPath, file.name), 'latin1');
    expect(text.includes(TOKEN) || text.includes(basic)).toBe(false);
  }
});

test('settings that somebody planted in the mirror are neither obeyed nor kept', async () => {
  await fetch({});
  const trace = join(folder.path, 'hook-ran');
  writeFiles(mirrorDir(), {
    'hooks/reference-transaction': { program: `#!/bin/sh\ntouch ${trace}\n` },
    'objects/info/alternates': '/tmp/elsewhere\n',
  });
  for (const setting of [
    ['core.hooksPath', join(mirrorDir(), 'hooks')],
    ['url.http://127.0.0.1:1/.insteadOf', `${server.url}/`],
    ['http.proxy', 'http://127.0.0.1:1'],
    ['include.path', '/tmp/evil'],
  ]) {
    git(mirrorDir(), 'config', ...setting);
  }
  origin.commit('main', { 'b.txt': 'b\n' });
  await fetch({});
  expect(git(mirrorDir(), 'config', '--list')).not.toMatch(/insteadof|proxy|include|\/hooks/);
  expect(readdirSync(mirrorDir())).not.toContain('hooks');
  expect(() => readFileSync(trace)).toThrow();
});

test.each([
  ['an empty folder', (path: string) => mkdirSync(path, { recursive: true })],
  [
    'one without HEAD',
    (path: string) => {
      mkdirSync(join(path, 'objects'), { recursive: true });
      mkdirSync(join(path, 'refs'));
    },
  ],
  ['a file', (path: string) => writeFileSync(path, 'half')],
])('a half made mirror (%s) is made anew', async (_name, make) => {
  mkdirSync(join(dataDir(), 'mirrors'), { recursive: true });
  make(mirrorDir());
  const fetched = await fetch({});
  expect(git(mirrorDir(), 'cat-file', '-t', fetched.get('refs/heads/main') ?? '')).toBe('commit');
});

test('a mirror that can no longer be read is made anew with the branches that only it had', async () => {
  const fetched = await fetch({});
  const mine = git(
    mirrorDir(),
    'commit-tree',
    '-m',
    'mine',
    '-p',
    fetched.get('refs/heads/main') ?? '',
    'refs/remotes/origin/main^{tree}',
  );
  git(mirrorDir(), 'update-ref', 'refs/heads/signalbox/x', mine);
  git(mirrorDir(), 'update-ref', 'refs/signalbox/rescue/s/1', mine);
  rmSync(join(mirrorDir(), 'HEAD'));
  await fetch({});
  expect(git(mirrorDir(), 'rev-parse', 'refs/heads/signalbox/x', 'refs/signalbox/rescue/s/1')).toBe(
    `${mine}\n${mine}`,
  );
  git(mirrorDir(), 'fsck', '--full');
});

test('a lost control folder does not make the next fetch bring everything again', async () => {
  await fetch({});
  rmSync(mirrorPaths(dataDir(), 1).controlDir, { recursive: true });
  server.requests.length = 0;
  await fetch({});
  expect(server.requests).toHaveLength(2);
});

test('a lock that a killed git left in the mirror does not stop the next fetch', async () => {
  await fetch({});
  writeFileSync(join(mirrorDir(), 'packed-refs.lock'), '');
  writeFileSync(join(mirrorDir(), 'refs/remotes/origin/main.lock'), '');
  const moved = origin.commit('main', { 'b.txt': 'b\n' });
  expect((await fetch({})).get('refs/heads/main')).toBe(moved);
});
