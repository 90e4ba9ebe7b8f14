import type { AccountKey, TaskId } from '../../../protocol/ids.ts';
import type { FileSchedules, Schedule, ScheduleRun } from '../../../protocol/schedules.ts';
import type { Person } from '../../../protocol/task.ts';
import type { NewSession } from '../../contracts.ts';
import type { Env } from '../../env.ts';
import { installationOf, sessionOf } from '../../http/durable-objects.ts';
import { ProblemError } from '../../http/problem.ts';
import { GITHUB_DEADLINE_MS, settleTaskFor } from '../../http/settle-task.ts';
import { taskPlaceOf } from '../../repository-config/github-place.ts';
import { withDeadline } from '../../with-deadline.ts';
import { planFile } from './file-schedules.ts';
import { placeRun, type RunPlace } from './place-run.ts';

/** `unavailable`: somebody who has to be asked does not answer; it is worth trying again. */
export type StartResult =
  | { status: 'started'; taskId: TaskId; session: NewSession }
  | { status: 'refused'; reason: string }
  /** The repository's file says something else by now. */
  | { status: 'stale'; schedules: FileSchedules }
  | { status: 'unavailable'; reason: string };

/**
 * Makes the session and the task of a run. Called again for the same run it finds what it has made.
 */
export async function startRun(
  env: Env,
  account: AccountKey,
  schedule: Schedule,
  run: ScheduleRun,
): Promise<StartResult> {
  try {
    return await start(env, account, schedule, run);
  } catch (error) {
    if (!(error instanceof ProblemError)) {
      return { status: 'unavailable', reason: error instanceof Error ? error.message : String(error) };
    }
    const { status, detail, remedy } = error.problem;
    const reason = `${detail} ${remedy}`;
    return { status: status >= 500 ? 'unavailable' : 'refused', reason };
  }
}

async function start(
  env: Env,
  account: AccountKey,
  schedule: Schedule,
  run: ScheduleRun,
): Promise<StartResult> {
  const place = await placeRun(env, account, schedule);
  if (place.status === 'refused') return place;
  const said = await readFile(env, account, schedule, place);
  if (said !== null && !isInFile(schedule, said)) return { status: 'stale', schedules: said };
  const session = sessionOfRun(account, schedule, run, place);
  const asked = {
    options: schedule.options,
    ...(schedule.prompt === null ? {} : { prompt: schedule.prompt }),
    ...(schedule.template === null ? {} : { template: schedule.template }),
  };
  const settled = await settleTaskFor(env, { account, ...taskPlaceOf(session) }, asked);
  const result = await sessionOf(env, session.id).submit(session, {
    triggerId: `schedule:${run.id}`,
    source: 'schedule',
    requester: requesterOf(schedule),
    request: settled.prompt,
    context: null,
    options: settled.options,
  });
  if (result.status === 'refused') return { status: 'refused', reason: `${result.message} ${result.remedy}` };
  return { status: 'started', taskId: result.task.id, session };
}

/** What the file of a schedule's repository says by now; null where there is no valid file to ask. */
async function readFile(
  env: Env,
  account: AccountKey,
  { file }: Schedule,
  { workspace, installationId }: RunPlace,
): Promise<FileSchedules | null> {
  if (file === null || installationId === null || workspace.type !== 'github') return null;
  const { id, owner, name } = workspace.repository;
  const reading = installationOf(env, account).repositoryConfig(installationId, { id, owner, name });
  const state = await withDeadline(reading, GITHUB_DEADLINE_MS, 'Reading the file');
  if (state.status === 'invalid') return null;
  return state.status === 'valid' ? (state.config.schedules ?? {}) : {};
}

function isInFile(schedule: Schedule, schedules: FileSchedules): boolean {
  if (schedule.file === null) return true;
  const { repositoryId, repository } = schedule.file;
  const plan = planFile({ repositoryId, repository, schedules, by: null }, [schedule]);
  return plan.remove.length === 0 && plan.replace.length === 0;
}

/** Each run has a session, a worktree and a branch of its own: no run works on what another one left. */
function sessionOfRun(
  account: AccountKey,
  schedule: Schedule,
  run: ScheduleRun,
  { workspace, installationId, project, repositories }: RunPlace,
): NewSession {
  return {
    id: run.id,
    key: `api:${run.id}`,
    account,
    title: titleOf(schedule, run.dueAt),
    source: 'schedule',
    workspace,
    thread: null,
    installationId,
    metadata: { schedule: schedule.name },
    ...(project === null ? {} : { project }),
    ...(repositories === undefined ? {} : { repositories }),
  };
}

/** Such as "nightly-updates 2026-11-21 03:00", by the schedule's own clock. */
function titleOf({ name, timeZone }: Schedule, dueAt: number): string {
  const format = new Intl.DateTimeFormat('sv', { timeZone, dateStyle: 'short', timeStyle: 'short' });
  return `${name} ${format.format(dueAt)}`;
}

/** Its tasks are the requests of who wrote it last: they are in his budget, and his name is on the commits. */
function requesterOf({ requester, updatedBy }: Schedule): Person {
  return requester ?? { login: updatedBy, id: null, name: null, email: null };
}
