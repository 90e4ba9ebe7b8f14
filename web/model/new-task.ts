import { type Signal, signal } from '@preact/signals';
import { type Project, projectSchema } from '../../protocol/projects.ts';
import { type Prompt, promptSchema } from '../../protocol/prompts.ts';
import { type RepositoryChoice, repositoriesAnswerSchema } from '../../protocol/repositories.ts';
import { settingsViewSchema } from '../../protocol/settings.ts';
import { givenTaskOptionsSchema, settleTaskOptions, type TaskOptions } from '../../protocol/task-options.ts';
import { type Api, type ApiFailure, describeFailure } from './api.ts';
import type { ChosenImage } from './choose-images.ts';
import { type AskedBefore, draftOf, readAgain, readAskedBefore } from './draft-again.ts';
import { itemsOf } from './items-of.ts';
import type { Me } from './me.ts';
import { createTaskStart } from './start-task.ts';
import {
  EMPTY_DRAFT,
  type FieldProblems,
  fieldProblems,
  missingField,
  NO_PROBLEMS,
  optionsOf,
  type TaskDraft,
} from './task-draft.ts';

export type NewTask = {
  draft: Signal<TaskDraft>;
  change(part: Partial<TaskDraft>): void;
  problems: Signal<FieldProblems>;
  busy: Signal<boolean>;
  repositories: Signal<readonly RepositoryChoice[]>;
  projects: Signal<readonly Project[]>;
  prompts: Signal<readonly Prompt[]>;
  /** What is used where nothing is chosen; the repository's own file may say otherwise. */
  defaults: Signal<TaskOptions>;
  /** Reads what the form offers. */
  load(): Promise<void>;
  /** Starts the task and opens its page. */
  start(images: readonly ChosenImage[]): Promise<void>;
};

type Deps = {
  api: Api;
  me: Me;
  /** The address's query: what it names is filled in already. */
  search: string;
  open: (address: string) => void;
  onSignedOut: () => void;
};

/** A task as it is put together, up to its start. */
export function createNewTask({ api, me, search, open, onSignedOut }: Deps): NewTask {
  const draft = signal<TaskDraft>(readDraft(search));
  const problems = signal<FieldProblems>(NO_PROBLEMS);
  const busy = signal(false);
  const repositories = signal<readonly RepositoryChoice[]>([]);
  const projects = signal<readonly Project[]>([]);
  const prompts = signal<readonly Prompt[]>([]);
  const defaults = signal<TaskOptions>(settleTaskOptions());
  const startTask = createTaskStart(api);
  let again = readAgain(search);

  async function load(): Promise<void> {
    await me.read();
    const before = await readBefore();
    if (before !== null) draft.value = { ...draft.value, account: before.session.account };
    const [first = {}] = me.accounts.value;
    const query = draft.value.account === '' ? first : { account: draft.value.account };
    await Promise.all([
      api.call('GET /api/repositories', {}, repositoriesAnswerSchema).then((result) => {
        if (result.ok) repositories.value = result.value.items;
      }),
      api.call('GET /api/projects', { query }, itemsOf(projectSchema)).then((result) => {
        if (result.ok) projects.value = result.value.items;
      }),
      api.call('GET /api/prompts', { query }, itemsOf(promptSchema)).then((result) => {
        if (result.ok) prompts.value = result.value.items;
      }),
      api.call('GET /api/settings', { query }, settingsViewSchema).then((result) => {
        if (result.ok) defaults.value = settleTaskOptions(result.value.settings.tasks);
      }),
    ]);
    if (before !== null) draft.value = draftOf(before, defaults.value);
  }

  /** The task that is asked for again, once: what is changed since then stays. */
  async function readBefore(): Promise<AskedBefore | null> {
    if (again === null) return null;
    const result = await readAskedBefore(api, again);
    again = null;
    if (result.ok) return result.value;
    fail(result.failure);
    return null;
  }

  function fail(failure: ApiFailure): void {
    if (failure.reason === 'signed_out') onSignedOut();
    problems.value =
      failure.reason === 'problem'
        ? fieldProblems(failure.problem, draft.value)
        : { fields: {}, rest: describeFailure(failure) };
  }

  return {
    draft,
    change(part) {
      draft.value = { ...draft.value, ...part };
      const { fields, rest } = problems.value;
      const left = Object.entries(fields).filter(([field]) => !(field in part));
      problems.value = { fields: Object.fromEntries(left), rest };
    },
    problems,
    busy,
    repositories,
    projects,
    prompts,
    defaults,
    load,
    async start(images) {
      if (busy.value) return;
      problems.value = judge(draft.value);
      if (Object.keys(problems.value.fields).length > 0) return;
      busy.value = true;
      const result = await startTask(draft.value, repositories.value, images);
      busy.value = false;
      if (result.ok) open(`/sessions/${result.value}`);
      else fail(result.failure);
    },
  };
}

/** What can be told without asking: by the same schema that the control plane has. */
function judge(draft: TaskDraft): FieldProblems {
  const missing = missingField(draft);
  if (missing !== null) return { fields: { [missing]: 'must be filled in' }, rest: null };
  const options = givenTaskOptionsSchema.safeParse(optionsOf(draft));
  if (options.success) return NO_PROBLEMS;
  const fields: FieldProblems['fields'] = {};
  for (const { path, message } of options.error.issues) {
    const [field] = path;
    if (typeof field === 'string' && field in draft) fields[field as keyof TaskDraft] = message;
  }
  return { fields, rest: null };
}

/** `/new?repository=octo/app&prompt=…`, for links and bookmarks; `again` is read apart, since it has to be asked for. */
function readDraft(search: string): TaskDraft {
  const query = new URLSearchParams(search);
  const given: Partial<TaskDraft> = {};
  for (const field of ['repository', 'base', 'path', 'project', 'prompt', 'title'] as const) {
    const value = query.get(field);
    if (value !== null) given[field] = value;
  }
  const kind = given.project !== undefined ? 'project' : given.path !== undefined ? 'worktree' : 'repository';
  return { ...EMPTY_DRAFT, kind, ...given };
}
