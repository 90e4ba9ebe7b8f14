import { type TemplateUse, templateUseSchema } from '../../protocol/template-use.ts';

export const TEMPLATE_EXAMPLE = '--template update package=zod';

/** A quoted value may hold spaces. No text fits both forms, so that a long line is read once. */
const VALUE = '(?:"[^"\\n]*"|[^\\s"]\\S*)';
const VARIABLES = `(?<variables>(?:[ \\t]+[a-z][a-z0-9_]*=${VALUE})*)`;
const USE = `(?:--|[—–])template(?:\\s*=\\s*|[ \\t]+)(?<name>[^\\s="]+)${VARIABLES}`;
const LEADING = new RegExp(`^\\s*${USE}(?=\\s|$)`, 'iu');
const TRAILING = new RegExp(`(?<=^|\\s)${USE}\\s*$`, 'iu');
const VARIABLE = new RegExp(`([a-z][a-z0-9_]*)=(${VALUE})`, 'giu');

export type FoundTemplate = {
  /** What is wrong with it instead. */
  use: TemplateUse | { problem: string };
  rest: string;
};

/** Takes `--template name key=value …` from the start or the end of a line; null when it is not there. */
export function takeTemplate(line: string, from: 'start' | 'end'): FoundTemplate | null {
  const match = (from === 'start' ? LEADING : TRAILING).exec(line);
  if (match?.groups === undefined) return null;
  const { name = '', variables = '' } = match.groups;
  const rest = from === 'start' ? line.slice(match[0].length) : line.slice(0, match.index).trimEnd();
  const given = [...variables.matchAll(VARIABLE)].map(
    ([, key = '', value = '']) => [key.toLowerCase(), value.replace(/^"|"$/g, '')] as const,
  );
  const use = templateUseSchema.safeParse({
    name: name.toLowerCase(),
    variables: Object.fromEntries(given),
  });
  if (use.success) return { use: use.data, rest };
  const problem = `"--template ${name.slice(0, 60)}" names no template. Write it like "${TEMPLATE_EXAMPLE}".`;
  return { use: { problem }, rest };
}
