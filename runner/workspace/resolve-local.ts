import { realpath, stat } from 'node:fs/promises';
import { isAbsolute, relative } from 'node:path';
import { createGitFolder, isGitFolder, type ObjectFormat } from '../git/ensure-git-folder.ts';
import { gitEnvironment } from '../git/git-environment.ts';
import { outputOf } from '../git/git-failed-error.ts';
import { LOCAL_DEADLINE_MS } from '../git/git-limits.ts';
import { type GitContext, type GitRepository, inRepository } from '../git/git-repository.ts';
import { branchRef, readRef } from '../git/refs.ts';
import { runGit } from '../git/run-git.ts';
import { workspaceFailure } from './describe-failure.ts';
import type { ProjectSource } from './project-source.ts';
import { localControlDir } from './workspace-paths.ts';
import type { WorkspaceFailure } from './workspace-types.ts';

/**
 * The folder under its real path, or why it can't be worked in.
 *
 * @param allowed folders that it must lie in, once symbolic links are followed; null for anywhere.
 */
export async function existingFolder(
  path: string,
  allowed: readonly string[] | null,
): Promise<string | WorkspaceFailure> {
  const info = await stat(path).catch(() => null);
  if (info === null) return workspaceFailure('worktree_failed', 'wrong_path', `There is no folder ${path}`);
  if (!info.isDirectory())
    return workspaceFailure('worktree_failed', 'wrong_path', `${path} is not a folder`);
  const real = await realpath(path);
  if (allowed === null || (await liesIn(real, allowed))) return real;
  const message = `${path} leads to ${real}, which lies in none of the runner's folders (SIGNALBOX_FOLDERS)`;
  return workspaceFailure('policy', 'wrong_path', message);
}

async function liesIn(real: string, folders: readonly string[]): Promise<boolean> {
  for (const folder of folders) {
    const way = relative(await realpath(folder).catch(() => folder), real);
    if (way === '' || (way !== '..' && !way.startsWith('../') && !isAbsolute(way))) return true;
  }
  return false;
}

/** What `git rev-parse` says in a folder; null where it can't. It reads no file of the work. @throws GitFailedError */
export async function askFolder(
  context: GitContext,
  path: string,
  question: readonly string[],
): Promise<string | null> {
  const asked = await runGit(['rev-parse', '--path-format=absolute', ...question], {
    cwd: path,
    env: gitEnvironment(context.host, { kind: 'none' }),
    deadlineMs: LOCAL_DEADLINE_MS,
    ...(context.signal === undefined ? {} : { signal: context.signal }),
  });
  if (asked.ok) return asked.stdout.trim();
  if (asked.reason === 'exit') return null;
  return outputOf(asked);
}

/** A repository on this machine, with a control folder of the runner's. @throws GitFailedError */
export async function openLocalRepository(
  context: GitContext,
  place: { dataDir: string; path: string },
  newId: () => string,
): Promise<GitRepository | WorkspaceFailure> {
  const commonDir = await askFolder(context, place.path, ['--git-common-dir']);
  if (commonDir === null) {
    return workspaceFailure('worktree_failed', 'wrong_path', `${place.path} is not a git repository`);
  }
  const repository = {
    commonDir: await realpath(commonDir),
    controlDir: localControlDir(place.dataDir, commonDir),
  };
  if (!(await isGitFolder(repository.controlDir))) {
    const asked = await askFolder(context, place.path, ['--show-object-format']);
    const format: ObjectFormat = asked === 'sha256' ? 'sha256' : 'sha1';
    await createGitFolder(context, repository.controlDir, { id: newId(), format });
  }
  return repository;
}

/** A worktree's branch in somebody's own repository. Nothing is fetched and nothing will be pushed. */
export async function resolveLocal(
  context: GitContext,
  repository: GitRepository,
  project: { path: string; branch: string; baseRef?: string },
): Promise<ProjectSource | WorkspaceFailure> {
  const git = inRepository(context, repository);
  const asked = project.baseRef === undefined ? 'HEAD' : branchRef(project.baseRef);
  const base =
    project.baseRef === undefined ? await headOf(context, project.path) : await readRef(git, asked);
  if (base === null) {
    return workspaceFailure('worktree_failed', 'no_base', `${project.path} has no commit at ${asked}`);
  }
  const localTip = await readRef(git, branchRef(project.branch));
  const { branch } = project;
  return { repository, branch, base, firstStart: base, localTip, remoteTip: null, trustedFrom: null };
}

/** HEAD of the folder that was named, which may itself be a worktree. */
function headOf(context: GitContext, path: string): Promise<string | null> {
  return askFolder(context, path, ['--verify', '--quiet', 'HEAD^{commit}']);
}
