import { z } from 'zod';
import type { Role } from '../../protocol/access.ts';
import type { SessionAnswer } from '../../protocol/http.ts';
import {
  type SessionId,
  sessionIdSchema,
  splitTaskId,
  type TaskId,
  taskIdSchema,
} from '../../protocol/ids.ts';
import type { TaskView } from '../../protocol/task.ts';
import { type Caller, mustReach } from '../access/caller.ts';
import { belongsOf } from '../access/session-belongs.ts';
import type { SessionSnapshot } from '../contracts.ts';
import type { SessionHead } from '../session/session-head.ts';
import { sessionOf } from './durable-objects.ts';
import { notFoundProblem } from './problem.ts';
import type { AppContext } from './route.ts';

export const sessionParamsSchema = z.object({ id: sessionIdSchema });
/** Of what belongs to one job; its ticket is for exactly this session and task. */
export const jobParamsSchema = z.object({ id: sessionIdSchema, number: z.string().regex(/^[1-9]\d{0,5}$/) });
export const taskParamsSchema = z.object({ taskId: taskIdSchema });

/** The session id in the path. @throws ProblemError when it is none */
export function sessionIdIn(c: AppContext): SessionId {
  const id = sessionIdSchema.safeParse(c.req.param('id'));
  if (!id.success) throw notFoundProblem('session with this id');
  return id.data;
}

/** A session as its object knows it. @throws ProblemError when there is none */
export async function snapshotOf(c: AppContext, id: SessionId): Promise<SessionSnapshot> {
  const snapshot = await sessionOf(c.env, id).snapshot();
  if (snapshot === null) throw notFoundProblem(`session ${id}`);
  return snapshot;
}

/** A session and its tasks. @throws ProblemError when there is none that the caller may see */
export async function readSession(c: AppContext, caller: Caller, id: SessionId): Promise<SessionAnswer> {
  const found = await sessionOf(c.env, id).overview();
  if (found === null) throw notFoundProblem(`session ${id}`);
  mustReach(caller, belongsOf(found.session), 'viewer', `session ${id}`);
  return found;
}

/** A task as its session knows it. @throws ProblemError when there is none that the caller may see */
export async function readTask(c: AppContext, caller: Caller, taskId: TaskId): Promise<TaskView> {
  const { sessionId, taskNumber } = splitTaskId(taskId);
  const { tasks } = await readSession(c, caller, sessionId);
  const task = tasks.find(({ number }) => number === taskNumber);
  if (task === undefined) throw notFoundProblem(`task ${taskId}`);
  return task;
}

/** What must be known of a session before something is done with it. @throws ProblemError for who may not do it */
export async function reachSession(
  c: AppContext,
  caller: Caller,
  id: SessionId,
  needed: Role,
): Promise<SessionHead> {
  const head = await sessionOf(c.env, id).head();
  if (head === null) throw notFoundProblem(`session ${id}`);
  mustReach(caller, head, needed, `session ${id}`);
  return head;
}
