import type { AuditEntry, AuditHead } from '../../../protocol/audit.ts';
import type { AccountParts } from '../account-parts.ts';
import { RECORD_LANE } from '../account-writes.ts';
import type { Watchful } from '../desks.ts';
import type { AuditEnd, AuditIntent } from './audit-chain.ts';

/** At which what was never ended is ended. */
const DEADLINE = 'audit';

/** So often it is worth a look whether old lines may go. */
const TRIM_EVERY = 200;

/** By then the record has what it can take. */
const TRIM_DELAY_MS = 60_000;

const keyOf = (number: number): string => `audit:${number}`;

/** The audit log as others ask for it. */
export class AuditDesk implements Watchful {
  readonly #parts: AccountParts;

  constructor(parts: AccountParts) {
    this.#parts = parts;
  }

  /** Somebody is about to do something. */
  begin(intent: AuditIntent): void {
    this.#parts.audit.begin(intent);
    this.#watch();
  }

  /** What became of it. */
  finish(id: string, end: AuditEnd): void {
    const entry = this.#parts.audit.finish(id, end);
    if (entry !== null) this.#tell(entry);
  }

  /** Something was done; told again under the same id it stays one line. */
  add(intent: AuditIntent, end?: AuditEnd): void {
    const entry = this.#parts.audit.add(intent, end);
    if (entry !== null) this.#tell(entry);
  }

  /** The lines after this number, in order. */
  after(number: number, limit: number): AuditEntry[] {
    return this.#parts.audit.after(number, limit);
  }

  /** How far the chain goes. */
  head(): AuditHead {
    return this.#parts.audit.head();
  }

  /** The lines after this number that the record has not taken yet, in order. */
  waiting(number: number, limit: number): AuditEntry[] {
    const lines = this.after(number, limit);
    const end = lines.findIndex((line) => this.#isRecorded(line.number));
    return end === -1 ? lines : lines.slice(0, end);
  }

  onDeadline(_name: string): void {
    this.#trim();
    for (const entry of this.#parts.audit.finishAbandoned(this.#parts.now())) this.#tell(entry);
    this.#watch();
  }

  #watch(): void {
    const dueMs = this.#parts.audit.nextDueAt();
    if (dueMs !== null) this.#parts.wakeAt(DEADLINE, dueMs);
  }

  #tell(entry: AuditEntry): void {
    this.#parts.record(keyOf(entry.number), { table: 'audit_log', row: entry });
    if (entry.number % TRIM_EVERY === 0) this.#parts.wakeAt(DEADLINE, this.#parts.now() + TRIM_DELAY_MS);
  }

  #isRecorded(number: number): boolean {
    return this.#parts.outbox.bodyOf(RECORD_LANE, keyOf(number)) === null;
  }

  /** What is on its way to the record, or waits for it, is kept by nobody else yet. */
  #trim(): void {
    const { audit, wakeAt, now } = this.#parts;
    if (audit.trim((number) => this.#isRecorded(number))) wakeAt(DEADLINE, now() + TRIM_DELAY_MS);
  }
}
