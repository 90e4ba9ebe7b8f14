import { Webhook } from 'standardwebhooks';
import { redactError } from '../attention/redact-error.ts';

/** Standard Webhooks asks for 15 to 30 s; receivers that work longer should answer first. */
const DEADLINE_MS = 15_000;

/** A receiver that wants a pause gets it, but not for longer. */
const MAX_PAUSE_MS = 6 * 3_600_000;

export type OutgoingWebhook = {
  url: string;
  /** `whsec_…`; a former one that still counts beside the present one. */
  secrets: readonly string[];
  id: string;
  body: string;
};

export type Attempt = { at: number; httpStatus: number | null; durationMs: number; error: string | null };
export type SendOutcome =
  | { status: 'delivered'; attempt: Attempt }
  | { status: 'failed'; attempt: Attempt; gone: boolean; afterMs: number | null };

export type SendDeps = { fetch: typeof fetch; now: () => number };

/**
 * Sends a message once, signed as Standard Webhooks 1.0 says, with the time of this attempt. Redirects are not
 * followed: the address that was agreed to is the one that gets it.
 */
export async function sendWebhook(
  deps: SendDeps,
  { url, secrets, id, body }: OutgoingWebhook,
): Promise<SendOutcome> {
  const at = deps.now();
  const timestamp = new Date(at);
  const headers = {
    'content-type': 'application/json',
    'user-agent': 'signalbox-webhooks',
    'webhook-id': id,
    'webhook-timestamp': String(Math.floor(at / 1_000)),
    'webhook-signature': secrets.map((secret) => new Webhook(secret).sign(id, timestamp, body)).join(' '),
  };
  const ended = (httpStatus: number | null, error: string | null): Attempt => ({
    at,
    httpStatus,
    durationMs: deps.now() - at,
    error,
  });
  try {
    const signal = AbortSignal.timeout(DEADLINE_MS);
    const response = await deps.fetch(url, { method: 'POST', headers, body, signal, redirect: 'manual' });
    await response.body?.cancel();
    if (response.ok) return { status: 'delivered', attempt: ended(response.status, null) };
    const error = response.status < 400 ? 'It answered with a redirect; these are not followed.' : null;
    return {
      status: 'failed',
      attempt: ended(response.status, error),
      gone: response.status === 410,
      afterMs: pauseOf(response),
    };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return { status: 'failed', attempt: ended(null, redactError(reason)), gone: false, afterMs: null };
  }
}

function pauseOf({ headers, status }: Response): number | null {
  const seconds = Number(headers.get('retry-after') ?? Number.NaN);
  if ((status !== 429 && status !== 503) || !Number.isFinite(seconds) || seconds < 0) return null;
  return Math.min(MAX_PAUSE_MS, seconds * 1_000);
}
