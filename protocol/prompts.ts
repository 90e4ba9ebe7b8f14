import { z } from 'zod';
import { catalogFields, descriptionSchema, slugSchema } from './catalog.ts';
import { MAX_MESSAGE_CHARS } from './limits.ts';
import { givenTaskOptionsSchema } from './task-options.ts';
import { variableNameSchema, variablesSchema } from './template-use.ts';

/** `{{name}}` in a template's text; spaces inside the braces do not matter. */
const PLACEHOLDER = /\{\{\s*([a-z][a-z0-9_]{0,39})\s*\}\}/g;

const variableSchema = z.strictObject({
  name: variableNameSchema,
  description: z.string().trim().max(300).default(''),
  /** Null: it must be given. */
  default: z.string().max(10_000).nullable().default(null),
});

const promptFields = {
  name: slugSchema,
  description: descriptionSchema,
  text: z.string().trim().min(1, 'must not be empty').max(MAX_MESSAGE_CHARS),
  variables: z.array(variableSchema).max(50).default([]),
  /** Options of the tasks that are made of it. */
  options: givenTaskOptionsSchema.default({}),
};

export const promptBodySchema = z.strictObject(promptFields).check(({ value, issues }) => {
  const names = value.variables.map(({ name }) => name);
  names.forEach((name, index) => {
    if (names.indexOf(name) === index) return;
    issues.push({
      code: 'custom',
      path: ['variables', index, 'name'],
      message: 'is there twice',
      input: name,
    });
  });
  for (const name of placeholdersIn(value.text)) {
    if (names.includes(name)) continue;
    const message = `uses {{${name}}}, which is none of "variables"`;
    issues.push({ code: 'custom', path: ['text'], message, input: value.text });
  }
});
export type PromptBody = z.output<typeof promptBodySchema>;

/** A template of a request, with variables. */
export const promptSchema = z.object({ ...promptFields, ...catalogFields });
export type Prompt = z.infer<typeof promptSchema>;

export const renderPromptBodySchema = z.strictObject({ variables: variablesSchema.default({}) });
export const renderedPromptSchema = z.object({ text: z.string(), options: givenTaskOptionsSchema });

export type Rendered =
  | { status: 'rendered'; text: string }
  | { status: 'invalid'; mistakes: { path: string; message: string }[] };

/** Puts values into a template's text, once: what a value holds is never taken for a variable. */
export function renderPrompt(prompt: PromptBody, given: Readonly<Record<string, string>>): Rendered {
  const values = new Map<string, string>();
  const mistakes: { path: string; message: string }[] = [];
  for (const variable of prompt.variables) {
    const value = Object.hasOwn(given, variable.name) ? given[variable.name] : variable.default;
    if (value === undefined || value === null) {
      mistakes.push({ path: `variables.${variable.name}`, message: 'must be given' });
    } else values.set(variable.name, value);
  }
  for (const name of Object.keys(given)) {
    if (prompt.variables.some((variable) => variable.name === name)) continue;
    mistakes.push({ path: `variables.${name}`, message: `is no variable of "${prompt.name}"` });
  }
  if (mistakes.length > 0) return { status: 'invalid', mistakes };
  const text = prompt.text.replace(PLACEHOLDER, (all, name: string) => values.get(name) ?? all).trim();
  if (text.length > 0 && text.length <= MAX_MESSAGE_CHARS) return { status: 'rendered', text };
  const message = text === '' ? 'give an empty request' : `give more than ${MAX_MESSAGE_CHARS} characters`;
  return { status: 'invalid', mistakes: [{ path: 'variables', message }] };
}

function placeholdersIn(text: string): string[] {
  return [...new Set([...text.matchAll(PLACEHOLDER)].map((match) => match[1] ?? ''))];
}
