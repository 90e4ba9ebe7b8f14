import { join } from 'node:path';
import { adminDir, type WorktreePlace } from '../git/link-worktree.ts';
import type { GitFolders } from '../sandbox/sandbox-plan.ts';

/**
 * What Claude's git needs of the repository: not its config and hooks, which other sessions share, and not what belongs
 * to other worktrees.
 */
export function gitFoldersOf(place: WorktreePlace): GitFolders {
  const { commonDir } = place;
  const shared = ['objects', 'refs', 'logs'].map((name) => join(commonDir, name));
  const read = ['HEAD', 'config', 'packed-refs', 'info', 'shallow'].map((name) => join(commonDir, name));
  return { read, write: [...shared, adminDir(place)], deny: [join(commonDir, 'objects', 'info')] };
}
