import { z } from 'zod';
import { REPOSITORY_CONFIG_PATH, repositoryConfigSchema } from '../../protocol/repository-config.ts';
import { accountSettingsSchema } from '../../protocol/settings.ts';

/** JSON Schema, as far as our settings go. */
const schemaSchema = z.looseObject({
  type: z.union([z.string(), z.array(z.string())]).optional(),
  description: z.string().optional(),
  default: z.unknown().optional(),
  enum: z.array(z.string()).optional(),
  required: z.array(z.string()).default([]),
  minimum: z.number().optional(),
  maximum: z.number().optional(),
  exclusiveMinimum: z.number().optional(),
  get properties() {
    return z.record(z.string(), schemaSchema).optional();
  },
  get items() {
    return schemaSchema.optional();
  },
  get anyOf() {
    return z.array(schemaSchema).optional();
  },
  get additionalProperties() {
    return z.union([z.boolean(), schemaSchema]).optional();
  },
});
type Schema = z.output<typeof schemaSchema>;

/** Numbers that stand for "as large as it gets". */
const LARGE = 1_000_000_000;

/** The page of all settings, made of their schemas. @param env the schema of a deployment's bindings */
export function writeConfiguration(env: z.ZodObject): string {
  return `${[
    '# Settings',
    'Made of the schemas by `node scripts/write-configuration.ts`; do not edit it by hand.',
    'Three places decide how Signalbox works: the deployment (its variables and secrets, set with wrangler), an account (changed by its admins through the API), and a repository (a file in it). Of the options of a task, the first of these that names one decides it: the request, its template, its project, the repository, the account, the default.',
    '## The deployment',
    'Variables and secrets of the Worker. Every mistake is named at once, when the first request comes.',
    tableOf(jsonOf(env)),
    '## An account',
    '`GET /api/settings` shows them; `PATCH /api/settings` changes those that it names, and null takes one back to its default. A change is in effect with the next task. `GET /api/budgets` shows what is spent today.',
    tableOf(jsonOf(accountSettingsSchema)),
    "A budget that is spent refuses new tasks, in the comment on GitHub and as the task's failure `budget`, until the next day of the account's time zone. A task that is let in may cost no more than the narrowest budget has left; while it waits for its first runner it is asked about again. Nothing is set aside for tasks at work: a day may end above its budget by what those at work when it is used up may still cost, which `tasks.maxUsd` keeps small ([decision 16](decisions/0016-a-task-waits-for-its-budget.md)).",
    '## A repository',
    `\`${REPOSITORY_CONFIG_PATH}\` on the default branch. A push that changes it gets the check run "Signalbox settings" with each mistake beside its line; while the file has mistakes, new tasks are refused with a comment that names them.`,
    tableOf(jsonOf(repositoryConfigSchema)),
    '```yaml\n# .github/signalbox.yml\nmodel: opus\nlimits:\n  minutes: 30\n  usd: 5\nlabels: [gpu]\napproval: before_push\nauthors: [octocat]\ntriggers:\n  label: robot\n  failed_checks: 1\nschedules:\n  nightly:\n    cron: "0 3 * * 1-5"\n    time_zone: Europe/Berlin\n    template: { name: update-package, variables: { package: zod } }\n    options: { maxUsd: 2 }\n```',
    'What `gates` and `tests` mean, with an example: [gates.md](gates.md). What `triggers` are: [github.md](github.md).',
    'A name in `authors` is a login: when its owner gives it up, somebody else may take it. Prefer to give people write access.',
  ].join('\n\n')}\n`;
}

function jsonOf(schema: z.ZodType): Schema {
  // What callers write; where that is any text (numbers of the environment), what is made of it.
  const input = schemaSchema.parse(z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }));
  const output = schemaSchema.parse(z.toJSONSchema(schema, { io: 'output', unrepresentable: 'any' }));
  const properties = Object.entries(input.properties ?? {}).map(([name, one]) => {
    const made = output.properties?.[name];
    return [name, one.type === undefined && made !== undefined ? { ...one, ...made } : one];
  });
  return { ...input, properties: Object.fromEntries(properties) };
}

function tableOf(schema: Schema): string {
  return [
    '| setting | what it does | values | default |',
    '| --- | --- | --- | --- |',
    ...rowsOf(schema, ''),
  ].join('\n');
}

/**
 * A row for each setting; those within others are named by their path.
 *
 * @param deep whether settings within others get rows of their own
 */
function rowsOf({ properties = {}, required }: Schema, prefix: string, deep = true): string[] {
  return Object.entries(properties).flatMap(([name, schema]) => {
    if (deep && schema.properties !== undefined) return rowsOf(schema, `${prefix}${name}.`);
    const each = additional(schema);
    if (each.properties !== undefined) return rowsOf(each, `${prefix}${name}.<name>.`, false);
    const cells = [
      `\`${prefix}${name}\``,
      schema.description ?? '',
      valuesOf(schema),
      required.includes(name) ? '(must be set)' : defaultOf(schema),
    ];
    return [`| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`];
  });
}

function valuesOf(schema: Schema): string {
  const alternatives = schema.anyOf?.filter(({ type }) => type !== 'null') ?? [];
  if (alternatives[0] !== undefined) return valuesOf(alternatives[0]);
  if (schema.enum !== undefined) return schema.enum.map((value) => `\`${value}\``).join(', ');
  switch ([schema.type].flat()[0]) {
    case 'integer':
    case 'number':
      return `${schema.type === 'integer' ? 'whole number' : 'number'}${rangeOf(schema)}`;
    case 'array':
      return 'list';
    case 'boolean':
      return '`true`, `false`';
    case 'object':
      if (schema.properties !== undefined) return 'settings';
      return `${valuesOf(additional(schema))} by name`;
    default:
      return 'text';
  }
}

function rangeOf({ minimum, exclusiveMinimum, maximum }: Schema): string {
  const least = exclusiveMinimum === undefined ? minimum : undefined;
  const parts = [
    exclusiveMinimum === undefined ? '' : ` above ${exclusiveMinimum}`,
    least === undefined || least < -LARGE ? '' : ` from ${least}`,
    maximum === undefined || maximum > LARGE ? '' : ` to ${maximum}`,
  ];
  return parts.join('');
}

function additional({ additionalProperties }: Schema): Schema {
  return typeof additionalProperties === 'object' ? additionalProperties : { required: [] };
}

function defaultOf(schema: Schema): string {
  if (schema.default === undefined || schema.default === null) return '';
  return `\`${typeof schema.default === 'string' ? schema.default : JSON.stringify(schema.default)}\``;
}
