import type { Role } from '../../protocol/access.ts';
import { taskIdOf } from '../../protocol/ids.ts';
import { configOf } from '../config.ts';
import { parseCredential } from '../fleet/runner-credential.ts';
import { fleetOf } from '../http/durable-objects.ts';
import { forbiddenProblem, ProblemError, unauthorizedProblem } from '../http/problem.ts';
import type { AppContext, RegistrationClaim, RunnerIdentity, SignedBody } from '../http/route.ts';
import { appOf } from '../read-app.ts';
import { bearerOf } from './bearer.ts';
import { browserSessionOf } from './browser-session.ts';
import type { Caller, Proof } from './caller.ts';
import { checkApiKey } from './check-api-key.ts';
import { matchesHash } from './compare-hash.ts';
import { isEndedSession } from './ended-sessions.ts';
import { isOwnOrigin, isUnforgeableBody, needsOwnOrigin } from './judge-origin.ts';
import { personReach } from './person-reach.ts';
import { reachesAnything } from './reach.ts';
import { type TicketClaims, verifyTicket } from './ticket.ts';
import { isSignature, verifyWebhook } from './verify-webhook.ts';

const ADMIN = { login: 'admin', id: null, name: null, email: null };

/**
 * Somebody who has at least this role somewhere; whether he has it for what the call is about, its handler asks.
 * @throws ProblemError
 */
export async function requireUser(c: AppContext, needed: Role): Promise<Caller> {
  const caller = await identifyUser(c);
  if (reachesAnything(caller.reach, needed)) return caller;
  throw forbiddenProblem(
    `This needs the role "${needed}" somewhere; you have it nowhere.`,
    'Ask an admin of the account for it, or use a key that has it.',
  );
}

/** The admin key, an API key, or a browser session whose writes and sockets come from our own page. */
async function identifyUser(c: AppContext): Promise<Caller> {
  const config = configOf(c.env);
  const key = bearerOf(c.req.raw);
  const nowMs = Date.now();
  if (key !== null) return identifyKey(c, key, nowMs);
  const session = await browserSessionOf(c, config.secret, nowMs);
  if (session === null || (await isEndedSession(c.env, session.id, nowMs))) {
    throw unauthorizedProblem(
      'This needs an API key, the admin key or a signed-in browser.',
      'Send "Authorization: Bearer sbk_…", or sign in on the page.',
    );
  }
  if (needsOwnOrigin(c.req.raw) && !isOwnOrigin(c.req.raw, config.publicUrl)) {
    throw forbiddenProblem(
      'A signed-in browser may write and open sockets only from the page of this deployment.',
      `Use the page at ${config.publicUrl}, or call the API with a key.`,
    );
  }
  requireJson(c);
  const proof = { kind: 'browser' as const, sessionId: session.id };
  if (session.personId !== null) return identifyPerson(c, session.personId, proof, nowMs);
  return { person: ADMIN, source: 'dashboard', proof, reach: { kind: 'deployment' } };
}

/** Who signed in with GitHub reaches what GitHub gives him. @throws ProblemError */
async function identifyPerson(c: AppContext, id: number, proof: Proof, nowMs: number): Promise<Caller> {
  const found = await personReach(c.env, id, nowMs);
  switch (found.status) {
    case 'known': {
      const person = { login: found.login, id, name: null, email: null };
      return { person, source: 'dashboard', proof, reach: found.reach };
    }
    case 'signed_out':
      throw unauthorizedProblem('GitHub no longer vouches for this browser.', 'Sign in with GitHub again.');
    case 'unavailable':
      throw new ProblemError(503, 'github_unavailable', {
        detail: 'GitHub did not say what you may read, for half an hour.',
      });
  }
}

async function identifyKey(c: AppContext, key: string, nowMs: number): Promise<Caller> {
  const holder = await checkApiKey(c.env, key, nowMs);
  if (holder !== null) return holder;
  if (key.startsWith('sbk_')) {
    throw unauthorizedProblem(
      'The API key is wrong, has expired or was revoked.',
      'Ask an admin of the account for a new one (POST /api/keys).',
    );
  }
  if (await matchesHash(key, configOf(c.env).adminKeyHash)) {
    return { person: ADMIN, source: 'api', proof: { kind: 'admin_key' }, reach: { kind: 'deployment' } };
  }
  throw unauthorizedProblem('The admin key is wrong.', 'Send the key that was shown at the first start.');
}

