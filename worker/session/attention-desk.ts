import type { AttentionItem } from '../../protocol/attention.ts';
import { itemOfTrouble } from '../attention/make-item.ts';
import type { Attend, StuckWrite } from '../contracts.ts';
import type { Outbox, Trouble } from '../storage/outbox.ts';
import { describeStuckWrite } from './describe-stuck-write.ts';
import type { SessionRecord } from './session-record.ts';
import { ATTENTION_LANE, attentionPut, type SessionWrite } from './session-writes.ts';

/** More of one session than this says no more; the oldest are shown. */
const MAX_ITEMS = 20;

/** Where it is kept what was reported last. */
const REPORTED_KEY = 'attention_reported';

/** Knows what of a session is stuck, and has its account's list told whenever that changes. */
export class AttentionDesk {
  readonly #storage: DurableObjectStorage;
  readonly #outbox: Outbox<SessionWrite>;

  constructor(storage: DurableObjectStorage, outbox: Outbox<SessionWrite>) {
    this.#storage = storage;
    this.#outbox = outbox;
  }

  items(session: SessionRecord, nowMs: number): AttentionItem[] {
    return this.#outbox.troubles(nowMs, MAX_ITEMS).map((trouble) => itemOf(session, trouble));
  }

  /** What the account's list is told: all but the report itself. */
  report(session: SessionRecord, nowMs: number): AttentionItem[] {
    return this.#reportable(nowMs).map((trouble) => itemOf(session, trouble));
  }

  /** Puts a report into the outbox when it says something else than the last one. @returns whether it did. */
  noteChange(nowMs: number): boolean {
    const stuck = this.#reportable(nowMs).map(
      // Not each attempt is worth a report.
      ({ lane, key, status, attempts }) => [lane, key, status, Math.floor(Math.log2(attempts + 1))],
    );
    const said = JSON.stringify(stuck);
    if (said === (this.#storage.kv.get<string>(REPORTED_KEY) ?? '[]')) return false;
    this.#storage.kv.put(REPORTED_KEY, said);
    this.#outbox.put(attentionPut());
    return true;
  }

  attend({ lane, key }: StuckWrite, { action }: Attend): boolean {
    return action === 'retry' ? this.#outbox.retry(lane, key) : this.#outbox.dropParked(lane, key) !== null;
  }

  #reportable(nowMs: number): Trouble<SessionWrite>[] {
    return this.#outbox.troubles(nowMs, MAX_ITEMS).filter(({ lane }) => lane !== ATTENTION_LANE);
  }
}

function itemOf(session: SessionRecord, trouble: Trouble<SessionWrite>): AttentionItem {
  const { lane, key } = trouble;
  const { id: sessionId, account } = session;
  const place = { at: 'session', account, sessionId, lane, key } as const;
  return itemOfTrouble(place, trouble, describeStuckWrite(session, trouble.body));
}
