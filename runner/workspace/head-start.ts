import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { GitContext } from '../git/git-repository.ts';
import { adminDir, isLinked, type WorktreePlace } from '../git/link-worktree.ts';
import { fillFirst } from '../git/materialise-tree.ts';
import type { WorkTree } from '../git/work-tree.ts';

/** What Claude Code reads first, as the last session that started from the same base branch was given it. */
export type HeadStart = {
  /** What that session found in its folder. */
  tree: string;
  /** A tree with nothing but what is read first. */
  part: string;
  isEmpty: boolean;
};

/**
 * The trusted part of each base branch, as far as Claude may be started on it before the server has been asked: see
 * `startsAlone`. Memory only; what a server says in the end is compared with it before Claude gets a prompt.
 */
export class HeadStarts {
  readonly #last = new Map<string, HeadStart>();

  of(project: string): HeadStart | null {
    return this.#last.get(project) ?? null;
  }

  /** @param start null: Claude has to wait for the tree. */
  note(project: string, start: HeadStart | null): void {
    if (start === null) this.#last.delete(project);
    else this.#last.set(project, start);
  }
}

/**
 * Puts into a new session's folder what Claude Code reads first, so that it can start while the server is asked.
 * The link to the repository is made when it is known where its branch starts; until then git finds none.
 *
 * @returns false when there is something in the folder, or this did not work: then filling does all of it
 */
export async function giveHeadStart(
  context: GitContext,
  place: WorktreePlace,
  work: WorkTree,
  start: HeadStart,
): Promise<boolean> {
  try {
    if ((await readdir(place.folder)).length > 0 || (await isLinked(place))) return false;
    // Claude Code takes the folder that holds `.git` for the project's.
    await writeFile(join(place.folder, '.git'), `gitdir: ${adminDir(place)}\n`, { flag: 'wx' });
    if (!start.isEmpty) await fillFirst(context, work, start.part);
    return true;
  } catch {
    // A mirror that is being made anew, perhaps: filling meets the same trouble and names it.
    return false;
  }
}
