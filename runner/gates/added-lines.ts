/** Lines that were added to one file, each with its number in the new file. */
export type AddedLines = { path: string; lines: { number: number; text: string }[] };

const HUNK = /^@@ -\d+(?:,\d+)? \+(\d+)(?:,\d+)? @@/;

/** Reads a patch without context, as git makes it. What was cut off at its end is left out. */
export function addedLines(patch: string): AddedLines[] {
  const files: AddedLines[] = [];
  let file: AddedLines | null = null;
  let next = 0;
  let inHunk = false;
  for (const line of patch.split('\n')) {
    if (line.startsWith('diff --git ')) {
      file = null;
      inHunk = false;
    } else if (!inHunk && line.startsWith('+++ ')) {
      const path = pathOf(line.slice(4));
      file = path === null ? null : { path, lines: [] };
      if (file !== null) files.push(file);
    } else if (line.startsWith('@@ ')) {
      next = Number(HUNK.exec(line)?.[1] ?? 0);
      inHunk = true;
    } else if (inHunk && line.startsWith('+')) {
      file?.lines.push({ number: next, text: line.slice(1) });
      next += 1;
    }
  }
  return files;
}

const ESCAPES: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '\r', '"': '"', '\\': '\\' };

/** git quotes names with characters that are not plain, byte by byte. Null: the file is gone. */
function pathOf(written: string): string | null {
  const text = written.replace(/\t$/, '');
  if (text === '/dev/null') return null;
  if (!text.startsWith('"')) return text.replace(/^b\//, '');
  const bytes = text
    .slice(1, -1)
    .replace(/\\([0-7]{3}|.)/g, (_all, code: string) =>
      code.length === 3 ? String.fromCharCode(Number.parseInt(code, 8)) : (ESCAPES[code] ?? code),
    );
  return Buffer.from(bytes, 'latin1').toString('utf8').replace(/^b\//, '');
}
