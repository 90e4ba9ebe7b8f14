import { type Signal, signal } from '@preact/signals';
import { z } from 'zod';
import { type Project, projectSchema } from '../../protocol/projects.ts';
import { type Prompt, promptSchema } from '../../protocol/prompts.ts';
import {
  type ScheduleRun,
  type ScheduleView,
  scheduleRunPageSchema,
  scheduleRunSchema,
  scheduleViewSchema,
} from '../../protocol/schedules.ts';
import type { TemplateUse } from '../../protocol/template-use.ts';
import { type Api, type ApiResult, describeFailure } from './api.ts';
import { itemsOf } from './items-of.ts';
import type { AccountQuery } from './me.ts';

/** Runs begin by themselves; nobody waits for them to the second. */
const READ_AGAIN_MS = 10_000;

export type NewSchedule = {
  name: string;
  cron: string;
  timeZone: string;
  /** The name of a project, or the path of a repository on a runner. */
  place: { project: string } | { path: string };
  prompt: string | null;
  template: TemplateUse | null;
  overlap: ScheduleView['overlap'];
  missed: ScheduleView['missed'];
};

export type Schedules = {
  /** Null until the first answer. */
  items: Signal<ScheduleView[] | null>;
  prompts: Signal<Prompt[]>;
  projects: Signal<Project[]>;
  /** Of the schedule whose runs are open. */
  runs: Signal<{ of: string; items: ScheduleRun[] } | null>;
  problem: Signal<string | null>;
  said: Signal<string | null>;
  busy: Signal<boolean>;
  start(): void;
  stop(): void;
  /** @returns whether it was made */
  create(schedule: NewSchedule): Promise<boolean>;
  run(item: ScheduleView): Promise<void>;
  resume(item: ScheduleView): Promise<void>;
  setEnabled(item: ScheduleView, enabled: boolean): Promise<void>;
  remove(item: ScheduleView): Promise<void>;
  showRuns(item: ScheduleView | null): Promise<void>;
};

type Deps = { api: Api; onSignedOut: () => void; query?: AccountQuery };

/** The schedules of an account, read again while they are looked at. */
export function createSchedules({ api, onSignedOut, query = {} }: Deps): Schedules {
  const items = signal<ScheduleView[] | null>(null);
  const prompts = signal<Prompt[]>([]);
  const projects = signal<Project[]>([]);
  const runs = signal<Schedules['runs']['value']>(null);
  const problem = signal<string | null>(null);
  const said = signal<string | null>(null);
  const busy = signal(false);
  let timer: ReturnType<typeof setInterval> | undefined;

  function take<T>(result: ApiResult<T>, use: (value: T) => void): boolean {
    if (result.ok) use(result.value);
    else if (result.failure.reason === 'signed_out') onSignedOut();
    else problem.value = describeFailure(result.failure);
    return result.ok;
  }

  async function read(): Promise<void> {
    take(await api.call('GET /api/schedules', { query }, itemsOf(scheduleViewSchema)), (value) => {
      items.value = value.items;
    });
    const open = items.value?.find(({ id }) => id === runs.value?.of);
    if (open !== undefined) await readRuns(open);
  }

  async function readRuns({ id }: ScheduleView): Promise<void> {
    const result = await api.call(
      'GET /api/schedules/{key}/runs',
      { params: { key: id }, query },
      scheduleRunPageSchema,
    );
    take(result, (value) => {
      runs.value = { of: id, items: value.items };
    });
  }

  /** What the form offers. */
  async function readChoices(): Promise<void> {
    take(await api.call('GET /api/prompts', { query }, itemsOf(promptSchema)), (value) => {
      prompts.value = value.items;
    });
    take(await api.call('GET /api/projects', { query }, itemsOf(projectSchema)), (value) => {
      projects.value = value.items;
    });
  }

  async function act(done: string, call: () => Promise<ApiResult<unknown>>): Promise<boolean> {
    busy.value = true;
    problem.value = null;
    said.value = null;
    const ok = take(await call(), () => {
      said.value = done;
    });
    busy.value = false;
    await read();
    return ok;
  }

  return {
    items,
    prompts,
    projects,
    runs,
    problem,
    said,
    busy,
    start() {
      clearInterval(timer);
      timer = setInterval(() => void read(), READ_AGAIN_MS);
      void read();
      void readChoices();
    },
    stop: () => clearInterval(timer),
    create: ({ place, ...rest }) => {
      const where =
        'project' in place
          ? { project: place.project, workspace: null }
          : { project: null, workspace: { type: 'worktree' as const, path: place.path } };
      const body = { ...rest, ...where };
      return act(`${rest.name} was made.`, () =>
        api.call('POST /api/schedules', { query, body }, scheduleViewSchema),
      );
    },
    async run({ id, name }) {
      await act(`${name} runs now.`, () =>
        api.call('POST /api/schedules/{key}/run', { params: { key: id }, query }, scheduleRunSchema),
      );
    },
    async resume({ id, name }) {
      await act(`${name} goes on.`, () =>
        api.call('POST /api/schedules/{key}/resume', { params: { key: id }, query }, scheduleViewSchema),
      );
    },
    async setEnabled(item, enabled) {
      const { id, name, description, cron, timeZone, project, workspace, prompt, template, options } = item;
      const { missed, overlap } = item;
      const what = { name, description, cron, timeZone, project, workspace, prompt, template, options };
      const body = { ...what, missed, overlap, enabled };
      await act(`${name} was switched ${enabled ? 'on' : 'off'}.`, () =>
        api.call('PUT /api/schedules/{key}', { params: { key: id }, query, body }, scheduleViewSchema),
      );
    },
    async remove({ id, name }) {
      await act(`${name} was deleted.`, () =>
        api.call('DELETE /api/schedules/{key}', { params: { key: id }, query }, z.null()),
      );
    },
    async showRuns(item) {
      runs.value = null;
      if (item !== null) await readRuns(item);
    },
  };
}
