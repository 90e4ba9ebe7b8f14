import type { ChangedFile, CutText } from '../../protocol/events.ts';
import { succeeded } from './git-failed-error.ts';
import type { GitCommand } from './git-repository.ts';
import { parseDiff } from './parse-diff.ts';
import { objectId } from './refs.ts';

export type TreeDiff = {
  changed: boolean;
  files: ChangedFile[];
  /** More files changed than are listed; the sums count them all. */
  filesCut: boolean;
  insertions: number;
  deletions: number;
  patch: CutText;
  /** Paths where a nested repository was added. */
  nested: string[];
};

export type DiffLimits = { maxPatchBytes: number; maxFiles: number };

/** Nothing of a repository may choose how its diff is made. */
const PLAIN = ['--no-ext-diff', '--no-textconv', '--no-color', '-M'];

/** What changed from one tree (or commit) to another. @throws GitFailedError */
export async function diffTrees(
  git: GitCommand,
  from: string,
  to: string,
  limits: DiffLimits,
): Promise<TreeDiff> {
  const range = [objectId(from), objectId(to)];
  const [listing, patch] = await Promise.all([
    git(['diff-tree', '-r', '-z', '--raw', '--numstat', '--no-abbrev', ...PLAIN, ...range]),
    git(['diff-tree', '-r', '-p', ...PLAIN, ...range], {
      maxStdoutBytes: limits.maxPatchBytes,
      overflow: 'cut',
    }),
  ]);
  const entries = parseDiff(succeeded(listing).stdout);
  const { stdout, bytes, cut } = succeeded(patch);
  return {
    changed: entries.length > 0,
    files: entries.slice(0, limits.maxFiles).map(({ mode: _mode, ...file }) => file),
    filesCut: entries.length > limits.maxFiles,
    insertions: entries.reduce((sum, { insertions }) => sum + (insertions ?? 0), 0),
    deletions: entries.reduce((sum, { deletions }) => sum + (deletions ?? 0), 0),
    patch: { text: cut ? wholeLines(stdout) : stdout, bytes, cut },
    nested: entries
      .filter(({ mode, status }) => mode === '160000' && status === 'added')
      .map(({ path }) => path),
  };
}

/** A cut may fall inside a character or a line; neither is shown in half. */
function wholeLines(text: string): string {
  return text.slice(0, text.lastIndexOf('\n') + 1);
}
