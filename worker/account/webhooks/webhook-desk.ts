import type { AttentionItem } from '../../../protocol/attention.ts';
import type { WebhookDelivery, WebhookView } from '../../../protocol/webhooks.ts';
import { configOf } from '../../config.ts';
import type { Attend, Refused } from '../../contracts.ts';
import { count, gauge, type Sample } from '../../metrics/observation.ts';
import type { SendResult } from '../../storage/outbox-decide.ts';
import type { WebhookNews } from '../../webhooks/describe-event.ts';
import { judgeReceiver } from '../../webhooks/judge-receiver.ts';
import { sendWebhook } from '../../webhooks/send-webhook.ts';
import type { AccountParts } from '../account-parts.ts';
import type { MetricsDesk } from '../metrics/metrics-desk.ts';
import { decideEndpoint } from './decide-endpoint.ts';
import { describeDisabled } from './describe-disabled.ts';
import { newSecret, secretsOf } from './webhook-secrets.ts';
import { type Endpoint, WebhookStore } from './webhook-store.ts';

/** More receivers are a matter for a broker. */
const MAX_ENDPOINTS = 20;

/** What waits for receivers that are away; beyond it messages are noted as skipped. */
const MAX_PENDING = 5_000;

/** A Worker has six connections; the rest would wait while its deadline runs. */
const AT_ONCE = 4;
const TURN_MS = 300;

/** For how long a former secret signs beside the new one. */
const FORMER_SECRET_MS = 24 * 3_600_000;

export type NewWebhook = Pick<WebhookView, 'url' | 'events' | 'name' | 'createdBy'>;
export type WebhookChange = Partial<Pick<WebhookView, 'url' | 'events' | 'name'>> & { enabled?: boolean };

/** Whom the account tells what happens, and what became of it. */
export class WebhookDesk {
  readonly #parts: AccountParts;
  readonly #metrics: MetricsDesk;
  readonly #store: WebhookStore;
  #underWay = 0;

  constructor(parts: AccountParts, metrics: MetricsDesk) {
    this.#parts = parts;
    this.#metrics = metrics;
    this.#store = new WebhookStore(parts.storage.sql);
  }

