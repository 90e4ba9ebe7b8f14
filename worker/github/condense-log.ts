/** Timestamps that GitHub Actions puts before each line, and the mark at a file's beginning. */
const STAMP = /^\uFEFF?\d{4}-\d\d-\d\dT[\d:.]+Z ?/;
// biome-ignore lint/suspicious/noControlCharactersInRegex: terminals' own sequences begin with one
const TERMINAL = /\u001b(?:\[[0-?]*[ -/]*[@-~]|\][^\u0007\u001b]*(?:\u0007|\u001b\\)|[@-Z\\-_])/g;
// biome-ignore lint/suspicious/noControlCharactersInRegex: what no text shows
const CONTROL = /[\u0000-\u0008\u000b-\u001f\u007f]/g;
const MARKER = /^##\[(?:group|endgroup|debug|command)\]/;
const ERROR_MARKER = /^##\[error\]/;

/** A line that says what went wrong, in the words of most tools. */
const TELLING =
  /^error: |\b(?:error|fail(?:ed|ure|s)?|fatal|panic(?:ked)?|exception|traceback|assert(?:ion)?\w*|expected|undefined reference|cannot find|not found|exit code [1-9])\b|[✕✗×✖]|^\s*not ok\b/i;

const MAX_LINE_CHARS = 400;
const LINES_BEFORE = 2;
const LINES_AFTER = 6;

/** The end of a log, where tools sum up, gets at least this share. */
const END_SHARE = 0.5;

/**
 * A log of a check in few words: its end, and the lines around those that tell of a failure, the first ones first.
 * What lies between is counted.
 */
export function condenseLog(log: string, maxChars: number): string {
  const lines = joinRepeated(log.split('\n').map(readLine).filter(isWorthwhile));
  const whole = lines.join('\n');
  if (whole.length <= maxChars) return whole;
  const kept = new Set<number>();
  let left = maxChars;
  const keep = (index: number): boolean => {
    if (kept.has(index)) return true;
    const cost = (lines[index]?.length ?? 0) + 1;
    if (cost > left) return false;
    left -= cost;
    kept.add(index);
    return true;
  };
  for (let index = lines.length - 1; index >= 0 && left > maxChars * (1 - END_SHARE); index -= 1) {
    if (!keep(index)) break;
  }
  for (const index of aroundTelling(lines)) if (!keep(index)) break;
  return withGaps(lines, kept);
}

function readLine(raw: string): string {
  const line = raw.replace(STAMP, '').replace(TERMINAL, '').replace(CONTROL, '').trimEnd();
  const said = line.replace(ERROR_MARKER, 'error: ');
  return said.length > MAX_LINE_CHARS ? `${said.slice(0, MAX_LINE_CHARS)}…` : said;
}

const isWorthwhile = (line: string): boolean => line !== '' && !MARKER.test(line);

function joinRepeated(lines: readonly string[]): string[] {
  const joined: { line: string; times: number }[] = [];
  for (const line of lines) {
    const last = joined.at(-1);
    if (last?.line === line) last.times += 1;
    else joined.push({ line, times: 1 });
  }
  return joined.map(({ line, times }) => (times === 1 ? line : `${line} [${times} times]`));
}

function* aroundTelling(lines: readonly string[]): Generator<number> {
  for (const [index, line] of lines.entries()) {
    if (!TELLING.test(line)) continue;
    const from = Math.max(0, index - LINES_BEFORE);
    const to = Math.min(lines.length - 1, index + LINES_AFTER);
    for (let near = from; near <= to; near += 1) yield near;
  }
}

function withGaps(lines: readonly string[], kept: ReadonlySet<number>): string {
  const shown: string[] = [];
  let left = 0;
  for (const [index, line] of lines.entries()) {
    if (!kept.has(index)) {
      left += 1;
      continue;
    }
    if (left > 0) shown.push(`[${left} line(s) left out]`);
    left = 0;
    shown.push(line);
  }
  return shown.join('\n');
}
