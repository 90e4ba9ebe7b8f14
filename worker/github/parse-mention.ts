import type { TaskOptionsInput } from '../../protocol/task-options.ts';
import type { TemplateUse } from '../../protocol/template-use.ts';
import { findMention } from './find-mention.ts';
import { parseOptions } from './parse-options.ts';

export const COMMAND_TYPES = [
  'prompt',
  'stop',
  'retry',
  'resume',
  'approve',
  'retry_checks',
  'override_checks',
  'reject',
  'rework',
  'finish',
  'review',
  'status',
  'help',
] as const;
export type CommandType = (typeof COMMAND_TYPES)[number];

export type MentionCommand = {
  type: CommandType;
  /** What was asked (a prompt), or why (`stop`, `reject`); empty for a bare mention. */
  text: string;
  options: TaskOptionsInput;
  /** Issues and pull requests of the repository whose work comes first. Left out where there are none. */
  after?: number[];
  /** A template of the account makes the request; the text follows it. Only of a prompt. */
  template?: TemplateUse;
  /** A project of the account whose other repositories lie beside this one. Only of a prompt. */
  project?: string;
};

export type ParsedMention =
  | { status: 'command'; command: MentionCommand }
  /** It is meant for us, but an option is wrong: say so, start nothing. */
  | { status: 'invalid'; problems: string[] }
  | { status: 'nothing'; reason: string };

/** A command stands alone on its line; a request may well begin with the same word. */
const COMMANDS: { type: CommandType; pattern: RegExp; takesText: boolean }[] = [
  {
    type: 'stop',
    pattern:
      /^(?:please )?(?:stop|cancel)(?: (?:it|this|that|now|please|working|here))*(?:[,:;] *(?<text>.+))?$/i,
    takesText: true,
  },
  { type: 'reject', pattern: /^(?:please )?reject(?:[,:;]? +(?<text>.+))?$/i, takesText: true },
  { type: 'rework', pattern: /^(?:please )?rework(?:[,:;]? +(?<text>.+))?$/i, takesText: true },
  { type: 'approve', pattern: /^(?:please )?approved?(?: (?:it|this|that|now|please))*$/i, takesText: true },
  {
    type: 'retry',
    pattern: /^(?:please )?(?:retry|try again)(?: (?:it|this|that|now|please))*$/i,
    takesText: false,
  },
  {
    type: 'resume',
    pattern: /^(?:please )?(?:resume|continue)(?: (?:it|this|that|now|please|working))*$/i,
    takesText: false,
  },
  {
    type: 'retry_checks',
    pattern: /^(?:please )?(?:retry|rerun) (?:the )?(?:checks|gates)(?: please)?(?:[,:;]? +(?<text>.+))?$/i,
    takesText: true,
  },
  {
    type: 'override_checks',
    pattern: /^(?:please )?override (?:the )?(?:checks|gates)(?: please)?(?:[,:;]? +(?<text>.+))?$/i,
    takesText: true,
  },
  {
    type: 'finish',
    pattern: /^(?:please )?(?:done|finish)(?: (?:it|this|that|now|please))*$/i,
    takesText: false,
  },
  {
    type: 'review',
    pattern:
      /^(?:please )?review(?: (?:it|this|that|now|please|again|pr|pull request))*(?:[,:;] *(?<text>.+))?$/i,
    takesText: true,
  },
  { type: 'status', pattern: /^status(?: please)?$/i, takesText: false },
  { type: 'help', pattern: /^help(?: (?:me|please))*$/i, takesText: false },
];

/** Wrappers of a mention that would stay behind empty, such as `**@signalbox**`. */
const WRAPPERS: [open: string, close: string][] = [
  ['**', '**'],
  ['__', '__'],
  ['*', '*'],
  ['_', '_'],
  ['(', ')'],
  ['[', ']'],
  ['"', '"'],
  ['“', '”'],
];

/**
 * Reads what a comment, issue, pull request or review asks of the bot.
 *
 * @param botName the name after the `@`, in any case.
 */
export function parseMention(body: string, botName: string): ParsedMention {
  const place = findMention(body, botName);
  if (place.status === 'nothing') return place;
  const { before, after } = unwrap(body.slice(0, place.start), body.slice(place.end));
  const lineEnd = after.search(/\r?\n/);
  const line = (lineEnd < 0 ? after : after.slice(0, lineEnd))
    .replace(/^\s*[,:;.!?…]+/, '')
    .replace(/^\s+[—–-]\s/, ' ');
  const below = lineEnd < 0 ? '' : after.slice(lineEnd);
  const { options, after: first, template, project, rest, problems } = parseOptions(line);
  if (problems.length > 0) return { status: 'invalid', problems };
  const command = readCommand(rest, below, options);
  if (command !== null) {
    return refuseOptions(command, first, template ?? project) ?? { status: 'command', command };
  }
  const start = before.trimEnd();
  const text = `${start}${before.slice(start.length).replace(/^[ \t]+$/, ' ')}${rest.trim()}${below}`.trim();
  const more = {
    ...(first.length > 0 ? { after: first } : {}),
    ...(template === undefined ? {} : { template }),
    ...(project === undefined ? {} : { project }),
  };
  return { status: 'command', command: { type: 'prompt', text, options, ...more } };
}

function readCommand(rest: string, below: string, options: TaskOptionsInput): MentionCommand | null {
  const words = withoutEnd(rest.trim()).replace(/\s+/g, ' ');
  for (const { type, pattern, takesText } of COMMANDS) {
    const match = pattern.exec(words);
    if (match === null) continue;
    const more = withoutQuotes(below);
    // "Retry" with more below it is a request of its own.
    if (!takesText && more !== '') return null;
    return { type, text: [match.groups?.text ?? '', takesText ? more : ''].join('\n').trim(), options };
  }
  return null;
}

function refuseOptions(
  { type, options }: MentionCommand,
  after: readonly number[],
  more: TemplateUse | string | undefined,
): ParsedMention | null {
  const isWork = type === 'review';
  const startsWork = isWork || type === 'retry' || type === 'resume';
  const isBare = after.length === 0 && more === undefined;
  if (isBare && (startsWork || Object.keys(options).length === 0)) return null;
  return { status: 'invalid', problems: [problemOf()] };

  function problemOf(): string {
    if (isWork) return '"review" takes --model, --label, --budget, --minutes and --tokens, and nothing else.';
    if (startsWork) return `"${type}" takes no --after, --template or --project: it is the same work.`;
    return `"${type}" takes no options. Put them on a new request instead.`;
  }
}

const END_OF_SENTENCE = /^[\s.!?…]$/u;

/** Without the marks that end it. By hand: a pattern looks at a long run of them from each of its places. */
function withoutEnd(text: string): string {
  let end = text.length;
  while (end > 0 && END_OF_SENTENCE.test(text.charAt(end - 1))) end -= 1;
  return text.slice(0, end);
}

/** Quoted lines and the address line above them, as mail programs append them to a reply. */
function withoutQuotes(text: string): string {
  return text
    .replace(/^On .{5,200} wrote:[^\S\n]*$/gm, '')
    .replace(/^[^\S\n]*>.*$/gm, '')
    .trim();
}

function unwrap(before: string, after: string): { before: string; after: string } {
  for (const [open, close] of WRAPPERS) {
    if (before.endsWith(open) && after.startsWith(close)) {
      return unwrap(before.slice(0, -open.length), after.slice(close.length));
    }
  }
  return { before, after };
}
