import { z } from 'zod';
import { catalogKeySchema } from '../protocol/catalog.ts';
import { sessionIdSchema } from '../protocol/ids.ts';
import { repositoryNameSchema } from '../protocol/settings.ts';
import { taskNameSchema } from '../protocol/task.ts';
import { type GivenTaskOptions, givenTaskOptionsSchema } from '../protocol/task-options.ts';
import { variableNameSchema } from '../protocol/template-use.ts';
import { END_STATES, type EndState } from './end-states.ts';

/** Everything that action.yml declares; a test holds the two together. */
export const INPUT_NAMES = [
  'url',
  'key',
  'prompt',
  'template',
  'template-variables',
  'session',
  'name',
  'repository',
  'ref',
  'model',
  'budget',
  'max-minutes',
  'max-turns',
  'labels',
  'approval',
  'mode',
  'end-when',
  'end-command',
  'output-schema',
  'wait',
  'wait-for-person',
  'fail-on',
  'runner',
  'claude-path',
  'pass-environment',
] as const;
export type InputName = (typeof INPUT_NAMES)[number];

export type Inputs = {
  url: string;
  /** Null: the job's OIDC token is exchanged for one. */
  key: string | null;
  request: { prompt: string } | { template: { name: string; variables: Record<string, string> } };
  session: string | null;
  name: string | null;
  repository: string | null;
  ref: string | null;
  options: GivenTaskOptions;
  wait: boolean;
  waitForPersonMs: number;
  failOn: ReadonlySet<EndState>;
  runner: { type: 'self-hosted' } | { type: 'job'; claudePath: string | null; passEnvironment: string[] };
};

export type ReadInputs = { status: 'read'; inputs: Inputs } | { status: 'mistaken'; mistakes: string[] };

const MINUTE_MS = 60_000;
const MAX_WAIT_MINUTES = 6 * 60;

const listOf = (text: string): string[] => text.split(/[\s,]+/).filter((part) => part !== '');
const numberSchema = z
  .string()
  .regex(/^\d+(?:\.\d+)?$/, 'must be a number, such as 5 or 2.5')
  .transform(Number);
const urlSchema = z
  .url({
    protocol: /^https?$/,
    error: 'must be the https address of your Signalbox, such as https://signalbox.example.com',
  })
  .refine((url) => !/\/\/[^/]*@/.test(url), 'must not contain a password; use "key"')
  .transform((url) => url.replace(/\/+$/, ''));
const booleanSchema = z.enum(['true', 'false'], 'must be true or false').transform((text) => text === 'true');
const jsonSchema = z.string().transform((text, context): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    context.addIssue({ code: 'custom', message: 'must be a JSON Schema, as JSON' });
    return z.NEVER;
  }
});
const endStatesSchema = z.string().transform((text, context): ReadonlySet<EndState> => {
  const names = listOf(text);
  const wrong = names.filter((name) => name !== 'none' && !END_STATES.some((state) => state === name));
  if (wrong.length > 0 || (names.includes('none') && names.length > 1)) {
    context.addIssue({ code: 'custom', message: `must be "none", or some of ${END_STATES.join(', ')}` });
  }
  return new Set(END_STATES.filter((state) => names.includes(state)));
});
const variablesSchema = z.string().transform((text, context) => {
  const variables: Record<string, string> = {};
  for (const line of text.split(/\r?\n/).filter((each) => each.trim() !== '')) {
    const [, name = '', value = ''] = /^\s*([^=]+?)\s*=(.*)$/.exec(line) ?? [];
    if (variableNameSchema.safeParse(name).success) variables[name] = value;
    else
      context.addIssue({ code: 'custom', message: `must hold one name=value a line; this is none: ${line}` });
  }
  return variables;
});

