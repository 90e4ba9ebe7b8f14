import { type SessionId, sessionIdSchema } from '../../protocol/ids.ts';
import type { SessionSnapshot } from '../contracts.ts';
import { sessionOf } from './durable-objects.ts';
import { notFoundProblem } from './problem.ts';
import type { AppContext } from './route.ts';

/** The session id in the path. @throws ProblemError when it is none */
export function sessionIdIn(c: AppContext): SessionId {
  const id = sessionIdSchema.safeParse(c.req.param('id'));
  if (!id.success) throw notFoundProblem('session with this id');
  return id.data;
}

/** The session of the path as its object knows it. @throws ProblemError when there is none */
export async function snapshotOf(c: AppContext, id: SessionId): Promise<SessionSnapshot> {
  const snapshot = await sessionOf(c.env, id).snapshot();
  if (snapshot === null) throw notFoundProblem(`session ${id}`);
  return snapshot;
}
