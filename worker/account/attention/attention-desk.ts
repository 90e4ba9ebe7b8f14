import { type AttentionItem, MAX_ATTENTION_ITEMS } from '../../../protocol/attention.ts';
import { type Description, itemOfTrouble } from '../../attention/make-item.ts';
import type { Attend, StuckWrite } from '../../contracts.ts';
import type { AccountParts } from '../account-parts.ts';
import type { AccountWrite } from '../account-writes.ts';
import { PAUSED_LANE } from '../schedules/describe-paused.ts';
import type { ScheduleDesk } from '../schedules/schedule-desk.ts';
import { DISABLED_LANE } from '../webhooks/describe-disabled.ts';
import type { WebhookDesk } from '../webhooks/webhook-desk.ts';

/** What of an account's own messages is stuck, and what people do about it. */
export class AttentionDesk {
  readonly #parts: AccountParts;
  readonly #webhooks: WebhookDesk;
  readonly #schedules: ScheduleDesk;

  constructor(parts: AccountParts, webhooks: WebhookDesk, schedules: ScheduleDesk) {
    this.#parts = parts;
    this.#webhooks = webhooks;
    this.#schedules = schedules;
  }

  /** The oldest first, one more than a list holds when there is more. */
  items(): AttentionItem[] {
    const { account, outbox, now } = this.#parts;
    const stuck = outbox
      .troubles(now(), MAX_ATTENTION_ITEMS + 1)
      // Each message has its own time to be tried again; only what was given up is for people.
      .filter(({ body, status }) => body.kind !== 'webhook' || status === 'parked')
      .map((trouble) =>
        itemOfTrouble(
          { at: 'account', account, lane: trouble.lane, key: trouble.key },
          trouble,
          describe(trouble.body),
        ),
      );
    return [...this.#webhooks.attention(), ...this.#schedules.attention(), ...stuck].sort(
      (a, b) => a.since - b.since,
    );
  }

  /** @returns whether there was such an item. */
  attend({ lane, key }: StuckWrite, how: Attend): boolean {
    const { outbox, logger, drain } = this.#parts;
    if (lane === DISABLED_LANE) return this.#webhooks.attend(key, how);
    if (lane === PAUSED_LANE) return this.#schedules.attend(key, how);
    const found = how.action === 'retry' ? outbox.retry(lane, key) : outbox.dropParked(lane, key) !== null;
    logger.info('account.attended', { lane, key, ...how, found });
    drain();
    return found;
  }
}

function describe(body: AccountWrite): Description {
  switch (body.kind) {
    case 'record':
      return {
        kind: 'record_write',
        what: 'The record (libSQL) does not take rows about the account, such as its audit log.',
        remedy: 'Check the database behind LIBSQL_URL and its migrations. Nothing is lost meanwhile.',
        sessionId: null,
        taskId: null,
      };
    case 'webhook':
      return {
        kind: 'message',
        what: `A webhook (${body.messageId}) did not get through to its receiver.`,
        remedy:
          'GET /api/webhooks/{id}/deliveries tells what it answered. Mend it and retry, or give this message up.',
        sessionId: null,
        taskId: null,
      };
    case 'schedule_run':
      return {
        kind: 'schedule',
        what: 'A run of a schedule can not be started yet.',
        remedy:
          'GET /api/schedules/{key}/runs says why. It is tried again by itself for a while, and at once when you retry.',
        sessionId: null,
        taskId: null,
      };
    case 'end_share':
      return {
        kind: 'message',
        what: 'A session can not be told that a share link was taken away. Whoever has it open may still look.',
        remedy: "Look at the Worker's log. It is tried again by itself, and at once when you retry.",
        sessionId: body.sessionId,
        taskId: null,
      };
  }
}
