import { lstat } from 'node:fs/promises';
import { join } from 'node:path';
import { succeeded } from './git-failed-error.ts';
import type { GitContext } from './git-repository.ts';
import { dropScratch, onScratch, type WorkTree } from './work-tree.ts';

/**
 * How much of a plain folder is copied into the runner's own repository to be able to compare and restore it. Beyond
 * that it is probably somebody's home or a folder of data, and hashing it would take minutes and as much disk again.
 */
export const MAX_SHADOW_FILES = 20_000;
export const MAX_SHADOW_BYTES = 500_000_000;

/** A folder that can't be listed in this time is not small. */
const SHADOW_LISTING_MS = 10_000;
const MEAN_PATH_BYTES = 200;

/** Whether a folder is small enough to be looked at as a whole; what it ignores does not count. */
export async function fitsShadow(
  context: GitContext,
  work: WorkTree,
  limits: { maxFiles: number; maxBytes: number },
): Promise<boolean> {
  await dropScratch(work);
  const listed = await onScratch(context, work)(['ls-files', '-z', '--others', '--exclude-standard'], {
    encoding: 'latin1',
    maxStdoutBytes: MEAN_PATH_BYTES * limits.maxFiles,
    deadlineMs: SHADOW_LISTING_MS,
  });
  if (!listed.ok && (listed.reason === 'too_much_output' || listed.reason === 'deadline')) return false;
  const names = succeeded(listed)
    .stdout.split('\0')
    .filter((name) => name !== '');
  if (names.length > limits.maxFiles) return false;
  let bytes = 0;
  for (const name of names) {
    const info = await lstat(join(work.folder, Buffer.from(name, 'latin1').toString('utf8'))).catch(
      () => null,
    );
    bytes += info?.size ?? 0;
    if (bytes > limits.maxBytes) return false;
  }
  return true;
}
