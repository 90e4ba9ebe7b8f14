import { signInBodySchema, signInTokenAnswerSchema } from '../../protocol/http.ts';
import { toBase64Url } from '../access/base64url.ts';
import { browserSessionOf, dropSessionCookie, startBrowserSession } from '../access/browser-session.ts';
import type { Caller } from '../access/caller.ts';
import { sha256Hex } from '../access/compare-hash.ts';
import { noteEndedSession } from '../access/ended-sessions.ts';
import { requireOwnPage } from '../access/guard.ts';
import { configOf } from '../config.ts';
import { storeSignInToken, useSignInToken } from '../record/sign-in-tokens.ts';
import { audited, noted } from './audited.ts';
import { forbiddenProblem, unauthorizedProblem } from './problem.ts';
import { readRecord } from './read-record.ts';
import { publicRoute, type Route, userRoute } from './route.ts';

/** Long enough to open a link that was just printed, short enough that one in a terminal's history is worthless. */
const SIGN_IN_TOKEN_MS = 15 * 60_000;
const SIGN_IN_TOKEN_BYTES = 32;

/** Enough of a hash to tell tokens apart in the audit log. */
const SHOWN_HASH_CHARS = 12;

const EXAMPLE_SIGN_IN_TOKEN = 'A'.repeat(43);

export const signInRoutes: Route[] = [
  userRoute({
    method: 'POST',
    path: '/api/sign-in/tokens',
    needs: 'admin',
    operation: {
      id: 'createSignInToken',
      tag: 'People and keys',
      summary: 'Make a one-time token that signs a browser in as the admin of the deployment',
      description: 'For the holder of the admin key only. The token is shown once and lasts 15 minutes.',
      answers: {
        201: {
          description: 'The token: `<deployment>/#sign-in=<token>` is the link',
          schema: signInTokenAnswerSchema,
          example: { token: EXAMPLE_SIGN_IN_TOKEN, expiresAt: 1_780_000_900_000 },
        },
      },
      problems: ['record_unavailable'],
    },
    handle: async (c, caller) => {
      mustBeDeploymentAdmin(caller);
      const token = toBase64Url(crypto.getRandomValues(new Uint8Array(SIGN_IN_TOKEN_BYTES)));
      const createdAt = Date.now();
      const expiresAt = createdAt + SIGN_IN_TOKEN_MS;
      const hash = await sha256Hex(token);
      const account = configOf(c.env).defaultAccount;
      const target = { kind: 'sign_in_token', id: hash.slice(0, SHOWN_HASH_CHARS), name: null };
      await audited(c, caller, { account, action: 'sign_in_token.created', target }, () =>
        readRecord(c, (db) => storeSignInToken(db, { hash, createdAt, expiresAt })),
      );
      return c.json({ token, expiresAt }, 201);
    },
  }),
  publicRoute({
    method: 'POST',
    path: '/api/sign-in',
    operation: {
      id: 'signIn',
      tag: 'People and keys',
      summary: 'Sign a browser in with a one-time token',
      description: 'Sets the cookie of the page. A browser may do this from the page of the deployment only.',
      body: signInBodySchema,
      bodyExample: { token: EXAMPLE_SIGN_IN_TOKEN },
      answers: { 204: { description: 'Signed in; the cookie is set' } },
      problems: ['unauthorized', 'forbidden', 'not_json', 'record_unavailable'],
    },
    handle: async (c, _nobody, { body: { token } }) => {
      requireOwnPage(c);
      const hash = await sha256Hex(token);
      if (!(await readRecord(c, (db) => useSignInToken(db, hash, Date.now())))) {
        throw unauthorizedProblem(
          'The sign-in token is wrong, was used before or has expired.',
          'Ask for a new one with POST /api/sign-in/tokens and the admin key.',
        );
      }
      const { secret, publicUrl, defaultAccount: account } = configOf(c.env);
      const id = hash.slice(0, SHOWN_HASH_CHARS);
      const actor = { kind: 'browser', id: null, name: 'admin' } as const;
      const target = { kind: 'sign_in_token', id, name: null };
      await noted(c, { account, actor, action: 'person.signed_in', target });
      await startBrowserSession(c, secret, publicUrl, Date.now());
      return c.body(null, 204);
    },
  }),
  userRoute({
    method: 'POST',
    path: '/api/sign-out',
    needs: 'viewer',
    operation: {
      id: 'signOut',
      tag: 'People and keys',
      summary: 'Sign this browser out',
      answers: { 204: { description: 'Signed out; copies of the cookie are refused too' } },
    },
    handle: async (c) => {
      const { secret, publicUrl } = configOf(c.env);
      const session = await browserSessionOf(c, secret, Date.now());
      if (session !== null) await noteEndedSession(c.env, session.id);
      dropSessionCookie(c, publicUrl);
      return c.body(null, 204);
    },
  }),
];

/** Whoever has such a token reaches everything; an account's own admin does not. @throws ProblemError */
function mustBeDeploymentAdmin({ reach }: Caller): void {
  if (reach.kind === 'deployment') return;
  throw forbiddenProblem(
    'A sign-in token signs in as the admin of the whole deployment.',
    'Use the admin key, or sign in with GitHub.',
  );
}
