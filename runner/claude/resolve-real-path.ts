import { readlink, realpath } from 'node:fs/promises';
import path from 'node:path';

/** The kernel's own bound (ELOOP). */
const MAX_LINKS = 40;

/**
 * A path with the symbolic links of its existing part resolved, so that a link inside the worktree can't lead a
 * write out of it. The part that does not exist yet is taken as it is; a
 * link to nothing is followed, since a write would follow it too.
 */
export async function resolveRealPath(file: string): Promise<string> {
  const missing: string[] = [];
  let links = 0;
  let existing = path.resolve(file);
  for (;;) {
    try {
      return path.join(await realpath(existing), ...missing);
    } catch {
      const target = await readlink(existing).catch(() => null);
      if (target !== null && links < MAX_LINKS) {
        links += 1;
        existing = path.resolve(path.dirname(existing), target);
        continue;
      }
      const parent = path.dirname(existing);
      if (parent === existing) return path.resolve(file);
      missing.unshift(path.basename(existing));
      existing = parent;
    }
  }
}
