import { slugSchema } from '../../protocol/catalog.ts';
import { MAX_DEPENDENCIES } from '../../protocol/task.ts';
import {
  MAX_CRITERION_CHARS,
  PRIORITIES,
  prioritySchema,
  type TaskOptionsInput,
  taskModeSchema,
  taskOptionsSchema,
} from '../../protocol/task-options.ts';
import type { TemplateUse } from '../../protocol/template-use.ts';
import { TEMPLATE_EXAMPLE, takeTemplate } from './parse-template.ts';

export type ParsedOptions = {
  options: TaskOptionsInput;
  /** Issues and pull requests of the repository whose work comes first. */
  after: number[];
  /** Left out when none is named. */
  template?: TemplateUse;
  /** A project of the account; left out when none is named. */
  project?: string;
  /** The text without its options. */
  rest: string;
  problems: string[];
};

type OptionName =
  | 'model'
  | 'label'
  | 'budget'
  | 'minutes'
  | 'tokens'
  | 'mode'
  | 'until'
  | 'until-command'
  | 'iterations'
  | 'priority'
  | 'group'
  | 'tests'
  | 'project'
  | 'after';

const EXAMPLES: Record<OptionName, string> = {
  model: '--model opus',
  label: '--label gpu',
  budget: '--budget 2.50',
  minutes: '--minutes 20',
  tokens: '--tokens 500000',
  mode: '--mode chat',
  until: '--until "each page has a title"',
  'until-command': '--until-command "npm test"',
  iterations: '--iterations 5',
  priority: '--priority high',
  group: '--group deploy',
  tests: '--tests yes',
  project: '--project shop',
  after: '--after #12',
};
const KNOWN = [...Object.values(EXAMPLES), TEMPLATE_EXAMPLE].join(', ');

/** Phones turn two hyphens into a dash. */
const DASHES = '(?:--|[—–])';
const LEADING = new RegExp(`^\\s*(${DASHES})([a-z][a-z-]*)(?:\\s*=\\s*|[ \\t]+|(?=\\s*$))`, 'iu');
const VALUE = /^(?:"([^"\n]*)"|(\S+))/u;
/** Looked for from each dash on, never from each character: a line may be as long as a comment. */
const TRAILING = new RegExp(
  `(?<=^|\\s)${DASHES}(?<name>${Object.keys(EXAMPLES).join('|')})(?:\\s*=\\s*|[ \\t]+)(?<value>"[^"\\n]*"|\\S+)\\s*$`,
  'iu',
);
/** "Add a --label flag" speaks of an option, it does not set one. */
const SPOKEN_OF = /(?:^|\s)(?:an?|the|new|your|our|its|no|with|called|named|support|and|or)\s*$/i;

/**
 * Takes the options from the start and from the end of a line. In the middle, and in front of an unknown word at
 * the end, two hyphens are part of the request.
 */
export function parseOptions(line: string): ParsedOptions {
  const found: ParsedOptions = { options: {}, after: [], rest: line, problems: [] };
  while (takeLeading(found));
  while (takeTrailing(found));
  return found;
}

function takeLeading(found: ParsedOptions): boolean {
  if (useTemplate(found, 'start')) return true;
  const match = LEADING.exec(found.rest);
  const name = match?.[2]?.toLowerCase();
  if (match === null || name === undefined) return false;
  const after = found.rest.slice(match[0].length);
  if (!isKnown(name)) {
    // A real dash before a word is punctuation.
    if (match[1] !== '--') return false;
    found.problems.push(`There is no option "--${name}". Possible are: ${KNOWN}.`);
    found.rest = after;
    return true;
  }
  const value = VALUE.exec(after);
  if (value === null || new RegExp(`^${DASHES}`).test(value[0])) {
    found.problems.push(`"--${name}" needs a value, such as "${EXAMPLES[name]}".`);
    found.rest = after;
    return true;
  }
  setOption(found, name, value[1] ?? value[2] ?? '');
  found.rest = after.slice(value[0].length);
  return true;
}

function takeTrailing(found: ParsedOptions): boolean {
  if (useTemplate(found, 'end')) return true;
  const match = TRAILING.exec(found.rest);
  const { name, value } = match?.groups ?? {};
  const option = name?.toLowerCase() ?? '';
  const before = found.rest.slice(0, match?.index);
  if (value === undefined || !isKnown(option) || SPOKEN_OF.test(before)) return false;
  setOption(found, option, value.replace(/^"|"$/g, ''));
  found.rest = before.trimEnd();
  return true;
}