  /** @returns the secret too, which nobody is shown again */
  async create(
    asked: NewWebhook,
  ): Promise<{ status: 'made'; webhook: WebhookView; secret: string } | Refused> {
    const { account, newId, now } = this.#parts;
    const mistake = judgeReceiver(this.#parts.env, asked.url);
    if (mistake !== null) return refusedAddress(mistake);
    const { secret, sealed } = await newSecret(this.#key());
    if (this.#store.endpoints().length >= MAX_ENDPOINTS) return TOO_MANY;
    const webhook = { ...asked, id: newId(), account, disabled: null, failingSince: null, createdAt: now() };
    this.#store.put({ view: webhook, secret: sealed, former: null });
    return { status: 'made', webhook, secret };
  }

  list(): WebhookView[] {
    return this.#store.endpoints().map(({ view }) => view);
  }

  get(id: string): WebhookView | null {
    return this.#store.endpoint(id)?.view ?? null;
  }

  change(
    id: string,
    { enabled, ...change }: WebhookChange,
  ): { status: 'ok'; webhook: WebhookView } | Refused | null {
    const known = this.#store.endpoint(id);
    if (known === null) return null;
    const mistake = change.url === undefined ? null : judgeReceiver(this.#parts.env, change.url);
    if (mistake !== null) return refusedAddress(mistake);
    const { view } = known;
    const disabled = enabled === undefined ? view.disabled : enabled ? null : (view.disabled ?? 'by_hand');
    const failingSince = disabled === null && enabled === true ? null : view.failingSince;
    const webhook = { ...view, ...change, disabled, failingSince };
    this.#store.put({ ...known, view: webhook });
    return { status: 'ok', webhook };
  }

  /** What is on its way to it is forgotten. @returns whether there was one */
  remove(id: string): boolean {
    const known = this.#store.endpoint(id) !== null;
    this.#store.remove(id);
    return known;
  }

  /** Gives a new secret. The former one signs too for a day. */
  async renewSecret(id: string): Promise<{ webhook: WebhookView; secret: string } | null> {
    const { secret, sealed } = await newSecret(this.#key());
    const known = this.#store.endpoint(id);
    if (known === null) return null;
    const former = { secret: known.secret, untilMs: this.#parts.now() + FORMER_SECRET_MS };
    this.#store.put({ ...known, secret: sealed, former });
    return { webhook: known.view, secret };
  }

  /** Something happened. A copy of the news is sent to nobody twice. */
  tell(news: readonly WebhookNews[]): void {
    const endpoints = this.#store.endpoints().filter(({ view }) => view.disabled === null);
    for (const { id, type, at, data } of endpoints.length === 0 ? [] : news) {
      const body = JSON.stringify({ type, timestamp: new Date(at).toISOString(), data });
      for (const { view } of endpoints) {
        if (view.events === null || view.events.includes(type)) this.#queue(view.id, { id, type, body });
      }
    }
  }

  /** Sends a greeting. @returns its id; null when there is no such receiver */
  test(id: string): string | null {
    if (this.#store.endpoint(id) === null) return null;
    const { account, newId, now } = this.#parts;
    const message = { id: `msg_test_${newId()}`, type: 'webhook.test' };
    const data = { account, text: 'Signalbox reaches you.' };
    const timestamp = new Date(now()).toISOString();
    this.#queue(id, { ...message, body: JSON.stringify({ type: message.type, timestamp, data }) });
    return message.id;
  }

  deliveries(
    id: string,
    before: number | null,
    limit: number,
  ): { items: WebhookDelivery[]; next: number | null } | null {
    return this.#store.endpoint(id) === null ? null : this.#store.page(id, before, limit);
  }

  /** Sends a message once more, whatever became of it. @returns whether there is such a message */
  redeliver(id: string, messageId: string): boolean {
    if (this.#store.delivery(id, messageId) === null) return false;
    this.#store.note(id, messageId, 'pending', null);
    this.#send(id, messageId);
    return true;
  }

  /** One attempt, for the outbox. `isLast`: after it a person is asked. */
  async deliver(id: string, messageId: string, isLast: boolean): Promise<SendResult> {
    if (this.#underWay >= AT_ONCE) return { status: 'later', reason: 'others are sent', afterMs: TURN_MS };
    const endpoint = this.#store.endpoint(id);
    const body = this.#store.bodyOf(id, messageId);
    if (endpoint === null || body === null) return { status: 'done' };
    const mistake = judgeReceiver(this.#parts.env, endpoint.view.url);
    if (mistake !== null || endpoint.view.disabled !== null) {
      this.#store.note(id, messageId, 'skipped', null);
      return { status: 'done' };
    }
    this.#underWay += 1;
    try {
      return await this.#attempt(endpoint, messageId, body, isLast);
    } finally {
      this.#underWay -= 1;
    }
  }

  /** Receivers that were switched off because they failed. */
  attention(): AttentionItem[] {
    return this.list().flatMap((view) => describeDisabled(view) ?? []);
  }

  /** Switches such a receiver on again, or leaves it off for good. */
  attend(id: string, { action }: Attend): boolean {
    const known = this.#store.endpoint(id);
    if (known === null || describeDisabled(known.view) === null) return false;
    const { view } = known;
    const next =
      action === 'retry'
        ? { ...view, disabled: null, failingSince: null }
        : { ...view, disabled: 'by_hand' as const };
    this.#store.put({ ...known, view: next });
    return true;
  }

  samples(): Sample[] {
    return [gauge('signalbox_webhook_backlog', [], this.#store.pendingCount())];
  }

  async #attempt(endpoint: Endpoint, messageId: string, body: string, isLast: boolean): Promise<SendResult> {
    const { env, now, logger } = this.#parts;
    const { id, url } = endpoint.view;
    const secrets = await secretsOf(endpoint, this.#key(), now());
    const network = configOf(env).webhookPrivateNetworks ? undefined : env.WEBHOOK_NETWORK;
    const deps = {
      now,
      fetch: (...args: Parameters<typeof fetch>) => (network ?? globalThis).fetch(...args),
    };
    const outcome = await sendWebhook(deps, { url, secrets, id: messageId, body });
    const result = outcome.status;
    this.#metrics.count([count('signalbox_webhook_attempts_total', [result])]);
    logger.info('webhook.sent', { id, messageId, result, httpStatus: outcome.attempt.httpStatus });
    // Anew: it may have been changed while the request ran.
    const known = this.#store.endpoint(id);
    if (known !== null) this.#store.put({ ...known, view: decideEndpoint(known.view, outcome, now()) });
    const status = outcome.status === 'failed' && !isLast ? 'pending' : outcome.status;
    this.#store.note(id, messageId, status, outcome.attempt);
    if (outcome.status === 'delivered') return { status: 'done' };
    const { httpStatus, error } = outcome.attempt;
    const reason = error ?? `The receiver answered ${httpStatus}.`;
    return { status: 'retry', reason, ...(outcome.afterMs === null ? {} : { afterMs: outcome.afterMs }) };
  }

  #key(): string {
    return configOf(this.#parts.env).secret;
  }

  #queue(id: string, message: { id: string; type: string; body: string }): void {
    const nowMs = this.#parts.now();
    const isFull = this.#store.pendingCount() >= MAX_PENDING;
    if (!this.#store.add(id, message, isFull ? 'skipped' : 'pending', nowMs)) return;
    this.#store.prune(id, nowMs);
    if (!isFull) this.#send(id, message.id);
  }

  /** A lane each: a message that fails must not hold up the others. */
  #send(id: string, messageId: string): void {
    this.#parts.tell(`webhook:${id}:${messageId}`, messageId, { kind: 'webhook', webhookId: id, messageId });
  }
}

const refusedAddress = (mistake: string): Refused => ({
  status: 'refused',
  code: 'invalid',
  message: `The address of the receiver ${mistake}.`,
  remedy:
    'Name an https address in the public internet; WEBHOOK_PRIVATE_NETWORKS=allow lets others be named.',
});

const TOO_MANY: Refused = {
  status: 'refused',
  code: 'not_allowed',
  message: `An account has at most ${MAX_ENDPOINTS} webhooks.`,
  remedy: 'Delete one that nobody needs (GET /api/webhooks, DELETE /api/webhooks/:id), then try again.',
};
