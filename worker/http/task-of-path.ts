import type { Role } from '../../protocol/access.ts';
import { type AccountKey, type SessionId, splitTaskId, taskIdOf, taskIdSchema } from '../../protocol/ids.ts';
import type { TaskView } from '../../protocol/task.ts';
import type { Caller } from '../access/caller.ts';
import { accountOf } from '../account/account-of.ts';
import { configOf } from '../config.ts';
import { sessionOf } from './durable-objects.ts';
import { notFoundProblem } from './problem.ts';
import type { AppContext } from './route.ts';
import { reachSession, readSession } from './session-of-path.ts';

/** How a path names a task. */
export type TaskPath = { params: { taskId: string }; query: { account?: AccountKey | undefined } };

export type TaskPlace = { sessionId: SessionId; taskNumber: number };

/** A task as its session knows it. @throws ProblemError when there is none that the caller may see */
export async function readTask(c: AppContext, caller: Caller, path: TaskPath): Promise<TaskView> {
  const { sessionId, taskNumber } = await placeOf(c, caller, path);
  const { tasks } = await readSession(c, caller, sessionId);
  const task = tasks.find(({ number }) => number === taskNumber);
  if (task === undefined) throw notFoundProblem(`task ${path.params.taskId}`);
  return task;
}

/** Where a task is, for who may do something with it, and what the audit log calls it. @throws ProblemError */
export async function reachTask(c: AppContext, caller: Caller, path: TaskPath, needed: Role) {
  const place = await placeOf(c, caller, path);
  const { account, title } = await reachSession(c, caller, place.sessionId, needed);
  const target = { kind: 'task', id: taskIdOf(place.sessionId, place.taskNumber), name: title };
  return { ...place, account, target, session: sessionOf(c.env, place.sessionId) };
}

async function placeOf(c: AppContext, caller: Caller, { params, query }: TaskPath): Promise<TaskPlace> {
  const { taskId: asked } = params;
  if (taskIdSchema.safeParse(asked).success) return splitTaskId(asked);
  for (const account of accountsOf(c, caller, query.account)) {
    const place = await placeOfName(c, account, asked);
    if (place !== null) return place;
  }
  throw notFoundProblem(`task ${asked}`);
}

/** Where somebody's names may be: not where he reaches nothing, so that he can't find out which there are. */
function accountsOf(c: AppContext, { reach }: Caller, asked: AccountKey | undefined): AccountKey[] {
  if (reach.kind === 'deployment') return [asked ?? configOf(c.env).defaultAccount];
  const reached = reach.accounts.map(({ account }) => account);
  return asked === undefined ? reached : reached.filter((account) => account === asked);
}

/** The desk knows in which session to look; the session knows whether it is there. */
export async function placeOfName(
  c: AppContext,
  account: AccountKey,
  name: string,
): Promise<TaskPlace | null> {
  const sessionId = await accountOf(c.env, account).taskNames.find(name);
  if (sessionId === null) return null;
  const found = await sessionOf(c.env, sessionId).overview();
  const task = found?.tasks.find((one) => one.name === name);
  return task === undefined ? null : { sessionId, taskNumber: task.number };
}
