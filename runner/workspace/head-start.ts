import { readdir, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { GitContext, GitRepository } from '../git/git-repository.ts';
import { adminDir, isLinked } from '../git/link-worktree.ts';
import { fillFirst } from '../git/materialise-tree.ts';
import { dropScratch } from '../git/work-tree.ts';
import { placeIn, workAt } from './opened-worktree.ts';
import { isUntouched, type ReadyTree } from './pool/ready-tree.ts';

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

/** What lies in a new session's folder before the server was asked. */
export type Early = {
  /** What Claude may have been started on; null: it was not. */
  start: HeadStart | null;
  /** A whole tree that had been waiting, described by the scratch index if nobody has touched it. */
  whole: { tree: string; isUntouched: Promise<boolean> } | null;
};

export type EarlyDeps = {
  repository: GitRepository;
  last: () => HeadStart | null;
  claim: (to: { folder: string; indexFile: string }) => Promise<ReadyTree | null>;
};

/**
 * Puts into a new session's folder a whole tree that waits for one, or what Claude Code reads first, so that it can
 * start while the server is asked. The link to the repository is made when it is known where its branch starts; until
 * then git finds none.
 *
 * @returns null when there is something in the folder, or this did not work: then filling does all of it
 */
export async function giveHeadStart(
  context: GitContext,
  session: { sessionId: string; folder: string },
  { repository, last, claim }: EarlyDeps,
): Promise<Early | null> {
  const place = placeIn(repository, session);
  const work = workAt(place, repository, false);
  try {
    if ((await readdir(place.folder)).length > 0 || (await isLinked(place))) return null;
    await markUnfilled(place.folder);
    await dropScratch(work);
    const at = { folder: place.folder, indexFile: work.scratchIndex };
    const ready = await claim(at);
    const start = ready === null ? last() : ready.start;
    if (ready === null && start === null) return null;
    const untouched = ready === null ? null : isUntouched(context, work.repository, at).catch(() => false);
    // Claude Code takes the folder that holds `.git` for the project's.
    await writeFile(join(place.folder, '.git'), `gitdir: ${adminDir(place)}\n`, { flag: 'wx' });
    if (untouched !== null && ready !== null) {
      return { start, whole: { tree: ready.tree, isUntouched: untouched } };
    }
    if (start !== null && !start.isEmpty) await fillFirst(context, work, start.part);
    return { start, whole: null };
  } catch {
    // A mirror that is being made anew, perhaps: filling meets the same trouble and names it.
    return null;
  }
}

const markOf = (folder: string): string => join(dirname(folder), '.unfilled');

/** Until it was filled once, nothing in the folder is anybody's work. */
async function markUnfilled(folder: string): Promise<void> {
  await writeFile(markOf(folder), '');
}

export async function markFilled(folder: string): Promise<void> {
  await rm(markOf(folder), { force: true });
}

/** Also of a folder that an earlier life left like that. */
export async function isUnfilled(folder: string): Promise<boolean> {
  return (await stat(markOf(folder)).catch(() => null)) !== null;
}

/** What lies there is no longer described by an index: it has to be written anew. */
export function spoilt(early: Early | null): Early | null {
  return early?.whole == null
    ? early
    : { ...early, whole: { ...early.whole, isUntouched: Promise.resolve(false) } };
}

/** Empties a folder that was never filled: what a head start put there may be of a tree that has gone. */
export async function emptyUnfilled(folder: string): Promise<void> {
  if (!(await isUnfilled(folder))) return;
  const names = (await readdir(folder)).filter((name) => name !== '.git');
  await Promise.all(names.map((name) => rm(join(folder, name), { recursive: true, force: true })));
}
