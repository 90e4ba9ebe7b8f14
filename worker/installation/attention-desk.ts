import { type AttentionItem, MAX_ATTENTION_ITEMS } from '../../protocol/attention.ts';
import type { AccountKey } from '../../protocol/ids.ts';
import { itemOfTrouble } from '../attention/make-item.ts';
import { cutLine, redactError } from '../attention/redact-error.ts';
import type { Attend, AttendedWrite, StuckWrite } from '../contracts.ts';
import type { Logger } from '../logger.ts';
import type { Outbox } from '../storage/outbox.ts';
import type { AttentionStore } from './attention-store.ts';
import type { DeliveryEnd } from './decide-delivery.ts';
import { itemOfDelivery } from './describe-delivery.ts';
import { describeGitHubWrite, describeStuckWrite } from './describe-stuck-write.ts';
import type { InboxRow, InboxStore } from './inbox-store.ts';
import { attendedPut, type InstallationPut, type InstallationWrite } from './installation-writes.ts';

export type DeskDeps = {
  outbox: Outbox<InstallationWrite>;
  inbox: InboxStore;
  reports: AttentionStore;
  put: (item: InstallationPut) => void;
  /** After a delivery's row changed. */
  ended: (row: InboxRow, end: DeliveryEnd) => void;
  logger: Logger;
  now: () => number;
  newId: () => string;
};

/** What of an account is stuck, and what people do about it. */
export class AttentionDesk {
  readonly #deps: DeskDeps;

  constructor(deps: DeskDeps) {
    this.#deps = deps;
  }

  /** The oldest first, one more than a list holds when there is more. */
  items(account: AccountKey): AttentionItem[] {
    const { outbox, inbox, reports, now } = this.#deps;
    const limit = MAX_ATTENTION_ITEMS + 1;
    const writes = outbox.troubles(now(), limit).map((trouble) => {
      const { lane, key, body } = trouble;
      return itemOfTrouble({ at: 'installation', account, lane, key }, trouble, describeStuckWrite(body));
    });
    const deliveries = inbox.stuck(now(), limit).map((row) => itemOfDelivery(account, row));
    return [...writes, ...deliveries, ...reports.items()].sort((a, b) => a.since - b.since).slice(0, limit);
  }

  /** @returns what is to be worked on now; null when there is no such item. */
  attend(item: StuckWrite | { deliveryId: string }, how: Attend): 'outbox' | 'inbox' | null {
    const found =
      'deliveryId' in item ? this.#attendDelivery(item.deliveryId, how) : this.#attendWrite(item, how);
    this.#deps.logger.info('attention.attended', { ...item, ...how, found });
    if (!found) return null;
    return 'deliveryId' in item ? 'inbox' : 'outbox';
  }

  /** Forgets what has waited too long for a person, and says so. */
  prune(): void {
    const { outbox, inbox, logger, now, ended } = this.#deps;
    for (const { body, key, reason } of outbox.pruneParked(now())) {
      logger.warn('attention.given_up', { key, reason });
      this.#tell(body, { change: 'given_up', by: null, reason: 'Nobody attended to it for a month.' });
    }
    for (const row of inbox.giveUpParked(now())) {
      logger.warn('attention.given_up', { deliveryId: row.id, reason: row.reason });
      ended(row, { status: 'ignored', reason: row.reason, taskId: null });
    }
  }

  #attendWrite({ lane, key }: StuckWrite, how: Attend): boolean {
    const { outbox } = this.#deps;
    const body = outbox.bodyOf(lane, key);
    if (body === null) return false;
    const found = how.action === 'retry' ? outbox.retry(lane, key) : outbox.dropParked(lane, key) !== null;
    if (found) {
      const change = how.action === 'retry' ? 'retried' : 'dismissed';
      this.#tell(body, { change, by: how.by, reason: how.action === 'dismiss' ? how.reason : null });
    }
    return found;
  }

  #attendDelivery(id: string, how: Attend): boolean {
    const { inbox, ended, now } = this.#deps;
    if (how.action === 'retry') return inbox.reopen(id) || inbox.hurry(id);
    const row = inbox.dismiss(id, `Dismissed by ${how.by}: ${how.reason}`, now());
    if (row !== null) ended(row, { status: 'ignored', reason: row.reason, taskId: null });
    return row !== null;
  }

  /** A session's log says what people did about its writes. */
  #tell(body: InstallationWrite, news: Pick<AttendedWrite, 'change' | 'by' | 'reason'>): void {
    if (body.kind !== 'github' || body.sessionId === null) return;
    const { newId, put } = this.#deps;
    const reason = news.reason === null ? null : redactError(news.reason);
    const what = cutLine(describeGitHubWrite(body.write));
    put(attendedPut(body.sessionId, { ...news, reason, id: newId(), taskId: body.write.taskId, what }));
  }
}
