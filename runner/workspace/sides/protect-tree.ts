import { execFile } from 'node:child_process';
import { rm } from 'node:fs/promises';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** 100,000 files take about a second; a file system that hangs must not hold the job for ever. */
const CHMOD_LIMIT_MS = 120_000;

/**
 * Takes the right to write in a folder from everybody, or gives it back to its owner. Symbolic links are not followed.
 * Root writes all the same: what was written is put back before anything is made of it.
 */
export async function setWritable(folder: string, writable: boolean): Promise<void> {
  await run('chmod', ['-R', '-f', writable ? 'u+w' : 'a-w', '--', folder], {
    timeout: CHMOD_LIMIT_MS,
    killSignal: 'SIGKILL',
    // A path of bytes that are no UTF-8 still names a file.
    env: { PATH: process.env.PATH, LC_ALL: 'C' },
  });
}

/** Removes a folder, also one that nobody may write in. */
export async function removeTree(folder: string): Promise<void> {
  try {
    await rm(folder, { recursive: true, force: true });
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : null;
    if (code !== 'EACCES' && code !== 'EPERM') throw error;
    await setWritable(folder, true);
    await rm(folder, { recursive: true, force: true });
  }
}
