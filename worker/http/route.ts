import type { Context } from 'hono';
import type { z } from 'zod';
import type { Role } from '../../protocol/access.ts';
import type { AccountKey, RunnerId } from '../../protocol/ids.ts';
import type { ShareView } from '../../protocol/shares.ts';
import type { Caller } from '../access/caller.ts';
import type { TicketClaims } from '../access/ticket.ts';
import type { Env } from '../env.ts';
import type { SetupAdmin } from '../setup/require-setup-admin.ts';
import { answerOnce } from './answer-once.ts';
import type { Operation } from './operation.ts';
import type { ProblemError } from './problem.ts';
import { readBody, readParams, readQuery } from './read-input.ts';
import { revalidate } from './revalidate.ts';

/** `bodyFault`: why the body ended early, where the reader's own error does not say so. */
export type AppEnv = { Bindings: Env; Variables: { bodyFault?: ProblemError } };
export type AppContext = Context<AppEnv>;

export type RunnerIdentity = { account: AccountKey; id: RunnerId; name: string };
export type RegistrationClaim = { account: AccountKey; token: string };
export type SignedBody = { text: string };

/**
 * Who may call a route, and what its guard proves.
 *
 * `user`: people and programs, by admin key, API key or browser session; the handler asks what they reach.
 * `runner`: runner credential. `registration`: a registration token, which its Fleet proves and uses up in one step.
 * `setup`: the admin of the deployment, by his browser's cookie alone; a page asks others to sign in.
 * `share`: the share link in the path, by the cookie of a browser that has opened it or by its token.
 * `ticket`: data-socket ticket of the session and task in the path. `signature`: GitHub's HMAC over the body.
 */
export type Callers = {
  public: null;
  setup: SetupAdmin;
  user: Caller;
  runner: RunnerIdentity;
  registration: RegistrationClaim;
  share: ShareView;
  ticket: TicketClaims;
  signature: SignedBody;
};
export type Access = keyof Callers;

type Answer = Response | Promise<Response>;

type RouteOf<A extends Access> = {
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  path: string;
  /** Largest body in bytes; `DEFAULT_BODY_BYTES` when left out. */
  maxBodyBytes?: number;
  access: A;
  /** Of a user: the least role that makes the call worth trying; whether it is enough here the handler finds out. */
  needs: A extends 'user' ? Role : null;
  /** What it takes and gives; the API's description is made of it. */
  operation: Operation;
  /** Another proof, which this route alone takes. Null: it was not given. */
  alsoTakes?: (c: AppContext) => Promise<Callers[A] | null>;
  handle: (c: AppContext, caller: Callers[A]) => Answer;
};

/**
 * One route and who may call it. Routes exist only through the table of them, so that none is open by accident; each
 * handler gets the caller that its guard has proved.
 */
export type Route = { [A in Access]: RouteOf<A> }[Access];

/** Far above any prompt; a body beyond it is a mistake or an attack. */
export const DEFAULT_BODY_BYTES = 1_000_000;

/** What an operation's schemas make of a request. */
export type Input<O extends Operation> = {
  params: Parsed<O['params']>;
  query: Parsed<O['query']>;
  body: Parsed<O['body']>;
};
type Parsed<S> = S extends z.ZodType ? z.output<S> : undefined;

type Spec<A extends Access, O extends Operation> = Omit<
  RouteOf<A>,
  'access' | 'needs' | 'operation' | 'handle'
> & {
  operation: O;
  handle: (c: AppContext, caller: Callers[A], input: Input<O>) => Answer;
} & (A extends 'user' ? { needs: Role } : unknown);

/** Makes routes of one kind of caller. Their handlers get what their operation's schemas make of the request. */
const routesFor =
  <A extends Access>(access: A) =>
  <const O extends Operation>(spec: Spec<A, O>): Route => {
    const { operation, handle } = spec;
    const needs = 'needs' in spec ? spec.needs : null;
    const answer = async (c: AppContext, caller: Callers[A]) => {
      const input = await readInput(c, operation);
      const act = () => handle(c, caller, input);
      if (operation.idempotent === true && isUser(caller)) return answerOnce(c, caller, input, act);
      return operation.revalidates === true ? revalidate(c, await act()) : act();
    };
    // The compiler can't see that the parts of a union fit each other when the part is a parameter.
    return { ...spec, access, needs, handle: answer } as Route;
  };

/** For people and programs. */
export const userRoute = routesFor('user');
export const publicRoute = routesFor('public');
export const setupRoute = routesFor('setup');
export const runnerRoute = routesFor('runner');
export const registrationRoute = routesFor('registration');
export const shareRoute = routesFor('share');
export const ticketRoute = routesFor('ticket');
export const signatureRoute = routesFor('signature');

function isUser(caller: Callers[Access]): caller is Caller {
  return caller !== null && 'proof' in caller;
}

/** @throws ProblemError that names each mistake with its path */
async function readInput<O extends Operation>(c: AppContext, { params, query, body }: O): Promise<Input<O>> {
  const input = {
    params: params === undefined ? undefined : readParams(c, params),
    query: query === undefined ? undefined : readQuery(c, query),
    body: body === undefined ? undefined : await readBody(c, body),
  };
  return input as Input<O>;
}
