import { generateRandomCodeVerifier, generateRandomState } from 'oauth4webapi';
import { z } from 'zod';
import { signInMethodsSchema } from '../../protocol/sign-in.ts';
import { startBrowserSession } from '../access/browser-session.ts';
import { clientAddress } from '../access/client-address.ts';
import { forgetReach, personReach } from '../access/person-reach.ts';
import { keepAttempt, type SignInAttempt, takeAttempt } from '../access/sign-in-cookie.ts';
import { accountOf } from '../account/account-of.ts';
import { configOf } from '../config.ts';
import { describeWithoutCause } from '../github/describe-without-cause.ts';
import { readPerson } from '../github/read-person.ts';
import { authorizationUrl, exchangeCode, type SignInConfig } from '../github/user-tokens.ts';
import { createLogger } from '../logger.ts';
import { appOf } from '../read-app.ts';
import { ProblemError } from './problem.ts';
import { type AppContext, publicRoute, type Route } from './route.ts';

const CALLBACK = '/api/sign-in/github/callback';

const logger = createLogger({ part: 'sign-in' });

/** Why nobody was signed in: the page says it in words. */
type Failure = 'expired' | 'refused' | 'no_access';

export const githubSignInRoutes: Route[] = [
  publicRoute({
    method: 'GET',
    path: '/api/sign-in',
    operation: {
      id: 'listSignInMethods',
      tag: 'People and keys',
      summary: 'Say how a browser can be signed in',
      answers: {
        200: { description: 'The ways.', schema: signInMethodsSchema, example: { link: true, github: true } },
      },
    },
    handle: async (c) => c.json({ link: true, github: (await appOf(c.env)).githubSignIn !== null }),
  }),
  publicRoute({
    method: 'GET',
    path: '/api/sign-in/github',
    operation: {
      id: 'startGitHubSignIn',
      tag: 'People and keys',
      summary: 'Send a browser to GitHub to sign in there',
      description: 'OAuth 2.0 with PKCE and a state, kept in an encrypted cookie for ten minutes.',
      query: z.object({ return_to: z.string().max(500).default('/') }),
      answers: { 302: { description: 'To GitHub.' } },
      problems: ['sign_in_not_configured'],
    },
    handle: async (c, _nobody, { query }) => {
      const config = await signInConfig(c);
      const keeper = configOf(c.env);
      const attempt: SignInAttempt = {
        state: generateRandomState(),
        verifier: generateRandomCodeVerifier(),
        returnTo: ownPath(query.return_to, keeper.publicUrl),
      };
      await keepAttempt(c, keeper, attempt, Date.now());
      const redirectUri = `${keeper.publicUrl}${CALLBACK}`;
      return c.redirect(await authorizationUrl(config, { ...attempt, redirectUri }));
    },
  }),
  publicRoute({
    method: 'GET',
    path: CALLBACK,
    operation: {
      id: 'finishGitHubSignIn',
      tag: 'People and keys',
      summary: 'Take a browser back from GitHub',
      description: 'Where it failed, the address that it is sent to ends in "#sign-in-failed=…".',
      query: z.looseObject({ code: z.string().optional(), state: z.string().optional() }),
      answers: { 302: { description: 'To the page, signed in or with what went wrong.' } },
      problems: ['sign_in_not_configured'],
    },
    handle: async (c) => {
      const config = await signInConfig(c);
      const attempt = await takeAttempt(c, configOf(c.env), Date.now());
      const failure = attempt === null ? 'expired' : await signIn(c, config, attempt);
      return c.redirect(failure === null ? (attempt?.returnTo ?? '/') : `/#sign-in-failed=${failure}`);
    },
  }),
];

/** @throws ProblemError */
async function signInConfig(c: AppContext): Promise<SignInConfig> {
  const { githubSignIn } = await appOf(c.env);
  if (githubSignIn !== null) return githubSignIn;
  throw new ProblemError(503, 'sign_in_not_configured', {
    detail: 'This deployment does not know the OAuth client of its GitHub App.',
  });
}

/** @returns why nobody was signed in; null when somebody was */
async function signIn(c: AppContext, config: SignInConfig, attempt: SignInAttempt): Promise<Failure | null> {
  const { publicUrl, secret } = configOf(c.env);
  const nowMs = Date.now();
  const person = await redeem(c, config, attempt, nowMs);
  if (person === null) return 'refused';
  forgetReach(person.id);
  const found = await personReach(c.env, person.id, nowMs);
  if (found.status !== 'known') return 'refused';
  const accounts = found.reach.kind === 'accounts' ? found.reach.accounts : [];
  if (accounts.length === 0) return 'no_access';
  await startBrowserSession(c, secret, publicUrl, nowMs, person.id);
  const name = person.login;
  const entry = {
    id: crypto.randomUUID(),
    at: nowMs,
    actor: { kind: 'browser' as const, id: `github:${person.id}`, name },
    action: 'person.signed_in',
    target: { kind: 'person', id: `github:${person.id}`, name },
    address: clientAddress(c.req.raw),
    userAgent: c.req.header('user-agent')?.slice(0, MAX_USER_AGENT_CHARS) ?? null,
    details: {},
  };
  await Promise.all(accounts.map(({ account }) => accountOf(c.env, account).audit.add(entry)));
  return null;
}

const MAX_USER_AGENT_CHARS = 200;

/** Who came back, once GitHub has given tokens for him. Null when it refused, or can't be reached. */
async function redeem(c: AppContext, config: SignInConfig, attempt: SignInAttempt, nowMs: number) {
  const redirectUri = `${configOf(c.env).publicUrl}${CALLBACK}`;
  try {
    const tokens = await exchangeCode(config, new URL(c.req.url), { ...attempt, redirectUri }, nowMs);
    const person = await readPerson(config, tokens);
    await accountOf(c.env, `github:${person.id}`).person.signIn(person, tokens);
    return person;
  } catch (error) {
    logger.warn('sign_in.failed', { reason: describeWithoutCause(error) });
    return null;
  }
}

/** A path of this deployment: nobody is sent elsewhere by a link that was made for it. */
function ownPath(path: string, publicUrl: string): string {
  const url = URL.parse(path, publicUrl);
  return url !== null && url.origin === new URL(publicUrl).origin ? `${url.pathname}${url.search}` : '/';
}
