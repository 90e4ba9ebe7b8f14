import { nextRuns } from '../../protocol/cron.ts';
import type { AccountKey } from '../../protocol/ids.ts';
import {
  type PlannedSchedule,
  type Schedule,
  type ScheduleBody,
  type ScheduleView,
  scheduleBodySchema,
  scheduleViewSchema,
} from '../../protocol/schedules.ts';
import type { Workspace } from '../../protocol/workspace.ts';
import { type Caller, mustReach } from '../access/caller.ts';
import { accountOf } from '../account/account-of.ts';
import type { CatalogBody } from '../account/catalog/catalog-desk.ts';
import { catalogRoutes } from './catalog-routes.ts';
import { findInstalledRepository } from './find-installed-repository.ts';
import { ProblemError } from './problem.ts';
import { mustOperate, seesProject } from './project-routes.ts';
import { mustChangeSchedule, visibleSchedules } from './reach-schedule.ts';
import type { AppContext, Route } from './route.ts';
import { EXAMPLE_SCHEDULE, EXAMPLE_SCHEDULE_BODY } from './schedule-examples.ts';
import { useTemplate } from './use-template.ts';

const NEXT_RUNS = 3;

export const scheduleRoutes: Route[] = catalogRoutes<PlannedSchedule, ScheduleView, CatalogBody<Schedule>>({
  one: 'schedule',
  operation: 'Schedule',
  path: '/api/schedules',
  tag: 'Schedules',
  about:
    'When tasks are started, and what they do. Each run has a session of its own. Those of `.github/signalbox.yml` name their `file` and are changed there.',
  body: scheduleBodySchema,
  view: scheduleViewSchema,
  bodyExample: EXAMPLE_SCHEDULE_BODY,
  example: EXAMPLE_SCHEDULE,
  problems: ['app_not_installed', 'record_unavailable'],
  desk: (env, account) => accountOf(env, account).schedules,
  prepare: (c, caller, account, body) => prepare(c, caller, account, scheduleBodySchema.parse(body)),
  visible: visibleSchedules,
  mustChange: mustChangeSchedule,
  show: showSchedule,
});

/** A schedule as the API shows it. */
export function showSchedule({ requester: _requester, ...item }: PlannedSchedule): ScheduleView {
  const runs = item.enabled && item.paused === null;
  return { ...item, nextRuns: runs ? nextRuns(item.cron, item.timeZone, Date.now(), NEXT_RUNS) : [] };
}

/** What it names must be there, and be the caller's to use: its tasks will be his. */
async function prepare(
  c: AppContext,
  caller: Caller,
  account: AccountKey,
  body: ScheduleBody,
): Promise<CatalogBody<Schedule>> {
  // Names may change; ids do not.
  const project = body.project === null ? null : await projectOf(c, caller, account, body.project);
  if (body.workspace !== null) await mustOperateIn(c, caller, account, body.workspace);
  if (body.template !== null) await useTemplate(c, caller, account, body.template);
  return { ...body, project, file: null, requester: caller.person };
}

async function projectOf(c: AppContext, caller: Caller, account: AccountKey, name: string): Promise<string> {
  const project = await accountOf(c.env, account).projects.find(name);
  if (project === null || !seesProject(caller, account, project)) throw unknownProject(name);
  mustOperate(caller, account, project);
  return project.id;
}

/** @throws ProblemError */
async function mustOperateIn(
  c: AppContext,
  caller: Caller,
  account: AccountKey,
  workspace: Workspace,
): Promise<void> {
  if (workspace.type !== 'github') {
    mustReach(caller, { account, repositoryId: null }, 'operator', `account ${account}`);
    return;
  }
  const { id, owner, name } = workspace.repository;
  mustReach(caller, { account, repositoryId: id }, 'operator', `repository ${owner}/${name}`);
  const found = await findInstalledRepository(c, workspace);
  if (found.account === account) return;
  throw new ProblemError(422, 'app_not_installed', {
    detail: `The repository ${owner}/${name} belongs to ${found.account}, not to ${account}.`,
  });
}

function unknownProject(name: string): ProblemError {
  return new ProblemError(422, 'invalid_body', {
    title: "The request's body is not valid",
    detail: `There is no project called ${name}.`,
    remedy: 'Make it with POST /api/projects, or name another one.',
    errors: [{ path: 'project', message: 'is none of the account' }],
  });
}