/** Reads what the workflow gives the step. Every mistake is found at once, each with what to do. */
export function readInputs(get: (name: InputName) => string): ReadInputs {
  const mistakes: string[] = [];
  const read = <T>(name: InputName, schema: z.ZodType<T, string>): T | null => {
    const text = get(name);
    if (text === '') return null;
    const parsed = schema.safeParse(text);
    if (parsed.success) return parsed.data;
    mistakes.push(`"${name}" ${parsed.error.issues.map(({ message }) => message).join('; ')}.`);
    return null;
  };
  const url = read('url', urlSchema);
  if (get('url') === '') mistakes.push('"url" is missing: give the address of your Signalbox.');
  const key = read(
    'key',
    z.string().regex(/^sb[ka]_\S+$/, 'is no API key (sbk_…); make one with POST /api/keys, or leave it out'),
  );
  const inputs: Omit<Inputs, 'url' | 'key'> = {
    request: readRequest(get, read, mistakes),
    session: read('session', sessionIdSchema),
    name: read('name', taskNameSchema),
    repository: read('repository', repositoryNameSchema),
    ref: read('ref', z.string().regex(/^\S+$/, 'must be a branch or a full commit SHA')),
    options: readOptions(read, mistakes),
    wait: read('wait', booleanSchema) ?? true,
    waitForPersonMs:
      (read('wait-for-person', numberSchema.pipe(z.number().max(MAX_WAIT_MINUTES))) ?? 30) * MINUTE_MS,
    failOn: read('fail-on', endStatesSchema) ?? new Set(),
    runner: readRunner(get, read, mistakes),
  };
  if (inputs.session !== null && (inputs.repository !== null || inputs.ref !== null)) {
    mistakes.push('"repository" and "ref" can\'t be given with "session": a session stays where it began.');
  }
  if (inputs.runner.type === 'job' && !inputs.wait) {
    mistakes.push('"wait" must be true with "runner: job": the runner ends with the job.');
  }
  if (inputs.runner.type === 'job' && key !== null) {
    mistakes.push(
      '"key" can\'t be used with "runner: job": leave it out and give the job "permissions: id-token: write".',
    );
  }
  if (mistakes.length > 0 || url === null) return { status: 'mistaken', mistakes };
  return { status: 'read', inputs: { ...inputs, url, key } };
}

type Read = <T>(name: InputName, schema: z.ZodType<T, string>) => T | null;

function readRequest(get: (name: InputName) => string, read: Read, mistakes: string[]): Inputs['request'] {
  const prompt = read('prompt', z.string().trim().min(1, 'must not be empty'));
  const template = read('template', catalogKeySchema);
  const variables = read('template-variables', variablesSchema);
  if ((get('prompt') === '') === (get('template') === '')) {
    mistakes.push('Give either "prompt" or "template": what shall Claude do?');
  }
  if (variables !== null && get('template') === '') {
    mistakes.push('"template-variables" belong to a template: name it in "template", or leave them out.');
  }
  return prompt === null && template !== null
    ? { template: { name: template, variables: variables ?? {} } }
    : { prompt: prompt ?? '' };
}

function readOptions(read: Read, mistakes: string[]): GivenTaskOptions {
  const given = {
    model: read('model', z.string()),
    maxUsd: read('budget', numberSchema),
    maxMinutes: read('max-minutes', numberSchema),
    maxTurns: read('max-turns', numberSchema),
    labels: read('labels', z.string().transform(listOf)),
    approval: read('approval', z.string()),
    mode: read('mode', z.string()),
    endWhen: read('end-when', z.string()),
    endCommand: read('end-command', z.string()),
    outputSchema: read('output-schema', jsonSchema),
  };
  const named = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== null));
  const parsed = givenTaskOptionsSchema.safeParse(named);
  if (parsed.success) return parsed.data;
  const inputOf: Record<string, InputName> = {
    maxUsd: 'budget',
    maxMinutes: 'max-minutes',
    maxTurns: 'max-turns',
    endWhen: 'end-when',
    endCommand: 'end-command',
    outputSchema: 'output-schema',
  };
  for (const { path, message } of parsed.error.issues) {
    const name = String(path[0]);
    mistakes.push(`"${inputOf[name] ?? name}": ${message}.`);
  }
  return {};
}

function readRunner(get: (name: InputName) => string, read: Read, mistakes: string[]): Inputs['runner'] {
  const type = read('runner', z.enum(['self-hosted', 'job'], 'must be self-hosted or job')) ?? 'self-hosted';
  const variable = z.array(z.string().regex(/^[A-Za-z_]\w*$/, 'must be names of variables'));
  const passEnvironment = read('pass-environment', z.string().transform(listOf).pipe(variable)) ?? [];
  const claudePath = read('claude-path', z.string());
  if (type === 'job') return { type, claudePath, passEnvironment };
  for (const name of ['claude-path', 'pass-environment'] as const) {
    if (get(name) !== '')
      mistakes.push(`"${name}" is for "runner: job" only; a runner of your own has settings for it.`);
  }
  return { type };
}
