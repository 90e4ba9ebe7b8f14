import { type AttentionItem, MAX_ATTENTION_ITEMS } from '../../../protocol/attention.ts';
import { type Description, itemOfTrouble } from '../../attention/make-item.ts';
import type { Attend, StuckWrite } from '../../contracts.ts';
import type { AccountParts } from '../account-parts.ts';
import type { AccountWrite } from '../account-writes.ts';

/** What of an account's own messages is stuck, and what people do about it. */
export class AttentionDesk {
  readonly #parts: AccountParts;

  constructor(parts: AccountParts) {
    this.#parts = parts;
  }

  /** The oldest first, one more than a list holds when there is more. */
  items(): AttentionItem[] {
    const { account, outbox, now } = this.#parts;
    return outbox
      .troubles(now(), MAX_ATTENTION_ITEMS + 1)
      .map((trouble) =>
        itemOfTrouble(
          { at: 'account', account, lane: trouble.lane, key: trouble.key },
          trouble,
          describe(trouble.body),
        ),
      );
  }

  /** @returns whether there was such an item. */
  attend({ lane, key }: StuckWrite, how: Attend): boolean {
    const { outbox, logger, drain } = this.#parts;
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
