import { outputOf, succeeded } from './git-failed-error.ts';
import type { GitCommand } from './git-repository.ts';
import { objectId } from './refs.ts';

/** One line of a tree. Names are bytes read as latin1, so that any file name survives the way back into git. */
export type TreeEntry = { mode: string; type: 'blob' | 'tree' | 'commit'; id: string; name: string };

const LINE = /^(\d{6}) (blob|tree|commit) ([0-9a-f]{40,64})\t([\s\S]+)$/;

/** Reads the output of `git ls-tree -z`. @throws Error on a line of another form. */
export function parseTreeEntries(listing: string): TreeEntry[] {
  return listing
    .split('\0')
    .filter((line) => line !== '')
    .map((line) => {
      const match = LINE.exec(line);
      const [, mode, type, id, name] = match ?? [];
      if (mode === undefined || id === undefined || name === undefined)
        throw new Error(`Not a tree entry: ${line}`);
      return { mode, type: type === 'tree' ? 'tree' : type === 'commit' ? 'commit' : 'blob', id, name };
    });
}

/** The entries of a tree or a commit's tree, one level deep. */
export async function readTree(git: GitCommand, treeish: string): Promise<TreeEntry[]> {
  const listing = await git(['ls-tree', '-z', objectId(treeish)], { encoding: 'latin1' });
  return parseTreeEntries(succeeded(listing).stdout);
}

/** Writes a tree of these entries, in any order, and returns its id. */
export async function makeTree(git: GitCommand, entries: readonly TreeEntry[]): Promise<string> {
  const lines = entries.map(({ mode, type, id, name }) => `${mode} ${type} ${id}\t${name}\0`);
  return outputOf(await git(['mktree', '-z', '--missing'], { input: lines.join(''), encoding: 'latin1' }));
}
