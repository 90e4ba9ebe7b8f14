import type { Context } from 'hono';
import { deleteCookie, getSignedCookie, setSignedCookie } from 'hono/cookie';

const COOKIE = 'signalbox_session';

/** A working day and a night; then the sign-in link is asked for again. */
const SESSION_MS = 24 * 60 * 60_000;

/** Keeps another signed text of this deployment from passing for a session. */
const PURPOSE = 'browser-session';

/** Signs the browser in: an HttpOnly, SameSite=Strict cookie, Secure where the deployment has https. */
export async function startBrowserSession(
  c: Context,
  secret: string,
  publicUrl: string,
  nowMs: number,
): Promise<void> {
  await setSignedCookie(c, COOKIE, `${PURPOSE}.${nowMs + SESSION_MS}`, secret, {
    httpOnly: true,
    sameSite: 'Strict',
    path: '/',
    secure: publicUrl.startsWith('https:'),
    maxAge: SESSION_MS / 1000,
  });
}

export function endBrowserSession(c: Context, publicUrl: string): void {
  deleteCookie(c, COOKIE, { path: '/', secure: publicUrl.startsWith('https:') });
}

/** Whether a `Cookie` header holds something under the session's name; proves nothing. */
export function hasSessionCookie(header: string | null): header is string {
  return header !== null && new RegExp(`(?:^|;) *${COOKIE}=`).test(header);
}

/** Whether the request carries a session of ours that has not expired. */
export async function hasBrowserSession(c: Context, secret: string, nowMs: number): Promise<boolean> {
  const value = await getSignedCookie(c, secret, COOKIE);
  if (typeof value !== 'string') return false;
  const [purpose, expiresAt, ...rest] = value.split('.');
  return purpose === PURPOSE && rest.length === 0 && Number(expiresAt) > nowMs;
}
