import type { Annotation } from '../../protocol/gates.ts';

/** Beyond this a line is data, not a finding; also what a pattern has to look through. */
const MAX_LINE_CHARS = 2_000;
const MAX_MESSAGE_CHARS = 1_000;
const MAX_PATH_CHARS = 500;

type Named = { path?: string; line?: string; column?: string; level?: string; message?: string };

/** Colours of a terminal. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: that is what they begin with
const COLOURS = /\u001b\[[0-9;]*[A-Za-z]/g;

const PATH = String.raw`(?<path>[\w@.~+/-][\w@.~+/ -]{0,400}?\.[A-Za-z]\w{0,9})`;
const LEVEL = '(?<level>fatal error|error|warning|warn|note|notice|info)';

/** `file:line:col: message` of compilers and linters, `file(line,col): message` of TypeScript and .NET, and `-->` of Rust. */
const FORMS: readonly RegExp[] = [
  new RegExp(
    String.raw`^\s*${PATH}:(?<line>\d{1,7})(?::(?<column>\d{1,6}))?:?\s+(?:- )?(?:${LEVEL}\b:?\s*)?(?<message>\S.*)$`,
    'i',
  ),
  new RegExp(
    String.raw`^\s*${PATH}\((?<line>\d{1,7})(?:,(?<column>\d{1,6}))?\):?\s+(?:${LEVEL}\b:?\s*)?(?<message>\S.*)$`,
    'i',
  ),
];

/** `::error file=app.js,line=1,col=5::message`, as GitHub's Actions read them. */
const WORKFLOW_COMMAND = /^\s*::(?<level>error|warning|notice) (?<fields>[^\n]{1,500}?)::(?<message>.*)$/;

/** The findings that stand in a command's output in a form that is known, each once. */
export function parseAnnotations(output: string, limit: number): { found: Annotation[]; cut: boolean } {
  const found = new Map<string, Annotation>();
  for (const line of output.replace(COLOURS, '').split('\n')) {
    if (line.length > MAX_LINE_CHARS) continue;
    const annotation = readLine(line.trimEnd());
    if (annotation === null) continue;
    const key = JSON.stringify([annotation.path, annotation.line, annotation.message]);
    if (found.has(key)) continue;
    if (found.size === limit) return { found: [...found.values()], cut: true };
    found.set(key, annotation);
  }
  return { found: [...found.values()], cut: false };
}

function readLine(line: string): Annotation | null {
  const command = WORKFLOW_COMMAND.exec(line)?.groups;
  if (command !== undefined) return annotationOf({ ...fieldsOf(command.fields ?? ''), ...without(command) });
  for (const form of FORMS) {
    const groups = form.exec(line)?.groups;
    if (groups !== undefined) return annotationOf(groups);
  }
  return null;
}

function without({ level, message }: Record<string, string>): Named {
  return { level, message: message?.replaceAll('%0A', '\n').replaceAll('%25', '%') };
}

function fieldsOf(text: string): Named {
  const fields = new Map(
    text.split(',').map((part): [string, string] => {
      const at = part.indexOf('=');
      return [part.slice(0, at).trim(), part.slice(at + 1)];
    }),
  );
  return { path: fields.get('file'), line: fields.get('line'), column: fields.get('col') };
}

function annotationOf({ path, line, column, level, message }: Named): Annotation | null {
  const at = Number(line);
  if (path === undefined || path.includes('://') || !(at > 0) || message === undefined || message === '')
    return null;
  return {
    path: path.slice(0, MAX_PATH_CHARS),
    line: at,
    column: column === undefined || Number(column) < 1 ? null : Number(column),
    level: levelOf(level),
    message: message.slice(0, MAX_MESSAGE_CHARS).toWellFormed(),
  };
}

function levelOf(level: string | undefined): Annotation['level'] {
  switch (level?.toLowerCase()) {
    case 'warning':
    case 'warn':
      return 'warning';
    case 'note':
    case 'notice':
    case 'info':
      return 'notice';
    default:
      return 'failure';
  }
}
