import type { Problem } from '../../protocol/problem.ts';
import type { RepositoryChoice } from '../../protocol/repositories.ts';
import {
  approvalPolicySchema,
  type GivenTaskOptions,
  prioritySchema,
  taskModeSchema,
} from '../../protocol/task-options.ts';
import type { TemplateUse } from '../../protocol/template-use.ts';

/** Where work begins: a repository on GitHub, a project of the account, or a folder on a runner. */
export const PLACE_KINDS = ['repository', 'project', 'worktree', 'local'] as const;
export type PlaceKind = (typeof PLACE_KINDS)[number];

/** A new task as it stands in the form: texts as they were typed. Options that are empty keep their default. */
export type TaskDraft = {
  kind: PlaceKind;
  repository: string;
  base: string;
  path: string;
  project: string;
  /** Whose runners do the work; empty for the only one there is. */
  account: string;
  prompt: string;
  template: TemplateUse | null;
  title: string;
} & Record<OptionField, string>;

export const OPTION_FIELDS = [
  'model',
  'maxUsd',
  'maxMinutes',
  'maxTurns',
  'approval',
  'mode',
  'priority',
  'labels',
  'endWhen',
  'endCommand',
  'tests',
] as const;
export type OptionField = (typeof OPTION_FIELDS)[number];

export const EMPTY_DRAFT: TaskDraft = {
  kind: 'repository',
  ...{ repository: '', base: '', path: '', project: '', account: '' },
  ...{ prompt: '', template: null, title: '' },
  ...{
    model: '',
    maxUsd: '',
    maxMinutes: '',
    maxTurns: '',
    approval: '',
    mode: '',
    priority: '',
    labels: '',
  },
  ...{ endWhen: '', endCommand: '', tests: '' },
};

const numberOf = (text: string): number | undefined => (text.trim() === '' ? undefined : Number(text));
const textOf = (text: string): string | undefined => (text.trim() === '' ? undefined : text.trim());

/** What the reader has chosen himself. A number that is none is left to the control plane, which names the field. */
export function optionsOf(draft: TaskDraft): GivenTaskOptions {
  const labels = draft.labels.split(/[\s,]+/).filter((label) => label !== '');
  const options = {
    model: textOf(draft.model),
    maxUsd: numberOf(draft.maxUsd),
    maxMinutes: numberOf(draft.maxMinutes),
    maxTurns: numberOf(draft.maxTurns),
    approval: approvalPolicySchema.safeParse(draft.approval).data,
    mode: taskModeSchema.safeParse(draft.mode).data,
    priority: prioritySchema.safeParse(draft.priority).data,
    labels: labels.length === 0 ? undefined : labels,
    endWhen: textOf(draft.endWhen),
    endCommand: textOf(draft.endCommand),
    tests: draft.tests === '' ? undefined : draft.tests === 'yes',
  };
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));
}

/** Where the session of the draft takes place, as its creation says it. */
export function placeOf(draft: TaskDraft, known: readonly RepositoryChoice[]) {
  const base = textOf(draft.base);
  const account = textOf(draft.account);
  const named = account === undefined ? {} : { account };
  switch (draft.kind) {
    case 'repository': {
      const name = draft.repository.trim().toLowerCase();
      const choice = known.find(({ repository }) => repository.toLowerCase() === name);
      const ref = base === undefined ? {} : { ref: { kind: 'branch' as const, base } };
      return { ...(choice === undefined ? named : { account: choice.account }), repository: name, ...ref };
    }
    case 'project':
      return { ...named, project: draft.project };
    case 'worktree': {
      const from = base === undefined ? {} : { baseRef: base };
      return { ...named, workspace: { type: 'worktree' as const, path: draft.path.trim(), ...from } };
    }
    case 'local':
      return { ...named, workspace: { type: 'local' as const, path: draft.path.trim() } };
  }
}

/** What is asked for: a template goes before the prompt. */
export function requestOf({ prompt, template }: TaskDraft) {
  return template === null ? { prompt } : { template };
}

/** What is missing before it can be sent; the first field of it, null when nothing is. */
export function missingField(draft: TaskDraft): keyof TaskDraft | null {
  const place = {
    repository: draft.repository,
    project: draft.project,
    worktree: draft.path,
    local: draft.path,
  };
  if (place[draft.kind].trim() === '') {
    return draft.kind === 'worktree' || draft.kind === 'local' ? 'path' : draft.kind;
  }
  return draft.template === null && draft.prompt.trim() === '' ? 'prompt' : null;
}

export type FieldProblems = {
  /** By field of the draft. */
  fields: Partial<Record<keyof TaskDraft, string>>;
  /** What belongs to no field. */
  rest: string | null;
};

export const NO_PROBLEMS: FieldProblems = { fields: {}, rest: null };

/** Problems whose code says which field they are about. */
const FIELD_OF_CODE: Readonly<Record<string, keyof TaskDraft>> = {
  app_not_installed: 'repository',
  invalid_settings: 'repository',
  account_needed: 'account',
  wrong_account: 'account',
};

/** Puts what the control plane refuses to the fields that it is about. */
export function fieldProblems(problem: Problem, { kind }: TaskDraft): FieldProblems {
  const fields: FieldProblems['fields'] = {};
  const rest: string[] = [];
  for (const { path, message } of problem.errors ?? []) {
    const field = fieldOf(path, kind);
    if (field === null) rest.push(`${path}: ${message}`);
    else fields[field] = fields[field] === undefined ? message : `${fields[field]}; ${message}`;
  }
  if (problem.errors === undefined || problem.errors.length === 0) {
    const text = `${problem.detail} ${problem.remedy}`;
    const field = FIELD_OF_CODE[problem.code];
    if (field === undefined) rest.push(text);
    else fields[field] = text;
  }
  return { fields, rest: rest.length === 0 ? null : rest.join(' ') };
}

function fieldOf(path: string, kind: PlaceKind): keyof TaskDraft | null {
  const [first = '', second = ''] = path.split('.');
  switch (first) {
    case 'options':
      return OPTION_FIELDS.find((field) => field === second) ?? null;
    case 'ref':
      return 'base';
    case 'workspace':
      if (second === 'baseRef') return 'base';
      return kind === 'repository' || kind === 'project' ? kind : 'path';
    case 'repository':
    case 'project':
    case 'account':
    case 'prompt':
    case 'template':
    case 'title':
      return first;
    default:
      return null;
  }
}
