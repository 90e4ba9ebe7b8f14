import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { adminDir } from '../git/link-worktree.ts';
import { mirrorPaths } from '../git/open-mirror.ts';
import { git, writeFiles } from '../git/testing/make-repository.ts';
import { type Fixture, startFixture, succeeds } from './testing/start-fixture.ts';
import type { SessionWorkspace } from './workspace-types.ts';

/** Everything here happens after Claude had the folder, or was made by whoever wrote the repository. */
let fixture: Fixture;
let workspace: SessionWorkspace;
let admin: string;
let mirror: string;

const REQUEST = {
  message: { subject: 's', body: '' },
  author: { name: 'B', email: 'b@x' },
  coAuthor: null,
};

beforeEach(async () => {
  fixture = await startFixture();
  const spec = fixture.spec();
  ({ workspace } = await fixture.open(spec));
  mirror = mirrorPaths(fixture.dataDir, fixture.repository.id).commonDir;
  admin = adminDir({ commonDir: mirror, folder: workspace.path, sessionId: spec.sessionId });
});
afterEach(() => fixture.close());

const sprung = (): boolean => existsSync(join(fixture.root, 'sprung'));
const program = (): string => `touch ${join(fixture.root, 'sprung')}; cat`;

/** All that the runner does with a folder after a turn. */
async function publish(): Promise<{ pushed: string; files: string[] }> {
  succeeds(await workspace.checkpoint(1));
  const captured = succeeds(await workspace.capture());
  const { sha } = succeeds(await workspace.commit({ ...REQUEST, tree: captured.tree ?? '' }));
  const pushed = succeeds(await workspace.push({ sha, getToken: fixture.getToken }));
  succeeds(await workspace.rescue());
  return { pushed: pushed.status, files: captured.files.map(({ path }) => path) };
}

describe('a repository that Claude left inside the folder', () => {
  it.each([
    ['is staged', true],
    ['is not staged', false],
  ])('runs nothing of its own when it %s', async (_how, staged) => {
    const nested = join(workspace.path, 'nested');
    mkdirSync(nested);
    git(nested, 'init', '--quiet');
    writeFiles(nested, { 'f.txt': 'x\n' });
    git(nested, 'add', '--all');
    git(nested, 'commit', '--quiet', '-m', 'x');
    writeFiles(nested, { '.gitattributes': '*.txt filter=evil diff=evil\n', 'f.txt': 'y\n' });
    for (const [key, value] of [
      ['filter.evil.clean', program()],
      ['filter.evil.smudge', program()],
      ['core.fsmonitor', program()],
      ['diff.evil.textconv', program()],
      ['core.hooksPath', '.'],
    ] as const) {
      git(nested, 'config', key, value);
    }
    writeFiles(workspace.path, {
      '.gitmodules': `[submodule "nested"]\n\tpath = nested\n\turl = ext::sh -c "${program()}"\n\tignore = none\n`,
      'new.txt': 'n\n',
    });
    if (staged) git(workspace.path, 'add', '.');
    expect(await publish()).toEqual({ pushed: 'pushed', files: ['.gitmodules', 'new.txt'] });
    expect(sprung()).toBe(false);
  });
});

describe('the link between the folder and its repository', () => {
  const evil = (): string => {
    const folder = join(fixture.root, 'evil.git');
    git(fixture.root, 'init', '--quiet', '--bare', folder);
    git(folder, 'config', 'filter.evil.clean', program());
    git(folder, 'config', 'core.fsmonitor', program());
    git(folder, 'config', 'core.worktree', fixture.root);
    writeFiles(folder, { 'hooks/reference-transaction': { program: `#!/bin/sh\n${program()}\n` } });
    return folder;
  };

  it.each<[string, () => void]>([
    ['names another repository', () => writeFileSync(join(workspace.path, '.git'), `gitdir: ${evil()}\n`)],
    [
      'is a repository of its own',
      () => {
        rmSync(join(workspace.path, '.git'));
        renameSync(evil(), join(workspace.path, '.git'));
      },
    ],
    [
      'is a symbolic link',
      () => {
        rmSync(join(workspace.path, '.git'));
        symlinkSync(evil(), join(workspace.path, '.git'));
      },
    ],
    ['is followed by another common folder', () => writeFileSync(join(admin, 'commondir'), `${evil()}\n`)],
    ['has a HEAD that leads out', () => writeFileSync(join(admin, 'HEAD'), 'ref: ../../../evil\n')],
    [
      'has an index that is a link',
      () => {
        rmSync(join(admin, 'index'));
        symlinkSync(join(fixture.root, 'secret'), join(admin, 'index'));
      },
    ],
    [
      'has an index that is a pipe without end',
      () => {
        rmSync(join(admin, 'index'));
        execFileSync('mkfifo', [join(admin, 'index')]);
      },
    ],
  ])('counts for nothing when it %s', async (_what, change) => {
    writeFileSync(join(fixture.root, 'secret'), 'secret\n');
    writeFiles(workspace.path, { '.gitattributes': '*.txt filter=evil\n', 'new.txt': 'n\n' });
    change();
    expect(await publish()).toEqual({ pushed: 'pushed', files: ['.gitattributes', 'new.txt'] });
    expect(sprung()).toBe(false);
    expect(readFileSync(join(fixture.root, 'secret'), 'utf8')).toBe('secret\n');
  });
});

