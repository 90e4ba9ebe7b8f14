/** A line of a file before and after; its own number in each where it is there. */
export type DiffLine =
  | { kind: 'same'; text: string; before: number; after: number }
  | { kind: 'removed'; text: string; before: number; after: null }
  | { kind: 'added'; text: string; before: null; after: number };

export type Hunk = { header: string; lines: DiffLine[] };

export type FilePatch = {
  path: string;
  /** Where it was before; the same when it was not renamed. */
  previousPath: string;
  hunks: Hunk[];
  isBinary: boolean;
  lineCount: number;
};

const HUNK = /^@@ -(\d+)(?:,\d+)? \+(\d+)(?:,\d+)? @@/;

/** Reads git's unified diff (`git diff`). What is in it besides is left out; one that was cut ends where it was cut. */
export function parsePatch(patch: string): FilePatch[] {
  const files: FilePatch[] = [];
  let file: FilePatch | null = null;
  let hunk: Hunk | null = null;
  let before = 0;
  let after = 0;
  for (const line of patch.split('\n')) {
    if (line.startsWith('diff --git ')) {
      const paths = pathsOf(line);
      file = { ...paths, hunks: [], isBinary: false, lineCount: 0 };
      hunk = null;
      files.push(file);
      continue;
    }
    if (file === null) continue;
    const start = HUNK.exec(line);
    if (start !== null) {
      before = Number(start[1]);
      after = Number(start[2]);
      hunk = { header: line, lines: [] };
      file.hunks.push(hunk);
    } else if (hunk === null) {
      readHeader(file, line);
    } else {
      const read = readLine(line, before, after);
      if (read === null) continue;
      if (read.before !== null) before += 1;
      if (read.after !== null) after += 1;
      hunk.lines.push(read);
      file.lineCount += 1;
    }
  }
  return files;
}

function readLine(line: string, before: number, after: number): DiffLine | null {
  const text = line.slice(1);
  switch (line[0]) {
    case '+':
      return { kind: 'added', text, before: null, after };
    case '-':
      return { kind: 'removed', text, before, after: null };
    case ' ':
      return { kind: 'same', text, before, after };
    default:
      // "\ No newline at end of file", and the end of the text itself.
      return null;
  }
}

/** The lines between `diff --git` and the first hunk name the paths for certain. */
function readHeader(file: FilePatch, line: string): void {
  const [, from] = /^(?:rename|copy) from (.*)$/.exec(line) ?? [];
  const [, to] = /^(?:rename|copy) to (.*)$/.exec(line) ?? [];
  const [, old] = /^--- (.*)$/.exec(line) ?? [];
  const [, now] = /^\+\+\+ (.*)$/.exec(line) ?? [];
  if (from !== undefined) file.previousPath = unquote(from);
  if (to !== undefined) file.path = unquote(to);
  if (old !== undefined && old !== '/dev/null') file.previousPath = withoutSide(old);
  if (now !== undefined && now !== '/dev/null') file.path = withoutSide(now);
  if (line.startsWith('Binary files ') || line === 'GIT binary patch') file.isBinary = true;
}

/** `diff --git a/x b/x`: both are the same name, unless the file was renamed, which further lines say. */
function pathsOf(line: string): { path: string; previousPath: string } {
  const names = line.slice('diff --git '.length);
  const quoted = /^"a\/((?:[^"\\]|\\.)*)"/.exec(names)?.[1];
  const path = quoted === undefined ? names.slice(2, (names.length - 1) / 2) : unquote(`"${quoted}"`);
  return { path, previousPath: path };
}

/** A tab follows names with a space in them. */
const withoutSide = (name: string): string => unquote(name.replace(/\t$/, '')).replace(/^[ab]\//, '');

const ESCAPES: Readonly<Record<string, string>> = { n: '\n', t: '\t', '"': '"', '\\': '\\' };

/** Git writes names with other than printable ASCII characters in quotes, byte by byte in octal. */
function unquote(name: string): string {
  if (!name.startsWith('"')) return name;
  const bytes: number[] = [];
  const encoder = new TextEncoder();
  for (const [, octal, escaped, plain] of name.slice(1, -1).matchAll(/\\([0-7]{3})|\\(.)|([^\\]+)/gu)) {
    if (octal !== undefined) bytes.push(Number.parseInt(octal, 8));
    else bytes.push(...encoder.encode(plain ?? ESCAPES[escaped ?? ''] ?? escaped ?? ''));
  }
  return new TextDecoder().decode(Uint8Array.from(bytes));
}

/** What stands beside each other: what was removed and what was added in its place. */
export function pairLines(lines: readonly DiffLine[]): { left: DiffLine | null; right: DiffLine | null }[] {
  const pairs: { left: DiffLine | null; right: DiffLine | null }[] = [];
  let removed: DiffLine[] = [];
  let added: DiffLine[] = [];
  const flush = (): void => {
    for (let index = 0; index < Math.max(removed.length, added.length); index += 1) {
      pairs.push({ left: removed[index] ?? null, right: added[index] ?? null });
    }
    removed = [];
    added = [];
  };
  for (const line of lines) {
    if (line.kind === 'removed') {
      if (added.length > 0) flush();
      removed.push(line);
    } else if (line.kind === 'added') {
      added.push(line);
    } else {
      flush();
      pairs.push({ left: line, right: line });
    }
  }
  flush();
  return pairs;
}
