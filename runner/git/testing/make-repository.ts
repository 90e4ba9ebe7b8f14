import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

/** A folder of the test's own, removed by `remove`. */
export function temporaryFolder(): { path: string; remove: () => void } {
  const path = realpathSync(mkdtempSync(join(tmpdir(), 'signalbox-git-')));
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) };
}

/** Plain git as a person would run it, with nothing of this machine's config. */
export function git(cwd: string, ...args: string[]): string {
  return execFileSync('git', args, {
    cwd,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      PATH: process.env.PATH,
      HOME: '/dev/null',
      GIT_CONFIG_NOSYSTEM: '1',
      GIT_CONFIG_GLOBAL: '/dev/null',
      GIT_AUTHOR_NAME: 'Ada',
      GIT_AUTHOR_EMAIL: 'ada@example.com',
      GIT_COMMITTER_NAME: 'Ada',
      GIT_COMMITTER_EMAIL: 'ada@example.com',
    },
  }).trim();
}

/** File contents by path; a link as `{ link }`, a program as `{ program }`. */
export type Files = Record<string, string | { link: string } | { program: string }>;

export function writeFiles(folder: string, files: Files): void {
  for (const [name, content] of Object.entries(files)) {
    const path = join(folder, name);
    mkdirSync(dirname(path), { recursive: true });
    rmSync(path, { force: true });
    if (typeof content === 'string') writeFileSync(path, content);
    else if ('link' in content) symlinkSync(content.link, path);
    else {
      writeFileSync(path, content.program);
      chmodSync(path, 0o755);
    }
  }
}

export type Origin = {
  /** The bare repository that is served. */
  bare: string;
  /** Commits files to a branch (made from `main`, or from `from`) and publishes it under `ref`. */
  commit: (
    branch: string,
    files: Files,
    options?: { from?: string; ref?: string; remove?: string[] },
  ) => string;
};

/** A bare repository `<root>/<name>` with a first commit on `main`, and somebody who commits to it. */
export function makeOrigin(root: string, name: string, first: Files): Origin {
  const bare = join(root, name);
  mkdirSync(bare, { recursive: true });
  git(bare, 'init', '--quiet', '--bare', '-b', 'main');
  git(bare, 'config', 'http.receivepack', 'true');
  const author = join(root, `${name}.author`);
  git(root, 'clone', '--quiet', bare, author);
  git(author, 'checkout', '--quiet', '-B', 'main');
  const commit: Origin['commit'] = (branch, files, options = {}) => {
    const has = git(author, 'branch', '--list', branch) !== '';
    if (has) git(author, 'checkout', '--quiet', '--force', branch);
    else if (branch !== 'main') git(author, 'checkout', '--quiet', '-b', branch, options.from ?? 'main');
    for (const path of options.remove ?? []) git(author, 'rm', '-r', '--quiet', '--', path);
    writeFiles(author, files);
    git(author, 'add', '--all', '--force');
    git(author, 'commit', '--quiet', '--allow-empty', '-m', `Change ${branch}`);
    git(author, 'push', '--quiet', '--force', bare, `HEAD:${options.ref ?? `refs/heads/${branch}`}`);
    return git(author, 'rev-parse', 'HEAD');
  };
  commit('main', first);
  return { bare, commit };
}
