import { mkdir, readFile, rename, rm, stat, statfs, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { commitShaSchema } from '../../../protocol/workspace.ts';
import { outputOf } from '../../git/git-failed-error.ts';
import { type GitContext, type GitRepository, inControl } from '../../git/git-repository.ts';
import type { HeadStart } from '../head-start.ts';
import { measureFolder } from '../measure-folder.ts';
import type { WorkspaceDeps } from '../workspace-types.ts';

/** An index of about 600 files. What is smaller is written as fast as it would be looked through. */
const MIN_INDEX_BYTES = 50_000;

/** Room that jobs may need while a tree waits for one. */
const LEAST_FREE_BYTES = 5_000_000_000;

/** git takes a file for unchanged only when it is older than the index, by whole seconds: see `copyIndex`. */
const SETTLE_MS = 1_100;

const readyTreeSchema = z.object({
  version: z.literal(1),
  project: z.string(),
  /** What the files are. */
  tree: commitShaSchema,
  /** Null: Claude may not start on it before the server was asked. */
  start: z.object({ tree: commitShaSchema, part: commitShaSchema, isEmpty: z.boolean() }).nullable(),
  bytes: z.number(),
  madeAtMs: z.number(),
});

/** A folder of files that waits for a session, with the index that describes it. */
export type ReadyTree = z.infer<typeof readyTreeSchema> & { path: string };

export type WantedTree = { repository: GitRepository; tree: string; start: HeadStart | null };

export const filesOf = (path: string): string => join(path, 'files');
export const indexOf = (path: string): string => join(path, 'index');
const noteOf = (path: string): string => join(path, 'ready.json');

/** Marks what is being made, or is no longer wanted; nobody takes it and the next life removes it. */
export const UNFINISHED = '.unfinished-';

/** A tree that waits, as it lies on the disk; null when it is not whole. */
export async function readReadyTree(path: string): Promise<ReadyTree | null> {
  try {
    const note = readyTreeSchema.parse(JSON.parse(await readFile(noteOf(path), 'utf8')));
    const [files, index] = await Promise.all([stat(filesOf(path)), stat(indexOf(path))]);
    return files.isDirectory() && index.isFile() ? { ...note, path } : null;
  } catch {
    return null;
  }
}

/**
 * Writes a tree into a folder of the pool. It is there whole or not at all.
 *
 * @returns null when the tree is too small to be worth it, or the disk too full. @throws GitFailedError
 */
export async function makeReadyTree(
  context: GitContext,
  deps: Pick<WorkspaceDeps, 'newId' | 'now' | 'sleep'>,
  folder: string,
  project: string,
  { repository, tree, start }: WantedTree,
): Promise<ReadyTree | null> {
  const id = deps.newId();
  const making = join(folder, `${UNFINISHED}${id}`);
  const path = join(folder, id);
  try {
    await mkdir(filesOf(making), { recursive: true });
    const git = inControl(context, repository, { folder: filesOf(making), indexFile: indexOf(making) });
    outputOf(await git(['read-tree', tree]));
    const { bavail, bsize } = await statfs(folder);
    if ((await stat(indexOf(making))).size < MIN_INDEX_BYTES || bavail * bsize < LEAST_FREE_BYTES)
      return null;
    outputOf(await git(['read-tree', '--reset', '-u', tree]));
    await deps.sleep(SETTLE_MS);
    outputOf(await git(['update-index', '-q', '--refresh', '--force-write-index']));
    const bytes = await measureFolder(making);
    const note = { version: 1, project, tree, start, bytes, madeAtMs: deps.now() } as const;
    await writeFile(noteOf(making), JSON.stringify(note));
    await rename(making, path);
    return { ...note, path };
  } finally {
    await rm(making, { recursive: true, force: true });
  }
}

/**
 * Whether the files are what the index says and nothing else is there, what is ignored included: a program of an
 * earlier job may have found the folder. @throws GitFailedError
 */
export async function isUntouched(
  context: GitContext,
  repository: GitRepository,
  at: { folder: string; indexFile: string },
): Promise<boolean> {
  const git = inControl(context, repository, at);
  const [changed, others] = await Promise.all([
    git(['diff-files', '--quiet']),
    git(['ls-files', '--others', '--directory', '-z'], { maxStdoutBytes: 1_000, overflow: 'cut' }),
  ]);
  return changed.ok && outputOf(others) === '';
}
