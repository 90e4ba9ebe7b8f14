import type { Context } from 'hono';
import { getSignedCookie, setSignedCookie } from 'hono/cookie';
import type { AccountKey } from '../../protocol/ids.ts';
import { accountKeySchema } from '../../protocol/ids.ts';
import type { ShareView } from '../../protocol/shares.ts';
import { fromBase64Url, toBase64Url } from './base64url.ts';

const COOKIE = 'signalbox_share';

/** Afterwards the link itself is opened again. */
const MAX_COOKIE_MS = 12 * 3_600_000;

/** Keeps another signed text of this deployment from passing for one that a share link was opened. */
const PURPOSE = 'share';

/**
 * Notes in the browser that it has opened a share link. The cookie is sent to this link's own addresses only, so that
 * one browser can look through several links, and is no sign-in anywhere else.
 */
export async function setShareCookie(
  c: Context,
  secret: string,
  publicUrl: string,
  { id, account, expiresAt }: ShareView,
  nowMs: number,
): Promise<void> {
  const until = Math.min(expiresAt, nowMs + MAX_COOKIE_MS);
  const owner = toBase64Url(new TextEncoder().encode(account));
  await setSignedCookie(c, COOKIE, `${PURPOSE}.${id}.${owner}.${until}`, secret, {
    httpOnly: true,
    sameSite: 'Strict',
    path: `/api/shared/${id}`,
    secure: publicUrl.startsWith('https:'),
    maxAge: Math.max(1, Math.floor((until - nowMs) / 1_000)),
  });
}

/** The link that the browser has opened, and whose it is; null when the cookie is none of ours or too old. */
export async function shareOfCookie(
  c: Context,
  secret: string,
  nowMs: number,
): Promise<{ id: string; account: AccountKey } | null> {
  const value = await getSignedCookie(c, secret, COOKIE);
  if (typeof value !== 'string') return null;
  const [purpose, id = '', owner = '', until, ...rest] = value.split('.');
  if (purpose !== PURPOSE || rest.length > 0 || !(Number(until) > nowMs)) return null;
  const bytes = fromBase64Url(owner);
  const account = accountKeySchema.safeParse(bytes === null ? null : new TextDecoder().decode(bytes));
  return account.success ? { id, account: account.data } : null;
}
