import type { Finding } from '../../../protocol/review.ts';
import { type DiffFile, type DiffLine, parsePatch, type Side } from './parse-patch.ts';

export type Placed = {
  /** Those that GitHub takes beside their lines. */
  inline: Finding[];
  /** About files or lines that the pull request does not show: said in the review's own text. */
  elsewhere: Finding[];
};

/** Which findings can stand beside their lines: GitHub refuses a whole review for one line outside of the diff. */
export function placeFindings(findings: readonly Finding[], files: readonly DiffFile[]): Placed {
  const known = new Map<string, DiffLine[]>();
  const linesOf = (path: string): DiffLine[] => {
    const lines = known.get(path) ?? parsePatch(files.find((file) => file.path === path)?.patch ?? '');
    known.set(path, lines);
    return lines;
  };
  const placed: Placed = { inline: [], elsewhere: [] };
  for (const finding of findings) {
    const fitted = fitToDiff(finding, linesOf(finding.path));
    if (fitted === null) placed.elsewhere.push(finding);
    else placed.inline.push(fitted);
  }
  return placed;
}

/** A range must lie in one hunk; one that does not is about its last line alone, and its suggestion would be wrong. */
function fitToDiff(finding: Finding, lines: readonly DiffLine[]): Finding | null {
  const { side, line, startLine } = finding;
  const last = lines.find((one) => numberOn(one, side) === line);
  if (last === undefined) return null;
  const first = startLine === null ? last : lines.find((one) => numberOn(one, side) === startLine);
  const isOneHunk = first !== undefined && first.hunk === last.hunk;
  // A suggestion replaces lines of the new file.
  const suggestion = side === 'RIGHT' && isOneHunk ? finding.suggestion : null;
  return { ...finding, startLine: isOneHunk ? startLine : null, suggestion };
}

const numberOn = (line: DiffLine, side: Side): number | null => (side === 'RIGHT' ? line.right : line.left);
