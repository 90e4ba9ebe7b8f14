import type { AccountKey } from '../../protocol/ids.ts';
import type { ShareView } from '../../protocol/shares.ts';
import { accountOf } from '../account/account-of.ts';
import { configOf } from '../config.ts';
import { parseCredential } from '../fleet/runner-credential.ts';
import { forbiddenProblem, unauthorizedProblem } from '../http/problem.ts';
import type { AppContext } from '../http/route.ts';
import { bearerOf } from './bearer.ts';
import { isOwnOrigin, needsOwnOrigin } from './judge-origin.ts';
import { shareOfCookie } from './share-cookie.ts';

/**
 * Somebody who looks through the share link in the path: a browser that has opened it, or a program that sends its
 * token. The account is asked each time, so that a link that was taken away shows nothing more.
 *
 * @throws ProblemError 401, the same whether the link never was or is over
 */
export async function requireShare(c: AppContext): Promise<ShareView> {
  const token = bearerOf(c.req.raw);
  const share = token === null ? await byCookie(c) : await shareOfToken(c, token);
  if (share === null || share.id !== c.req.param('share')) {
    throw unauthorizedProblem(
      'The share link is wrong, has expired or was taken away.',
      'Open the link again; if that does not help, ask whoever gave it to you for a new one.',
    );
  }
  return share;
}

/** The link that a token opens, without counting it as opened. */
async function shareOfToken(c: AppContext, token: string): Promise<ShareView | null> {
  const claimed = parseCredential('sbs', token);
  return claimed === null ? null : accountOf(c.env, claimed.account).shares.prove(claimed.id, token);
}

async function byCookie(c: AppContext): Promise<ShareView | null> {
  const { secret, publicUrl } = configOf(c.env);
  const opened: { id: string; account: AccountKey } | null = await shareOfCookie(c, secret, Date.now());
  if (opened === null) return null;
  if (needsOwnOrigin(c.req.raw) && !isOwnOrigin(c.req.raw, publicUrl)) {
    throw forbiddenProblem(
      'A browser may look through a share link only from the page of this deployment.',
      `Use the page at ${publicUrl}.`,
    );
  }
  return accountOf(c.env, opened.account).shares.get(opened.id);
}
