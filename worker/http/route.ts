import type { Context } from 'hono';
import type { AccountKey, RunnerId } from '../../protocol/ids.ts';
import type { MessageSource, Person } from '../../protocol/task.ts';
import type { TicketClaims } from '../access/ticket.ts';
import type { Env } from '../env.ts';
import type { ProblemError } from './problem.ts';

/** `bodyFault`: why the body ended early, where the reader's own error does not say so. */
export type AppEnv = { Bindings: Env; Variables: { bodyFault?: ProblemError } };
export type AppContext = Context<AppEnv>;

/** Somebody with the admin key, or a browser that signed in. */
export type Admin = { person: Person; source: MessageSource };
export type RunnerIdentity = { account: AccountKey; id: RunnerId; name: string };
export type RegistrationClaim = { account: AccountKey; token: string };
export type SignedBody = { text: string };

type Answer = Response | Promise<Response>;

type RouteBase = {
  method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  path: string;
  /** Largest body in bytes; `DEFAULT_BODY_BYTES` when left out. */
  maxBodyBytes?: number;
};

/**
 * One route and who may call it. Routes exist only through this table, so that none is open by accident; each
 * handler gets the caller that its guard has proved.
 *
 * `admin`: admin key or browser session. `runner`: runner credential. `registration`: a registration token, which its
 * Fleet proves and uses up in one step. `ticket`: data-socket ticket of the session
 * and task in the path. `signature`: GitHub's HMAC over the body.
 */
export type Route = RouteBase &
  (
    | { access: 'public'; handle: (c: AppContext) => Answer }
    | { access: 'admin'; handle: (c: AppContext, admin: Admin) => Answer }
    | { access: 'runner'; handle: (c: AppContext, runner: RunnerIdentity) => Answer }
    | { access: 'registration'; handle: (c: AppContext, claim: RegistrationClaim) => Answer }
    | { access: 'ticket'; handle: (c: AppContext, claims: TicketClaims) => Answer }
    | { access: 'signature'; handle: (c: AppContext, body: SignedBody) => Answer }
  );

/** Far above any prompt; a body beyond it is a mistake or an attack. */
export const DEFAULT_BODY_BYTES = 1_000_000;
