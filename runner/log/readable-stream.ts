const LEVEL_MARKS: Readonly<Record<string, string>> = { warn: '!', error: '!!', fatal: '!!!' };

/** Turns a logger's JSON lines into lines for a person at a terminal. */
export function readableStream(out: { write(text: string): void }): { write(line: string): void } {
  return {
    write(line) {
      out.write(formatLine(line));
    },
  };
}

function formatLine(line: string): string {
  let entry: unknown;
  try {
    entry = JSON.parse(line);
  } catch {
    return line;
  }
  if (typeof entry !== 'object' || entry === null) return line;
  const { time, level, msg, err, ...fields } = Object.fromEntries(Object.entries(entry));
  const clock = typeof time === 'string' ? time.slice(11, 23) : '';
  const rest = Object.entries(fields).map(([name, value]) => `${name}=${formatValue(value)}`);
  if (typeof err === 'object' && err !== null && 'message' in err) rest.push(String(err.message));
  return `${[clock, LEVEL_MARKS[String(level)] ?? ' ', String(msg), ...rest].join(' ')}\n`;
}

function formatValue(value: unknown): string {
  return typeof value === 'string' && !/[\s="]/.test(value) ? value : JSON.stringify(value);
}
