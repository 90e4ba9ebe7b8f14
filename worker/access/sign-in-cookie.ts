import type { Context } from 'hono';
import { deleteCookie, getCookie, setCookie } from 'hono/cookie';
import { z } from 'zod';
import { openText, sealText } from './seal-text.ts';

const COOKIE = 'signalbox_sign_in';
const PURPOSE = 'signalbox sign-in v1';

/** The cookie goes to the two addresses of the sign-in and nowhere else. */
const PATH = '/api/sign-in/github';

/** As long as GitHub's code lives. */
const SIGN_IN_MS = 10 * 60_000;

const attemptSchema = z.object({
  state: z.string(),
  verifier: z.string(),
  returnTo: z.string(),
  expiresAt: z.number(),
});

/** What must come back from GitHub (RFC 6749, section 10.12; RFC 7636), and where the browser goes then. */
export type SignInAttempt = Omit<z.output<typeof attemptSchema>, 'expiresAt'>;

type Keeper = { secret: string; publicUrl: string };

/** Keeps it with the browser, encrypted. SameSite=Lax: the browser comes back from another site. */
export async function keepAttempt(
  c: Context,
  { secret, publicUrl }: Keeper,
  attempt: SignInAttempt,
  nowMs: number,
): Promise<void> {
  const text = JSON.stringify({ ...attempt, expiresAt: nowMs + SIGN_IN_MS });
  setCookie(c, COOKIE, await sealText(secret, PURPOSE, text), {
    httpOnly: true,
    sameSite: 'Lax',
    path: PATH,
    secure: publicUrl.startsWith('https:'),
    maxAge: SIGN_IN_MS / 1_000,
  });
}

/** Takes it from the browser: it is good once. Null when there is none, or it has expired. */
export async function takeAttempt(
  c: Context,
  { secret, publicUrl }: Keeper,
  nowMs: number,
): Promise<SignInAttempt | null> {
  const sealed = getCookie(c, COOKIE);
  deleteCookie(c, COOKIE, { path: PATH, secure: publicUrl.startsWith('https:') });
  const text = sealed === undefined ? null : await openText(secret, PURPOSE, sealed);
  if (text === null) return null;
  const attempt = attemptSchema.parse(JSON.parse(text));
  return attempt.expiresAt > nowMs ? attempt : null;
}
