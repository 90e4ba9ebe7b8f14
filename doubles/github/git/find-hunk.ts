import type { Side } from '../model.ts';

const HEADER = /^@@ -(\d+)(?:,\d+)? \+(\d+)(?:,\d+)? @@/;

/**
 * The part of a file's patch that GitHub shows above a review comment: its hunk, from the header to the line.
 * `line` counts in the new file on the RIGHT and in the old one on the LEFT; undefined when the patch lacks it.
 */
export function findHunk(patch: string, line: number, side: Side): string | undefined {
  let shown: string[] = [];
  let left = 0;
  let right = 0;
  for (const text of patch.split('\n')) {
    const header = HEADER.exec(text);
    if (header) {
      shown = [text];
      left = Number(header[1]) - 1;
      right = Number(header[2]) - 1;
      continue;
    }
    shown.push(text);
    const mark = text.charAt(0);
    if (mark !== '+') left += 1;
    if (mark !== '-') right += 1;
    const reached = side === 'RIGHT' ? mark !== '-' && right === line : mark !== '+' && left === line;
    if (reached) return shown.join('\n');
  }
  return undefined;
}
