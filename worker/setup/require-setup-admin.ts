import { browserSessionOf } from '../access/browser-session.ts';
import type { Caller } from '../access/caller.ts';
import { isEndedSession } from '../access/ended-sessions.ts';
import { isOwnOrigin } from '../access/judge-origin.ts';
import { configOf } from '../config.ts';
import { forbiddenProblem } from '../http/problem.ts';
import type { AppContext } from '../http/route.ts';

/** The admin of the deployment by his browser, and the session that proves it. */
export type SetupAdmin = Caller & { proof: { kind: 'browser'; sessionId: string } };

/**
 * Pages of the set-up have forms: a write is proved by the cookie and by its `Origin`, which browsers send with each.
 *
 * @returns null when nobody is signed in, or somebody who is not the admin of the deployment
 * @throws ProblemError 403 when the form is another site's
 */
export async function setupAdminOf(c: AppContext): Promise<SetupAdmin | null> {
  const { secret, publicUrl } = configOf(c.env);
  const nowMs = Date.now();
  const session = await browserSessionOf(c, secret, nowMs);
  if (session === null || session.personId !== null) return null;
  if (await isEndedSession(c.env, session.id, nowMs)) return null;
  mustBeOwnForm(c, publicUrl);
  return {
    person: { login: 'admin', id: null, name: null, email: null },
    source: 'dashboard',
    proof: { kind: 'browser', sessionId: session.id },
    reach: { kind: 'deployment' },
  };
}

/** @throws ProblemError */
export function mustBeOwnForm(c: AppContext, publicUrl: string): void {
  const { raw } = c.req;
  if (['GET', 'HEAD'].includes(raw.method) || isOwnOrigin(raw, publicUrl)) return;
  throw forbiddenProblem(
    'The form is not one of this deployment.',
    `Open ${publicUrl}/setup and use the one there.`,
  );
}