describe('objects of another repository', () => {
  it('are never pushed, though the mirror was told where they lie', async () => {
    const other = join(fixture.root, 'other.git');
    git(fixture.root, 'init', '--quiet', '--bare', other);
    writeFileSync(join(fixture.root, 'theirs'), 'a secret of another repository\n');
    const blob = git(other, 'hash-object', '-w', join(fixture.root, 'theirs'));
    writeFiles(mirror, { 'objects/info/alternates': `${join(other, 'objects')}\n` });
    git(workspace.path, 'update-index', '--add', '--cacheinfo', `100644,${blob},stolen.txt`);
    git(workspace.path, 'update-index', '--skip-worktree', 'stolen.txt');
    await publish().catch(() => undefined);
    expect(() => git(fixture.origin.bare, 'cat-file', '-e', blob)).toThrow();
    expect(existsSync(join(mirror, 'objects/info/alternates'))).toBe(false);
  });
});

describe('a tree that no work tree can have', () => {
  const tree = (entries: string): string =>
    execFileSync('git', ['mktree', '-z', '--missing'], {
      cwd: fixture.origin.bare,
      input: entries,
      encoding: 'utf8',
    }).trim();

  it.each([
    ['a path out of the folder', '..'],
    ['a folder of git’s own', '.git'],
    ['one in other letters', '.GiT'],
    ['one as Windows shortens it', 'git~1'],
  ])('with %s is refused, and nothing is written', async (_what, name) => {
    const blob = execFileSync('git', ['hash-object', '-w', '--stdin'], {
      cwd: fixture.origin.bare,
      input: 'x',
      encoding: 'utf8',
    }).trim();
    const inner = tree(`100755 blob ${blob}\tplanted\0`);
    const commit = git(
      fixture.origin.bare,
      'commit-tree',
      '-m',
      'x',
      tree(`040000 tree ${inner}\t${name}\0`),
    );
    git(fixture.origin.bare, 'update-ref', 'refs/heads/bad', commit);
    const spec = fixture.spec({ branch: 'signalbox/bad', ref: { kind: 'branch', base: 'bad' } });
    const reserved = succeeds(await fixture.workspaces.reserve(spec));
    const filled = await reserved.workspace.fetchAndFill({ getToken: fixture.getToken });
    expect(filled.ok).toBe(false);
    expect(existsSync(join(reserved.workspace.path, name, 'planted'))).toBe(false);
    await reserved.workspace.release();
  });

  it('with a name longer than a file system takes fails with its reason', async () => {
    const blob = execFileSync('git', ['hash-object', '-w', '--stdin'], {
      cwd: fixture.origin.bare,
      input: 'x',
      encoding: 'utf8',
    }).trim();
    const commit = git(
      fixture.origin.bare,
      'commit-tree',
      '-m',
      'x',
      tree(`100644 blob ${blob}\t${'n'.repeat(5_000)}\0`),
    );
    git(fixture.origin.bare, 'update-ref', 'refs/heads/long', commit);
    const spec = fixture.spec({ branch: 'signalbox/long', ref: { kind: 'branch', base: 'long' } });
    const reserved = succeeds(await fixture.workspaces.reserve(spec));
    const filled = await reserved.workspace.fetchAndFill({ getToken: fixture.getToken });
    expect(filled).toMatchObject({
      ok: false,
      failure: { message: expect.stringContaining('failed to open file') },
    });
    await reserved.workspace.release();
  });

  it('with names that differ in case only is taken as it is, and attributes that rewrite files run nothing', async () => {
    fixture.origin.commit('main', {
      'A.txt': 'upper\n',
      'a.txt': 'lower\n',
      '.gitattributes':
        '*.txt working-tree-encoding=ISO-8859-1 export-subst eol=crlf filter=lfs merge=evil\n',
      '.lfsconfig': `[lfs]\n\tcustomtransfer = ${program()}\n`,
    });
    const { workspace: other } = await fixture.open(fixture.spec({ branch: 'signalbox/case' }));
    expect(succeeds(await other.capture()).changed).toBe(false);
    expect(sprung()).toBe(false);
    await other.release();
  });
});
