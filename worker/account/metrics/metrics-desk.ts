import type { SessionId } from '../../../protocol/ids.ts';
import type { SessionStatus } from '../../../protocol/session.ts';
import { MetricStore } from '../../metrics/metric-store.ts';
import type { MetricsReport } from '../../metrics/metrics-report.ts';
import { gauge, type Observation, type Sample } from '../../metrics/observation.ts';
import { backlogSamples } from '../../metrics/sample-backlog.ts';
import type { Backlog } from '../../storage/outbox.ts';
import type { AccountParts } from '../account-parts.ts';
import type { Watchful } from '../desks.ts';

const DEADLINE = 'metrics';
const PRUNE_EVERY_MS = 24 * 3_600_000;

/** An idle session's last number is needed as long as a copy of its last report may come. */
const KEEP_IDLE_MS = 30 * 24 * 3_600_000;

/** A session whose messages fail tries again, and tells of it, every half minute; silence means that it is well. */
const BACKLOG_TTL_MS = 3 * 60_000;

/** Adds up what the account's sessions tell, so that /metrics asks one object and wakes no session. */
export class MetricsDesk implements Watchful {
  readonly #parts: AccountParts;
  readonly #sql: SqlStorage;
  readonly #store: MetricStore;
  readonly #sources: (() => Sample[])[] = [];

  constructor(parts: AccountParts) {
    this.#parts = parts;
    this.#sql = parts.storage.sql;
    this.#store = new MetricStore(this.#sql);
    this.#sql.exec(`
      CREATE TABLE IF NOT EXISTS metric_sessions (
        id TEXT PRIMARY KEY, since_ms INTEGER NOT NULL, number INTEGER NOT NULL, status TEXT NOT NULL, updated_ms INTEGER NOT NULL
      ) WITHOUT ROWID;
      CREATE INDEX IF NOT EXISTS metric_sessions_busy ON metric_sessions (status) WHERE status != 'idle';
      CREATE TABLE IF NOT EXISTS metric_backlogs (
        id TEXT PRIMARY KEY, waiting INTEGER NOT NULL, failing_since_ms INTEGER, told_ms INTEGER NOT NULL
      ) WITHOUT ROWID;
    `);
  }

  /** What happened in a session. Copies change nothing. */
  take(sessionId: SessionId, reports: readonly MetricsReport[]): void {
    const nowMs = this.#parts.now();
    let last = this.#lastOf(sessionId);
    let status: SessionStatus | null = null;
    for (const report of reports) {
      const { since, number } = report;
      if (since < last.since || (since === last.since && number <= last.number)) continue;
      this.#store.add(report.observations);
      last = { since, number };
      status = report.status;
    }
    if (status === null) return;
    this.#sql.exec(
      `INSERT OR REPLACE INTO metric_sessions (id, since_ms, number, status, updated_ms) VALUES (?, ?, ?, ?, ?)`,
      sessionId,
      last.since,
      last.number,
      status,
      nowMs,
    );
    this.#parts.wakeAt(DEADLINE, nowMs + PRUNE_EVERY_MS);
  }

  /** What another desk tells at each scrape. */
  addSource(source: () => Sample[]): void {
    this.#sources.push(source);
  }

  /** What else is counted for the account, where losing or doubling one does no harm. */
  count(observations: readonly Observation[]): void {
    this.#store.add(observations);
  }

  /** Messages of a session do not get through; null: they do again. */
  noteBacklog(sessionId: SessionId, backlog: Backlog | null): void {
    if (backlog === null) {
      this.#sql.exec('DELETE FROM metric_backlogs WHERE id = ?', sessionId);
      return;
    }
    this.#sql.exec(
      'INSERT OR REPLACE INTO metric_backlogs (id, waiting, failing_since_ms, told_ms) VALUES (?, ?, ?, ?)',
      sessionId,
      backlog.waiting,
      backlog.failingSinceMs,
      this.#parts.now(),
    );
  }

  read(): Sample[] {
    const nowMs = this.#parts.now();
    return [
      ...this.#store.read(),
      ...this.#sources.flatMap((source) => source()),
      ...(['active', 'waiting'] as const).map((status) =>
        gauge('active_sessions', [status], this.#busy(status)),
      ),
      ...backlogSamples('session', this.#sessionBacklog(nowMs), nowMs),
      ...backlogSamples('account', this.#parts.outbox.backlog(), nowMs),
    ];
  }

  onDeadline(_name: string): void {
    const nowMs = this.#parts.now();
    this.#sql.exec(
      "DELETE FROM metric_sessions WHERE status = 'idle' AND updated_ms < ?",
      nowMs - KEEP_IDLE_MS,
    );
    this.#sql.exec('DELETE FROM metric_backlogs WHERE told_ms < ?', nowMs - BACKLOG_TTL_MS);
    this.#parts.wakeAt(DEADLINE, nowMs + PRUNE_EVERY_MS);
  }

  #lastOf(sessionId: SessionId): { since: number; number: number } {
    const [row] = this.#sql
      .exec<{ since: number; number: number }>(
        'SELECT since_ms AS since, number FROM metric_sessions WHERE id = ?',
        sessionId,
      )
      .toArray();
    return row ?? { since: 0, number: 0 };
  }

  #busy(status: SessionStatus): number {
    return this.#sql
      .exec<{ n: number }>(
        "SELECT COUNT(*) AS n FROM metric_sessions WHERE status = ? AND status != 'idle'",
        status,
      )
      .one().n;
  }

  #sessionBacklog(nowMs: number): { waiting: number; failingSinceMs: number | null } {
    const { waiting, since } = this.#sql
      .exec<{ waiting: number | null; since: number | null }>(
        `SELECT SUM(waiting) AS waiting, MIN(failing_since_ms) AS since FROM metric_backlogs WHERE told_ms >= ?`,
        nowMs - BACKLOG_TTL_MS,
      )
      .one();
    return { waiting: waiting ?? 0, failingSinceMs: since };
  }
}
