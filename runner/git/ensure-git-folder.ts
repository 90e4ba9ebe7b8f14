import { mkdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { gitEnvironment } from './git-environment.ts';
import { succeeded } from './git-failed-error.ts';
import { LOCAL_DEADLINE_MS } from './git-limits.ts';
import type { GitContext } from './git-repository.ts';
import { runGit } from './run-git.ts';

export type ObjectFormat = 'sha1' | 'sha256';

/** Whether git will take the folder for a repository: what it looks at itself (setup.c, `is_git_directory`). */
export async function isGitFolder(path: string): Promise<boolean> {
  const isFolder = (name: string): Promise<boolean> =>
    stat(join(path, name)).then(
      (info) => info.isDirectory(),
      () => false,
    );
  const head = await readFile(join(path, 'HEAD'), 'utf8').catch(() => '');
  if (!/^(?:ref: refs\/\S+|[0-9a-f]{40,64})\s*$/.test(head)) return false;
  return (await isFolder('objects')) && (await isFolder('refs'));
}

/**
 * Makes a bare repository so that a crash at any moment leaves either none or a whole one: it is made beside its place
 * and renamed into it. Whoever comes second uses what the first made.
 */
export async function createGitFolder(
  context: GitContext,
  path: string,
  options: { id: string; format?: ObjectFormat; config?: string },
): Promise<void> {
  const making = `${path}.making-${options.id}`;
  await mkdir(dirname(path), { recursive: true });
  await rm(making, { recursive: true, force: true });
  const args = ['init', '--quiet', '--bare', '--template=', `--object-format=${options.format ?? 'sha1'}`];
  succeeded(
    await runGit([...args, '--', making], {
      cwd: dirname(path),
      env: gitEnvironment(context.host, { kind: 'none' }),
      deadlineMs: LOCAL_DEADLINE_MS,
      ...(context.signal === undefined ? {} : { signal: context.signal }),
    }),
  );
  if (options.config !== undefined) {
    const made = await readFile(join(making, 'config'), 'utf8');
    await writeFile(join(making, 'config'), `${made}${options.config}`);
  }
  try {
    await rename(making, path);
  } catch (error) {
    await rm(making, { recursive: true, force: true });
    if (!(await isGitFolder(path))) throw error;
  }
}
