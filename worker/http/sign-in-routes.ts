import { signInBodySchema } from '../../protocol/http.ts';
import { toBase64Url } from '../access/base64url.ts';
import { browserSessionOf, dropSessionCookie, startBrowserSession } from '../access/browser-session.ts';
import { sha256Hex } from '../access/compare-hash.ts';
import { noteEndedSession } from '../access/ended-sessions.ts';
import { requireOwnPage } from '../access/guard.ts';
import { configOf } from '../config.ts';
import { storeSignInToken, useSignInToken } from '../record/sign-in-tokens.ts';
import { unauthorizedProblem } from './problem.ts';
import { readBody } from './read-input.ts';
import { readRecord } from './read-record.ts';
import type { Route } from './route.ts';

/** Long enough to open a link that was just printed, short enough that one in a terminal's history is worthless. */
const SIGN_IN_TOKEN_MS = 15 * 60_000;
const SIGN_IN_TOKEN_BYTES = 32;

export const signInRoutes: Route[] = [
  {
    method: 'POST',
    path: '/api/sign-in/tokens',
    access: 'user',
    needs: 'admin',
    handle: async (c) => {
      const token = toBase64Url(crypto.getRandomValues(new Uint8Array(SIGN_IN_TOKEN_BYTES)));
      const createdAt = Date.now();
      const expiresAt = createdAt + SIGN_IN_TOKEN_MS;
      const hash = await sha256Hex(token);
      await readRecord(c, (db) => storeSignInToken(db, { hash, createdAt, expiresAt }));
      return c.json({ token, expiresAt }, 201);
    },
  },
  {
    method: 'POST',
    path: '/api/sign-in',
    access: 'public',
    handle: async (c) => {
      requireOwnPage(c);
      const { token } = await readBody(c, signInBodySchema);
      const hash = await sha256Hex(token);
      if (!(await readRecord(c, (db) => useSignInToken(db, hash, Date.now())))) {
        throw unauthorizedProblem(
          'The sign-in token is wrong, was used before or has expired.',
          'Ask for a new one with POST /api/sign-in/tokens and the admin key.',
        );
      }
      const { secret, publicUrl } = configOf(c.env);
      await startBrowserSession(c, secret, publicUrl, Date.now());
      return c.body(null, 204);
    },
  },
  {
    method: 'POST',
    path: '/api/sign-out',
    access: 'user',
    needs: 'viewer',
    handle: async (c) => {
      const { secret, publicUrl } = configOf(c.env);
      const session = await browserSessionOf(c, secret, Date.now());
      if (session !== null) await noteEndedSession(c.env, session);
      dropSessionCookie(c, publicUrl);
      return c.body(null, 204);
    },
  },
];
