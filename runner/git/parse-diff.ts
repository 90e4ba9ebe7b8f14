import type { ChangedFile } from '../../protocol/events.ts';

/** A changed file, and the mode of what stands there now: 160000 is a nested repository. */
export type DiffEntry = ChangedFile & { mode: string };

type RawChange = { status: ChangedFile['status']; mode: string; path: string; previousPath: string | null };

const STATUS: Readonly<Record<string, ChangedFile['status']>> = {
  A: 'added',
  M: 'modified',
  D: 'deleted',
  R: 'renamed',
  C: 'copied',
  T: 'type_changed',
};

/**
 * Reads `git diff-tree -r -z --raw --numstat`: first a raw line for each file, then a count line for each, in the
 * same order. NUL ends every field, and renames have two paths (git-diff, "Raw output format" and "Other diff
 * formats").
 *
 * @throws Error on output of another form
 */
export function parseDiff(output: string): DiffEntry[] {
  const fields = output.split('\0');
  let next = 0;
  const take = (): string => {
    const field = fields[next];
    if (field === undefined) throw new Error('The output of git diff-tree ends too early');
    next += 1;
    return field;
  };

  const changes: RawChange[] = [];
  while (fields[next]?.startsWith(':')) {
    const [, mode = '', , , letter = ''] = take().split(' ');
    const status = STATUS[letter.charAt(0)];
    if (status === undefined) throw new Error(`Unknown status in the output of git diff-tree: ${letter}`);
    const twoPaths = status === 'renamed' || status === 'copied';
    const first = take();
    changes.push({ status, mode, path: twoPaths ? take() : first, previousPath: twoPaths ? first : null });
  }
  return changes.map((change) => {
    const [insertions = '', deletions = '', path] = take().split('\t');
    if (path === '') next += 2;
    return { ...change, insertions: countOf(insertions), deletions: countOf(deletions) };
  });
}

/** `-` stands for a binary file. */
function countOf(text: string): number | null {
  if (text === '-') return null;
  if (!/^\d+$/.test(text))
    throw new Error(`The output of git diff-tree has no count where one belongs: ${text}`);
  return Number(text);
}
