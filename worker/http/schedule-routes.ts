import { nextRuns } from '../../protocol/cron.ts';
import type { AccountKey } from '../../protocol/ids.ts';
import {
  type Schedule,
  type ScheduleBody,
  type ScheduleView,
  scheduleBodySchema,
  scheduleViewSchema,
} from '../../protocol/schedules.ts';
import type { Caller } from '../access/caller.ts';
import { accountOf } from '../account/account-of.ts';
import { catalogRoutes } from './catalog-routes.ts';
import { ProblemError } from './problem.ts';
import { mustOperate, seesProject } from './project-routes.ts';
import type { AppContext, Route } from './route.ts';
import { useTemplate } from './use-template.ts';

const NEXT_RUNS = 3;

const BODY = {
  name: 'nightly-updates',
  description: '',
  cron: '0 3 * * 1-5',
  timeZone: 'Europe/Berlin',
  enabled: true,
  project: 'shop',
  prompt: null,
  template: { name: 'update-package', variables: { package: 'zod' } },
  options: { maxUsd: 2 },
  missed: 'run_once' as const,
  overlap: 'skip' as const,
};

const EXAMPLE: ScheduleView = {
  ...BODY,
  project: '1b8f7a3b-1c7e-4c0e-9d53-0b8f7a3b1c7e',
  id: '0a8f7a3b-1c7e-4c0e-9d53-0b8f7a3b1c7e',
  createdAt: 1_763_700_000_000,
  createdBy: 'octocat',
  updatedAt: 1_763_700_000_000,
  updatedBy: 'octocat',
  nextRuns: [1_763_949_600_000, 1_764_036_000_000, 1_764_122_400_000],
};

export const scheduleRoutes: Route[] = catalogRoutes<Schedule, ScheduleView>({
  one: 'schedule',
  operation: 'Schedule',
  path: '/api/schedules',
  tag: 'Schedules',
  about:
    'When tasks are to be started, and what they are to do. This version keeps schedules; it starts none yet.',
  body: scheduleBodySchema,
  view: scheduleViewSchema,
  bodyExample: BODY,
  example: EXAMPLE,
  desk: (env, account) => accountOf(env, account).schedules,
  prepare: (c, caller, account, body) => prepare(c, caller, account, scheduleBodySchema.parse(body)),
  visible,
  mustChange,
  show: (item) => ({
    ...item,
    nextRuns: item.enabled ? nextRuns(item.cron, item.timeZone, Date.now(), NEXT_RUNS) : [],
  }),
});

/** Whoever may not see a project does not see what is planned for it. Without its project a schedule is the account's. */
async function visible(c: AppContext, caller: Caller, account: AccountKey, items: Schedule[]) {
  const projects = await accountOf(c.env, account).projects.list();
  const hidden = new Set(
    projects.filter((project) => !seesProject(caller, account, project)).map(({ id }) => id),
  );
  return items.filter(({ project }) => !hidden.has(project));
}

async function mustChange(c: AppContext, caller: Caller, account: AccountKey, item: Schedule): Promise<void> {
  const project = await accountOf(c.env, account).projects.find(item.project);
  if (project !== null) mustOperate(caller, account, project);
}

/** What it names must be there, and be the caller's to use. */
async function prepare(
  c: AppContext,
  caller: Caller,
  account: AccountKey,
  body: ScheduleBody,
): Promise<ScheduleBody> {
  const project = await accountOf(c.env, account).projects.find(body.project);
  if (project === null || !seesProject(caller, account, project)) throw unknownProject(body.project);
  mustOperate(caller, account, project);
  if (body.template !== null) await useTemplate(c, caller, account, body.template);
  // Names may change; ids do not.
  return { ...body, project: project.id };
}

function unknownProject(name: string): ProblemError {
  return new ProblemError(422, 'invalid_body', {
    title: "The request's body is not valid",
    detail: `There is no project called ${name}.`,
    remedy: 'Make it with POST /api/projects, or name another one.',
    errors: [{ path: 'project', message: 'is none of the account' }],
  });
}
