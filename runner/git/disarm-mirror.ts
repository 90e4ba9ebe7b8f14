import { rm } from 'node:fs/promises';
import { join } from 'node:path';

/**
 * What somebody with write access to a mirror can leave there for others: programs, settings, and a path to another
 * repository's objects, which a push would then take for this one's.
 */
const TRAPS: readonly string[] = [
  'hooks',
  'config.worktree',
  'objects/info/alternates',
  'objects/info/http-alternates',
  'info/attributes',
  'info/grafts',
];

/** Takes every trap out of a mirror. Nothing of the runner's is there. */
export async function disarmMirror(commonDir: string): Promise<void> {
  await Promise.all(TRAPS.map((trap) => rm(join(commonDir, trap), { recursive: true, force: true })));
}
