import { z } from 'zod';
import { describeWithoutCause } from '../github/describe-without-cause.ts';
import { fetchWithDeadline } from '../github/fetch-with-deadline.ts';
import type { AppCredentials } from './app-credentials.ts';

const conversionSchema = z.object({
  id: z.int().positive(),
  slug: z.string(),
  name: z.string(),
  html_url: z.url(),
  pem: z.string(),
  webhook_secret: z.string().nullable(),
  client_id: z.string(),
  client_secret: z.string(),
});

export type Exchanged = { status: 'created'; app: AppCredentials } | { status: 'refused'; reason: string };

const NOT_FOUND = 404;

/** Gets the credentials of the App that GitHub made of the manifest. The code is good once, for an hour. */
export async function exchangeCode(apiUrl: string, code: string, nowMs: number): Promise<Exchanged> {
  const url = `${apiUrl}/app-manifests/${encodeURIComponent(code)}/conversions`;
  const headers = { accept: 'application/vnd.github+json', 'user-agent': 'signalbox' };
  let response: Response;
  try {
    response = await fetchWithDeadline(url, { method: 'POST', headers });
  } catch (error) {
    return refused(`GitHub could not be reached: ${describeWithoutCause(error)}`);
  }
  if (response.status === NOT_FOUND)
    return refused('GitHub does not know the code: it was used, or an hour is over.');
  if (!response.ok) return refused(`GitHub answered with status ${response.status}.`);
  const parsed = conversionSchema.safeParse(await response.json().catch(() => null));
  if (!parsed.success) return refused("GitHub's answer is not what its documentation describes.");
  const { id, slug, name, html_url, pem, webhook_secret, client_id, client_secret } = parsed.data;
  if (webhook_secret === null) return refused('GitHub gave the App no webhook secret.');
  return {
    status: 'created',
    app: {
      appId: id,
      slug,
      name,
      htmlUrl: html_url,
      privateKey: pem,
      webhookSecret: webhook_secret,
      clientId: client_id,
      clientSecret: client_secret,
      createdAt: nowMs,
    },
  };
}

const refused = (reason: string): Exchanged => ({ status: 'refused', reason });
