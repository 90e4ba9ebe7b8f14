import { z } from 'zod';
import type { Role } from '../../protocol/access.ts';
import type { SessionAnswer } from '../../protocol/http.ts';
import { accountKeySchema, type SessionId, sessionIdSchema, taskIdSchema } from '../../protocol/ids.ts';
import { taskNameSchema } from '../../protocol/task.ts';
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
/** By id, or by the name that it was given. */
export const taskParamsSchema = z.object({ taskId: z.union([taskIdSchema, taskNameSchema]) });
export const taskQuerySchema = z.object({
  /** Where a name is looked for, for those who reach several accounts. */
  account: accountKeySchema.optional(),
});

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