function useTemplate(found: ParsedOptions, from: 'start' | 'end'): boolean {
  const taken = takeTemplate(found.rest, from);
  if (taken === null || (from === 'end' && SPOKEN_OF.test(taken.rest))) return false;
  found.rest = taken.rest;
  if ('problem' in taken.use) found.problems.push(taken.use.problem);
  else if (found.template !== undefined) found.problems.push('A request has one template at most.');
  else found.template = taken.use;
  return true;
}

function isKnown(name: string): name is OptionName {
  return Object.hasOwn(EXAMPLES, name);
}

const WANTED: Record<OptionName, string> = {
  model: 'a model name',
  label: 'a list of up to ten names of letters, digits, ".", "_" and "-"',
  budget: 'an amount of US dollars, more than 0 and at most 10000',
  minutes: 'a number of minutes, more than 0 and at most 1440',
  tokens: 'a number of tokens, more than 0',
  mode: 'one of automation, chat',
  until: `a sentence of up to ${MAX_CRITERION_CHARS} characters`,
  'until-command': `a command of up to ${MAX_CRITERION_CHARS} characters`,
  iterations: 'a number from 1 to 100',
  priority: `one of ${PRIORITIES.join(', ')}`,
  group: 'a name of a-z, 0-9, ".", "_", "/" and "-"',
  tests: '"yes" or "no"',
  project: 'the name of a project of this account, or "none"',
  after: `a list of up to ${MAX_DEPENDENCIES} issues or pull requests of this repository`,
};

function setOption(found: ParsedOptions, name: OptionName, value: string): void {
  if (take(found, name, value)) return;
  const written = `--${name} ${value.slice(0, 60)}`;
  found.problems.push(`"${written}" is not ${WANTED[name]}. Write it like "${EXAMPLES[name]}".`);
}

function take(found: ParsedOptions, name: OptionName, value: string): boolean {
  if (name === 'after') return takeAfter(found, value);
  if (name !== 'project') return takeOption(found, name, value);
  found.project = slugSchema.safeParse(value.toLowerCase()).data;
  return found.project !== undefined;
}

type TaskOptionName = Exclude<OptionName, 'after' | 'project'>;

function takeOption(found: ParsedOptions, name: TaskOptionName, value: string): boolean {
  const options = readOption(name, value, found.options);
  // What is none of the words of a list is read as nothing.
  const isRead = Object.values(options).every((given) => given !== undefined);
  const fits = isRead && taskOptionsSchema.safeParse(options).success;
  if (fits) Object.assign(found.options, options);
  return fits;
}

function takeAfter(found: ParsedOptions, value: string): boolean {
  const numbers = value.split(',').map((one) => readNumber(one.trim(), /^#?([1-9]\d{0,8})$/));
  const after = [...new Set([...found.after, ...numbers])];
  if (after.some(Number.isNaN) || after.length > MAX_DEPENDENCIES) return false;
  found.after = after;
  return true;
}

function readOption(name: TaskOptionName, value: string, before: TaskOptionsInput): TaskOptionsInput {
  switch (name) {
    case 'model':
      return { model: value };
    case 'label':
      return { labels: [...(before.labels ?? []), ...value.toLowerCase().split(',')] };
    case 'budget':
      return { maxUsd: readNumber(value, /^\$?(\d+(?:\.\d+)?)\$?(?:usd)?$/i) };
    case 'minutes':
      return { maxMinutes: readNumber(value, /^(\d+(?:\.\d+)?)m?(?:in)?$/i) };
    case 'tokens':
      return { maxTokens: readNumber(value, /^(\d+)$/) };
    case 'mode':
      return { mode: taskModeSchema.safeParse(value.toLowerCase()).data };
    case 'until':
      return { endWhen: value };
    case 'until-command':
      return { endCommand: value };
    case 'iterations':
      return { maxIterations: readNumber(value, /^(\d+)$/) };
    case 'priority':
      return { priority: prioritySchema.safeParse(value.toLowerCase()).data };
    case 'tests':
      return { tests: SWITCHES.get(value.toLowerCase()) };
    case 'group':
      return { concurrency: { group: value.toLowerCase(), limit: 1 } };
  }
}

const SWITCHES: ReadonlyMap<string, boolean> = new Map([
  ['yes', true],
  ['on', true],
  ['true', true],
  ['no', false],
  ['off', false],
  ['false', false],
]);

function readNumber(value: string, pattern: RegExp): number {
  return Number(pattern.exec(value)?.[1] ?? Number.NaN);
}
