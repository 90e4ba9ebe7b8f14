import { byteLength, cutToBytes } from '../untrusted-frame.ts';
import { type DiffFile, parsePatch } from './parse-patch.ts';

/** How many files a review reads in the request itself; the others lie in the folder. */
const MAX_FILES = 200;

/**
 * The diff with the number of each line before it, as a reviewer has to name them: `R12` in the new file, `L12` in the
 * old one. What does not fit is named, so that Claude looks at it in the folder.
 */
export function numberDiff(files: readonly DiffFile[], maxBytes: number): string {
  const parts: string[] = [];
  const leftOut: string[] = [];
  let left = maxBytes;
  for (const [index, file] of files.entries()) {
    const part = numberFile(file);
    const bytes = byteLength(part) + 1;
    if (index < MAX_FILES && bytes <= left) {
      parts.push(part);
      left -= bytes;
    } else leftOut.push(file.path);
  }
  if (leftOut.length > 0) {
    const names = cutToBytes(leftOut.join('\n'), maxBytes / 10);
    parts.push(`Not shown because of their size; read them in the folder:\n${names}`);
  }
  return parts.join('\n');
}

function numberFile({ path, previousPath, status, patch }: DiffFile): string {
  const was = previousPath === null ? '' : ` (was ${previousPath})`;
  const head = `--- ${path}${was}, ${status}`;
  if (patch === undefined) return `${head}\n(no text is shown)`;
  let hunk = -1;
  const lines = parsePatch(patch).flatMap((line) => {
    const number = line.right === null ? `L${line.left}` : `R${line.right}`;
    const text = `${number.padStart(6)} ${line.mark}${line.text}`;
    if (line.hunk === hunk) return [text];
    hunk = line.hunk;
    return ['   ...', text];
  });
  return [head, ...lines].join('\n');
}