/** For what a browser may call before it has a cookie: another site must not sign it in. @throws ProblemError */
export function requireOwnPage(c: AppContext): void {
  const { publicUrl } = configOf(c.env);
  const comesFromSite = c.req.raw.headers.has('origin') || c.req.raw.headers.has('sec-fetch-site');
  if (comesFromSite && !isOwnOrigin(c.req.raw, publicUrl)) {
    throw forbiddenProblem('Another site may not sign a browser in.', `Use the page at ${publicUrl}.`);
  }
  requireJson(c);
}

/** Browsers send other content types across sites without asking. @throws ProblemError */
function requireJson(c: AppContext): void {
  if (isUnforgeableBody(c.req.raw)) return;
  throw new ProblemError(415, 'not_json', {
    title: 'The body is not declared as JSON',
    detail: 'What a browser sends must have the content type application/json.',
    remedy: 'Send "Content-Type: application/json".',
  });
}

/** @throws ProblemError */
export async function requireRunner(c: AppContext): Promise<RunnerIdentity> {
  const credential = bearerOf(c.req.raw);
  const claimed = credential === null ? null : parseCredential('sbr', credential);
  if (credential !== null && claimed !== null) {
    const runner = await fleetOf(c.env, claimed.account).runnerOf(credential);
    if (runner !== null) return { account: claimed.account, id: runner.id, name: runner.name };
  }
  throw unauthorizedProblem(
    credential === null
      ? 'This needs a runner credential.'
      : 'The runner credential is wrong or was removed.',
    'Register the runner with "signalbox-runner register" and a token of POST /api/runners/registration-tokens.',
  );
}

/** A registration token by its form; which account it names. Its Fleet proves it. @throws ProblemError */
export function requireRegistrationToken(c: AppContext): RegistrationClaim {
  const token = bearerOf(c.req.raw);
  const claimed = token === null ? null : parseCredential('sbt', token);
  if (token !== null && claimed !== null) return { account: claimed.account, token };
  throw unauthorizedProblem(
    'This needs a registration token.',
    'Send "Authorization: Bearer sbt_…"; an admin makes one with POST /api/runners/registration-tokens.',
  );
}

/** A ticket for exactly the session and task in the path. @throws ProblemError */
export async function requireTicket(c: AppContext): Promise<TicketClaims> {
  const ticket = bearerOf(c.req.raw);
  const verdict = ticket === null ? null : await verifyTicket(configOf(c.env).secret, ticket, Date.now());
  const remedy = 'Ask for a new ticket on the control socket ("renew_ticket").';
  if (verdict === null) throw unauthorizedProblem('This needs the ticket of a job.', remedy);
  if (verdict.status === 'refused') {
    throw unauthorizedProblem(`The ticket was refused: ${verdict.reason.replace('_', ' ')}.`, remedy);
  }
  const { claims } = verdict;
  if (claims.sessionId !== c.req.param('id') || String(claims.taskNumber) !== c.req.param('number')) {
    throw unauthorizedProblem('The ticket is for another task.', 'Use the ticket that came with this job.');
  }
  // A ticket outlives its runner's registration by minutes; a runner is removed for a reason.
  if (
    !(await fleetOf(c.env, claims.account).knowsRunner(
      claims.runnerId,
      taskIdOf(claims.sessionId, claims.taskNumber),
    ))
  ) {
    throw unauthorizedProblem('The runner of this ticket was removed.', 'Register the runner again.');
  }
  return claims;
}

/** GitHub's signature over the raw body. @throws ProblemError */
export async function requireSignature(c: AppContext): Promise<SignedBody> {
  const signature = c.req.header('x-hub-signature-256');
  const remedy = 'Set the same webhook secret in the GitHub App and in GITHUB_WEBHOOK_SECRET.';
  if (signature === undefined) throw unauthorizedProblem('X-Hub-Signature-256 is missing.', remedy);
  const { githubApp } = await appOf(c.env);
  if (githubApp === null) {
    throw new ProblemError(503, 'app_not_configured', {
      title: 'No GitHub App',
      detail: 'This deployment has no GitHub App, so it takes no webhooks.',
      remedy: 'Make one on /setup, or set GITHUB_APP_ID, GITHUB_PRIVATE_KEY and GITHUB_WEBHOOK_SECRET.',
    });
  }
  // Nobody has us read megabytes without one.
  const body = isSignature(signature) ? await c.req.arrayBuffer() : null;
  if (body === null || !(await verifyWebhook(githubApp.webhookSecret, body, signature))) {
    throw unauthorizedProblem("The webhook's signature does not fit its body.", remedy);
  }
  return { text: new TextDecoder().decode(body) };
}
