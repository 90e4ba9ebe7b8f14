import { createHmac } from 'node:crypto';
import type { JsonObject } from '../json.ts';
import type { Delivery } from './delivery-log.ts';

/** GitHub gives a webhook's receiver ten seconds. */
const WEBHOOK_DEADLINE_MS = 10_000;

export type WebhookTarget = { url: string; secret: string };

/** GitHub's signature of the raw bytes: `sha256=` and the HMAC in hexadecimal. */
export const signBody = (body: string, secret: string): string =>
  `sha256=${createHmac('sha256', secret).update(body, 'utf8').digest('hex')}`;

export type Outgoing = {
  id: number;
  guid: string;
  event: string;
  payload: JsonObject;
  repositoryId: number | null;
  redelivery: boolean;
  appId: number;
  now: () => number;
  /** Ends the attempt when the double is closed. */
  signal: AbortSignal;
};

type Outcome = Pick<Delivery, 'statusCode' | 'status' | 'responseHeaders' | 'responseBody'>;

async function post(
  url: string,
  headers: Record<string, string>,
  body: string,
  signal: AbortSignal,
): Promise<Outcome> {
  try {
    const response = await fetch(url, {
      method: 'POST',
      headers,
      body,
      redirect: 'manual',
      signal: AbortSignal.any([signal, AbortSignal.timeout(WEBHOOK_DEADLINE_MS)]),
    });
    return {
      statusCode: response.status,
      status: response.ok ? 'OK' : response.statusText || `Invalid HTTP Response: ${response.status}`,
      responseHeaders: Object.fromEntries(response.headers),
      responseBody: await response.text(),
    };
  } catch (error) {
    const timedOut = error instanceof Error && error.name === 'TimeoutError';
    const status = timedOut ? 'timed out' : 'failed to connect to host';
    return { statusCode: 0, status, responseHeaders: {}, responseBody: '' };
  }
}

/** Signs a payload and sends it as GitHub does. Never throws: a target that fails is an outcome. */
export async function sendWebhook(target: WebhookTarget, outgoing: Outgoing): Promise<Delivery> {
  const { payload, guid, event, appId, now } = outgoing;
  const body = JSON.stringify(payload);
  const headers = {
    'content-type': 'application/json',
    accept: '*/*',
    'user-agent': 'GitHub-Hookshot/3f1a2bc',
    'x-github-event': event,
    'x-github-delivery': guid,
    'x-github-hook-id': String(appId),
    'x-github-hook-installation-target-id': String(appId),
    'x-github-hook-installation-target-type': 'integration',
    'x-hub-signature-256': signBody(body, target.secret),
  };
  const startedAt = now();
  const outcome = await post(target.url, headers, body, outgoing.signal);
  return {
    id: outgoing.id,
    guid,
    event,
    action: typeof payload.action === 'string' ? payload.action : null,
    repositoryId: outgoing.repositoryId,
    deliveredAt: startedAt,
    durationMs: now() - startedAt,
    redelivery: outgoing.redelivery,
    requestHeaders: headers,
    requestBody: body,
    payload,
    ...outcome,
  };
}
