import { constants, copyFile, lstat, rename, rm, stat, utimes } from 'node:fs/promises';
import { dirname } from 'node:path';
import { clearStaleLocks } from './clear-stale-locks.ts';
import { GitFailedError } from './git-failed-error.ts';
import { type GitCommand, type GitContext, type GitRepository, inControl } from './git-repository.ts';

/** The files of one session and what git needs to look at them without disturbing whoever works there. */
export type WorkTree = {
  repository: GitRepository;
  folder: string;
  /** The index that git in `folder` uses. Written only under its lock, as git itself does. */
  indexFile: string;
  /** The runner's own copy of it, where everything is worked out. One operation at a time. */
  scratchIndex: string;
  /** The trusted paths on disk are the base's and not those of the commit (pull requests). */
  dressed: boolean;
};

/** git in the control folder on the session's files, with the scratch index. */
export function onScratch(context: GitContext, work: WorkTree): GitCommand {
  return inControl(context, work.repository, { folder: work.folder, indexFile: work.scratchIndex });
}

/**
 * Copies an index with a time that is not later than the original's. git takes a file for unchanged when its size and
 * time fit the index, unless its time is not before the index's own ("racy git"): a copy that looked younger would
 * hide an edit made in the same second as the checkout.
 */
async function copyIndex(from: string, to: string, flags: number): Promise<void> {
  const { mtimeMs } = await stat(from);
  await copyFile(from, to, flags);
  const second = Math.floor(mtimeMs / 1_000);
  await utimes(to, second, second);
}

/** Starts the scratch index as a copy of the session's. False when there is none to copy. */
export async function takeScratch(work: WorkTree): Promise<boolean> {
  await dropScratch(work);
  try {
    if (!(await lstat(work.indexFile)).isFile()) {
      // A pipe would never end, and a link may lead to what is nobody's business.
      await rm(work.indexFile, { recursive: true, force: true });
      return false;
    }
    await copyIndex(work.indexFile, work.scratchIndex, 0);
    return true;
  } catch (error) {
    if (isCode(error, 'ENOENT')) return false;
    throw error;
  }
}

/** Removes the scratch index and what a killed git left of it. */
export async function dropScratch(work: WorkTree): Promise<void> {
  await rm(work.scratchIndex, { force: true });
  await rm(`${work.scratchIndex}.lock`, { force: true });
}

/**
 * Makes the scratch index the session's, by git's own rule: the lock file is made exclusively and renamed. A lock that
 * a killed git left is removed; one with a live owner is waited for.
 *
 * @throws GitFailedError when the index stays locked
 */
export async function installScratch(work: WorkTree): Promise<void> {
  const lock = `${work.indexFile}.lock`;
  for (let attempt = 0; ; attempt += 1) {
    try {
      await copyIndex(work.scratchIndex, lock, constants.COPYFILE_EXCL);
      await rename(lock, work.indexFile);
      return;
    } catch (error) {
      if (!isCode(error, 'EEXIST')) throw error;
      const gitDir = dirname(work.indexFile);
      const cleared = attempt < 2 ? await clearStaleLocks(gitDir, [work.folder, gitDir]) : null;
      if (cleared === null) {
        throw new GitFailedError({
          ok: false,
          reason: 'exit',
          command: 'git index',
          exitCode: null,
          stdout: '',
          stderr: `Unable to create '${lock}': another git process keeps it`,
        });
      }
    }
  }
}

function isCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code;
}
