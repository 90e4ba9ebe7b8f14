import type { Context } from 'hono';
import { deleteCookie, getSignedCookie, setSignedCookie } from 'hono/cookie';
import { toBase64Url } from './base64url.ts';

const COOKIE = 'signalbox_session';

/** A working day and a night; then the sign-in link is asked for again. */
export const SESSION_MS = 24 * 60 * 60_000;

/** Keeps another signed text of this deployment from passing for a session. */
const PURPOSE = 'browser-session';

/** Names a session, so that it can be ended: 128 bits. */
const ID_BYTES = 16;

/** Signs the browser in: an HttpOnly, SameSite=Strict cookie, Secure where the deployment has https. */
export async function startBrowserSession(
  c: Context,
  secret: string,
  publicUrl: string,
  nowMs: number,
): Promise<void> {
  const id = toBase64Url(crypto.getRandomValues(new Uint8Array(ID_BYTES)));
  await setSignedCookie(c, COOKIE, `${PURPOSE}.${id}.${nowMs + SESSION_MS}`, secret, {
    httpOnly: true,
    sameSite: 'Strict',
    path: '/',
    secure: publicUrl.startsWith('https:'),
    maxAge: SESSION_MS / 1000,
  });
}

/** Takes the cookie from the browser. What else holds a copy of it is the business of `ended-sessions.ts`. */
export function dropSessionCookie(c: Context, publicUrl: string): void {
  deleteCookie(c, COOKIE, { path: '/', secure: publicUrl.startsWith('https:') });
}

/** Whether a `Cookie` header holds something under the session's name; proves nothing. */
export function hasSessionCookie(header: string | null): header is string {
  return header !== null && new RegExp(`(?:^|;) *${COOKIE}=`).test(header);
}

/** The id of the session that the request carries; null when it is none of ours or has expired. */
export async function browserSessionOf(c: Context, secret: string, nowMs: number): Promise<string | null> {
  const value = await getSignedCookie(c, secret, COOKIE);
  if (typeof value !== 'string') return null;
  const [purpose, id = '', expiresAt, ...rest] = value.split('.');
  const isOurs = purpose === PURPOSE && id !== '' && rest.length === 0;
  return isOurs && Number(expiresAt) > nowMs ? id : null;
}
