import type { Role } from '../../protocol/access.ts';
import type { AccountKey } from '../../protocol/ids.ts';
import type { PlannedSchedule } from '../../protocol/schedules.ts';
import { type Caller, mustReach } from '../access/caller.ts';
import { type Belongs, roleFor } from '../access/reach.ts';
import { accountOf } from '../account/account-of.ts';
import { notFoundProblem, ProblemError } from './problem.ts';
import { mustOperate, seesProject } from './project-routes.ts';
import type { AppContext } from './route.ts';

/** Whoever may not see where it works does not see what is planned. Without its project a schedule is the account's. */
export async function visibleSchedules(
  c: AppContext,
  caller: Caller,
  account: AccountKey,
  items: PlannedSchedule[],
): Promise<PlannedSchedule[]> {
  const projects = await accountOf(c.env, account).projects.list();
  const hidden = new Set(
    projects.filter((project) => !seesProject(caller, account, project)).map(({ id }) => id),
  );
  return items.filter((item) => {
    if (item.project !== null) return !hidden.has(item.project);
    return roleFor(caller.reach, belongsOf(account, item)) !== null;
  });
}

/** @throws ProblemError when the caller may see it, but not have it do anything */
export async function mustOperateSchedule(
  c: AppContext,
  caller: Caller,
  account: AccountKey,
  item: PlannedSchedule,
): Promise<void> {
  if (item.project === null) {
    mustReach(caller, belongsOf(account, item), 'operator', `schedule called ${item.name}`);
    return;
  }
  const project = await accountOf(c.env, account).projects.find(item.project);
  if (project !== null) mustOperate(caller, account, project);
}

/** @throws ProblemError when the caller may not write it, or nobody may but who pushes to its file */
export async function mustChangeSchedule(
  c: AppContext,
  caller: Caller,
  account: AccountKey,
  item: PlannedSchedule,
): Promise<void> {
  await mustOperateSchedule(c, caller, account, item);
  if (item.file === null) return;
  const { repository, name } = item.file;
  throw new ProblemError(409, 'conflict', {
    detail: `The schedule "${item.name}" stands in .github/signalbox.yml of ${repository}, as "${name}".`,
    remedy: 'Change it there: a push to the default branch takes it over.',
  });
}

/** A schedule that the caller may see. @throws ProblemError when there is none */
export async function reachSchedule(
  c: AppContext,
  caller: Caller,
  account: AccountKey,
  key: string,
  needed: Role,
): Promise<PlannedSchedule> {
  const item = await accountOf(c.env, account).schedules.find(key);
  const [found] = item === null ? [] : await visibleSchedules(c, caller, account, [item]);
  if (found === undefined) throw notFoundProblem(`schedule called ${key}`);
  if (needed !== 'viewer') await mustOperateSchedule(c, caller, account, found);
  return found;
}

function belongsOf(account: AccountKey, { file, workspace }: PlannedSchedule): Belongs {
  const ofWorkspace = workspace?.type === 'github' ? workspace.repository.id : null;
  return { account, repositoryId: file?.repositoryId ?? ofWorkspace };
}
