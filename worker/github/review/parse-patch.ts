export type Side = 'RIGHT' | 'LEFT';

/** One line of a unified diff. A line that stands on one side only has null on the other. */
export type DiffLine = {
  left: number | null;
  right: number | null;
  mark: '+' | '-' | ' ';
  text: string;
  hunk: number;
};

/** A file of a pull request. `patch` is undefined for binary files and where GitHub leaves it out (too large). */
export type DiffFile = {
  path: string;
  previousPath: string | null;
  status: string;
  patch: string | undefined;
};

const HEADER = /^@@ -(\d+)(?:,\d+)? \+(\d+)(?:,\d+)? @@/;

/** The lines of a patch as GitHub gives it: hunks without the file's own header. Notes such as "\ No newline" are none. */
export function parsePatch(patch: string): DiffLine[] {
  const lines: DiffLine[] = [];
  let [left, right, hunk] = [0, 0, -1];
  for (const text of patch.split('\n')) {
    const header = HEADER.exec(text);
    if (header !== null) {
      [left, right, hunk] = [Number(header[1]), Number(header[2]), hunk + 1];
      continue;
    }
    const mark = text.charAt(0);
    if (hunk < 0 || (mark !== '+' && mark !== '-' && mark !== ' ')) continue;
    lines.push({
      left: mark === '+' ? null : left,
      right: mark === '-' ? null : right,
      mark,
      text: text.slice(1),
      hunk,
    });
    if (mark !== '+') left += 1;
    if (mark !== '-') right += 1;
  }
  return lines;
}
