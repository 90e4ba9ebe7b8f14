import { type TaskOptionsInput, taskOptionsSchema } from '../../protocol/task.ts';

export type ParsedOptions = {
  options: TaskOptionsInput;
  /** The text without its options. */
  rest: string;
  problems: string[];
};

type OptionName = 'model' | 'label' | 'budget' | 'minutes';

const EXAMPLES: Record<OptionName, string> = {
  model: '--model opus',
  label: '--label gpu',
  budget: '--budget 2.50',
  minutes: '--minutes 20',
};
const KNOWN = Object.values(EXAMPLES).join(', ');

/** Phones turn two hyphens into a dash. */
const DASHES = '(?:--|[—–])';
const LEADING = new RegExp(`^\\s*(${DASHES})([a-z][a-z-]*)(?:\\s*=\\s*|[ \\t]+|(?=\\s*$))`, 'iu');
const VALUE = /^(?:"([^"\n]*)"|(\S+))/u;
/** Looked for from each dash on, never from each character: a line may be as long as a comment. */
const TRAILING = new RegExp(
  `(?<=^|\\s)${DASHES}(?<name>model|label|budget|minutes)(?:\\s*=\\s*|[ \\t]+)(?<value>"[^"\\n]*"|\\S+)\\s*$`,
  'iu',
);
/** "Add a --label flag" speaks of an option, it does not set one. */
const SPOKEN_OF = /(?:^|\s)(?:an?|the|new|your|our|its|no|with|called|named|support|and|or)\s*$/i;

/**
 * Takes the options from the start and from the end of a line. In the middle, and in front of an unknown word at
 * the end, two hyphens are part of the request.
 */
export function parseOptions(line: string): ParsedOptions {
  const found: ParsedOptions = { options: {}, rest: line, problems: [] };
  while (takeLeading(found));
  while (takeTrailing(found));
  return found;
}

function takeLeading(found: ParsedOptions): boolean {
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
  const match = TRAILING.exec(found.rest);
  const { name, value } = match?.groups ?? {};
  const option = name?.toLowerCase() ?? '';
  const before = found.rest.slice(0, match?.index);
  if (value === undefined || !isKnown(option) || SPOKEN_OF.test(before)) return false;
  setOption(found, option, value.replace(/^"|"$/g, ''));
  found.rest = before.trimEnd();
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
};

function setOption(found: ParsedOptions, name: OptionName, value: string): void {
  const options = readOption(name, value, found.options);
  if (taskOptionsSchema.safeParse(options).success) {
    Object.assign(found.options, options);
    return;
  }
  const written = `--${name} ${value.slice(0, 60)}`;
  found.problems.push(`"${written}" is not ${WANTED[name]}. Write it like "${EXAMPLES[name]}".`);
}

function readOption(name: OptionName, value: string, before: TaskOptionsInput): TaskOptionsInput {
  switch (name) {
    case 'model':
      return { model: value };
    case 'label':
      return { labels: [...(before.labels ?? []), ...value.toLowerCase().split(',')] };
    case 'budget':
      return { maxUsd: readNumber(value, /^\$?(\d+(?:\.\d+)?)\$?(?:usd)?$/i) };
    case 'minutes':
      return { maxMinutes: readNumber(value, /^(\d+(?:\.\d+)?)m?(?:in)?$/i) };
  }
}

function readNumber(value: string, pattern: RegExp): number {
  return Number(pattern.exec(value)?.[1] ?? Number.NaN);
}
