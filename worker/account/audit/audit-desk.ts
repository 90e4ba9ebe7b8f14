import type { AuditEntry } from '../../../protocol/audit.ts';
import type { AccountParts } from '../account-parts.ts';
import type { Watchful } from '../desks.ts';
import type { AuditEnd, AuditIntent } from './audit-chain.ts';

/** At which what was never ended is ended. */
const DEADLINE = 'audit';

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
  add(intent: AuditIntent): void {
    const entry = this.#parts.audit.add(intent);
    if (entry !== null) this.#tell(entry);
  }

  /** The lines after this number, in order. */
  after(number: number, limit: number): AuditEntry[] {
    return this.#parts.audit.after(number, limit);
  }

  onDeadline(_name: string): void {
    for (const entry of this.#parts.audit.finishAbandoned(this.#parts.now())) this.#tell(entry);
    this.#watch();
  }

  #watch(): void {
    const dueMs = this.#parts.audit.nextDueAt();
    if (dueMs !== null) this.#parts.wakeAt(DEADLINE, dueMs);
  }

  #tell(entry: AuditEntry): void {
    this.#parts.record(`audit:${entry.number}`, { table: 'audit_log', row: entry });
  }
}
