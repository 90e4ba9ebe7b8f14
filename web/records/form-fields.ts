import type { Mistakes } from './resource.ts';

/** A choice by its value; what people read. */
export type Choice = readonly [value: string, label: string];

type FieldKind =
  | { kind: 'text' | 'search' | 'number' | 'url' | 'date'; placeholder?: string }
  | { kind: 'long'; rows?: number; placeholder?: string }
  | { kind: 'choice'; choices: readonly Choice[] }
  /** Any number of choices; their values stand in lines. */
  | { kind: 'choices'; choices: readonly Choice[] }
  | { kind: 'check' };

export type Field = FieldKind & {
  /** As in the body, such as `budgets.accountUsdPerDay`. */
  name: string;
  label: string;
  hint?: string;
  required?: boolean;
};

/** What is filled in, by the fields' names. */
export type Draft = Readonly<Record<string, string>>;

export const filledIn = (draft: Draft, name: string): string => draft[name]?.trim() ?? '';

/** Undefined where nothing is filled in. */
export const textOf = (draft: Draft, name: string): string | undefined => filledIn(draft, name) || undefined;

/** Null where nothing is filled in; what is no number is sent as it is, for the API to say so. */
export function numberOf(draft: Draft, name: string): number | null {
  const text = filledIn(draft, name);
  return text === '' ? null : Number(text);
}

/** Lines, or words between commas, without empty ones. */
export const listOf = (draft: Draft, name: string): string[] =>
  filledIn(draft, name)
    .split(/[\n,]/)
    .map((part) => part.trim())
    .filter((part) => part !== '');

/** `variables.0.name` is a mistake of the field `variables`. */
const isAbout = (path: string, name: string): boolean => path === name || path.startsWith(`${name}.`);

export function mistakeOf(mistakes: Mistakes, { name }: Field): string | null {
  const found = Object.entries(mistakes).filter(([path]) => isAbout(path, name));
  if (found.length === 0) return null;
  return found
    .map(([path, message]) => (path === name ? message : `${path.slice(name.length + 1)}: ${message}`))
    .join('; ');
}

/** Mistakes of what the form does not show. */
export function otherMistakes(mistakes: Mistakes, fields: readonly Field[]): string[] {
  return Object.entries(mistakes)
    .filter(([path]) => !fields.some(({ name }) => isAbout(path, name)))
    .map(([path, message]) => `${path}: ${message}`);
}
