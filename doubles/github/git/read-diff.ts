import { runGit } from './run-git.ts';

export type FileDiff = {
  path: string;
  previousPath: string | undefined;
  blob: string;
  status: 'added' | 'removed' | 'modified' | 'renamed' | 'copied' | 'changed';
  additions: number;
  deletions: number;
  /** Undefined for a binary file, as on GitHub. */
  patch: string | undefined;
};

const STATUSES: Record<string, FileDiff['status']> = {
  A: 'added',
  D: 'removed',
  M: 'modified',
  R: 'renamed',
  C: 'copied',
  T: 'changed',
};

type RawEntry = Pick<FileDiff, 'path' | 'previousPath' | 'blob' | 'status'>;

function parseRaw(output: string): RawEntry[] {
  const parts = output.split('\0');
  const entries: RawEntry[] = [];
  for (let i = 0; i < parts.length && parts[i]?.startsWith(':'); ) {
    const [, , before = '', after = '', letter = ''] = (parts[i] ?? '').split(' ');
    const status = STATUSES[letter.charAt(0)] ?? 'changed';
    const moved = status === 'renamed' || status === 'copied';
    const first = parts[i + 1] ?? '';
    entries.push({
      path: moved ? (parts[i + 2] ?? '') : first,
      previousPath: moved ? first : undefined,
      blob: status === 'removed' ? before : after,
      status,
    });
    i += moved ? 3 : 2;
  }
  return entries;
}

/** The part of one file's diff that GitHub calls its patch: the hunks, without the header. */
function patchIn(fileDiff: string): string | undefined {
  const start = fileDiff.search(/^@@ /m);
  return start < 0 ? undefined : fileDiff.slice(start).replace(/\n$/, '');
}

const countLines = (patch: string | undefined, mark: '+' | '-'): number =>
  (patch ?? '').split('\n').filter((line) => line.startsWith(mark)).length;

/** The diff's text from one commit to another. */
export const diffText = (gitDir: string, from: string, to: string): Promise<string> =>
  runGit(gitDir, ['diff', '-M', '--no-color', '--no-ext-diff', from, to, '--']);

/** What each file changed from one commit to another. Use git's empty tree for a root commit. */
export async function diffFiles(gitDir: string, from: string, to: string): Promise<FileDiff[]> {
  const [raw, text] = await Promise.all([
    runGit(gitDir, ['diff', '-M', '--raw', '-z', '--no-abbrev', from, to, '--']),
    diffText(gitDir, from, to),
  ]);
  const patches = text.split(/^(?=diff --git )/m).filter(Boolean);
  return parseRaw(raw).map((entry, index) => {
    const patch = patchIn(patches[index] ?? '');
    return { ...entry, patch, additions: countLines(patch, '+'), deletions: countLines(patch, '-') };
  });
}

export const EMPTY_TREE = '4b825dc642cb6eb9a060e54bf8d69288fbee4904';
