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

/** `personId`: GitHub's numeric id of who signed in there; null for the admin of the deployment. */
export type BrowserSession = { id: string; personId: number | null };

/** Signs the browser in: an HttpOnly, SameSite=Strict cookie, Secure where the deployment has https. */
export async function startBrowserSession(
  c: Context,
  secret: string,
  publicUrl: string,
  nowMs: number,
  personId: number | null = null,
): Promise<void> {
  const id = toBase64Url(crypto.getRandomValues(new Uint8Array(ID_BYTES)));
  const who = personId === null ? '' : `.${personId}`;
  await setSignedCookie(c, COOKIE, `${PURPOSE}.${id}.${nowMs + SESSION_MS}${who}`, secret, {
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

/** The session that the request carries; null when it is none of ours or has expired. */
export async function browserSessionOf(
  c: Context,
  secret: string,
  nowMs: number,
): Promise<BrowserSession | null> {
  const value = await getSignedCookie(c, secret, COOKIE);
  if (typeof value !== 'string') return null;
  const [purpose, id = '', expiresAt, person, ...rest] = value.split('.');
  const isOurs = purpose === PURPOSE && id !== '' && rest.length === 0;
  const personId = person === undefined ? null : Number(person);
  // What no digits are would else be the admin's.
  if (!isOurs || (personId !== null && !Number.isSafeInteger(personId))) return null;
  return Number(expiresAt) > nowMs ? { id, personId } : null;
}
