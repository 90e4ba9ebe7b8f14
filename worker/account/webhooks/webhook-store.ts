import type { WebhookDelivery, WebhookView } from '../../../protocol/webhooks.ts';
import type { Attempt } from '../../webhooks/send-webhook.ts';

/** Deliveries that are over are kept for this long, and of each receiver at most this many. */
const KEEP_MS = 30 * 24 * 3_600_000;
const KEEP_DELIVERIES = 1_000;
const MAX_ATTEMPTS_SHOWN = 20;

/** A receiver with its secrets, sealed. A former secret signs too, until the receiver had time to change. */
export type Endpoint = {
  view: WebhookView;
  secret: string;
  former: { secret: string; untilMs: number } | null;
};

type Row = {
  message_id: string;
  type: string;
  body: string;
  status: WebhookDelivery['status'];
  created_ms: number;
  attempts: string;
  seq: number;
};

/** The account's receivers of webhooks, and the log of what they were sent. */
export class WebhookStore {
  readonly #sql: SqlStorage;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
    sql.exec(`
      CREATE TABLE IF NOT EXISTS webhook_endpoints (id TEXT PRIMARY KEY, endpoint TEXT NOT NULL) WITHOUT ROWID;
      CREATE TABLE IF NOT EXISTS webhook_deliveries (
        seq INTEGER PRIMARY KEY AUTOINCREMENT, endpoint_id TEXT NOT NULL, message_id TEXT NOT NULL,
        type TEXT NOT NULL, body TEXT NOT NULL, status TEXT NOT NULL, created_ms INTEGER NOT NULL,
        attempts TEXT NOT NULL DEFAULT '[]', UNIQUE (endpoint_id, message_id));
      CREATE INDEX IF NOT EXISTS webhook_deliveries_of ON webhook_deliveries (endpoint_id, seq);
      CREATE INDEX IF NOT EXISTS webhook_deliveries_open ON webhook_deliveries (seq) WHERE status = 'pending';
      CREATE INDEX IF NOT EXISTS webhook_deliveries_age ON webhook_deliveries (created_ms);
    `);
  }

  endpoints(): Endpoint[] {
    return this.#sql
      .exec<{ endpoint: string }>('SELECT endpoint FROM webhook_endpoints')
      .toArray()
      .map(({ endpoint }): Endpoint => JSON.parse(endpoint))
      .sort((a, b) => a.view.createdAt - b.view.createdAt);
  }

  endpoint(id: string): Endpoint | null {
    const [row] = this.#sql
      .exec<{ endpoint: string }>('SELECT endpoint FROM webhook_endpoints WHERE id = ?', id)
      .toArray();
    return row === undefined ? null : JSON.parse(row.endpoint);
  }

  put(endpoint: Endpoint): void {
    this.#sql.exec(
      'INSERT OR REPLACE INTO webhook_endpoints (id, endpoint) VALUES (?, ?)',
      endpoint.view.id,
      JSON.stringify(endpoint),
    );
  }

  remove(id: string): void {
    this.#sql.exec('DELETE FROM webhook_endpoints WHERE id = ?', id);
    this.#sql.exec('DELETE FROM webhook_deliveries WHERE endpoint_id = ?', id);
  }

  /** @returns false for a copy */
  add(
    endpointId: string,
    message: { id: string; type: string; body: string },
    status: WebhookDelivery['status'],
    nowMs: number,
  ): boolean {
    const { rowsWritten } = this.#sql.exec(
      `INSERT OR IGNORE INTO webhook_deliveries (endpoint_id, message_id, type, body, status, created_ms)
       VALUES (?, ?, ?, ?, ?, ?)`,
      endpointId,
      message.id,
      message.type,
      message.body,
      status,
      nowMs,
    );
    return rowsWritten > 0;
  }

  bodyOf(endpointId: string, messageId: string): string | null {
    return this.#find(endpointId, messageId)?.body ?? null;
  }

  delivery(endpointId: string, messageId: string): WebhookDelivery | null {
    const row = this.#find(endpointId, messageId);
    return row === null ? null : viewOf(row);
  }

  note(
    endpointId: string,
    messageId: string,
    status: WebhookDelivery['status'],
    attempt: Attempt | null,
  ): void {
    const known = this.delivery(endpointId, messageId);
    if (known === null) return;
    const attempts = [...known.attempts, ...(attempt === null ? [] : [attempt])].slice(-MAX_ATTEMPTS_SHOWN);
    this.#sql.exec(
      'UPDATE webhook_deliveries SET status = ?, attempts = ? WHERE endpoint_id = ? AND message_id = ?',
      status,
      JSON.stringify(attempts),
      endpointId,
      messageId,
    );
  }

  pendingCount(): number {
    return this.#sql
      .exec<{ n: number }>("SELECT COUNT(*) AS n FROM webhook_deliveries WHERE status = 'pending'")
      .one().n;
  }

  /** The newest first. */
  page(
    endpointId: string,
    before: number | null,
    limit: number,
  ): { items: WebhookDelivery[]; next: number | null } {
    const rows = this.#sql
      .exec<Row>(
        'SELECT * FROM webhook_deliveries WHERE endpoint_id = ? AND seq < ? ORDER BY seq DESC LIMIT ?',
        endpointId,
        before ?? Number.MAX_SAFE_INTEGER,
        limit + 1,
      )
      .toArray();
    const items = rows.slice(0, limit);
    return { items: items.map(viewOf), next: rows.length > limit ? (items.at(-1)?.seq ?? null) : null };
  }

  prune(endpointId: string, nowMs: number): void {
    this.#sql.exec(
      "DELETE FROM webhook_deliveries WHERE created_ms < ? AND status != 'pending'",
      nowMs - KEEP_MS,
    );
    this.#sql.exec(
      `DELETE FROM webhook_deliveries WHERE endpoint_id = ?1 AND status != 'pending' AND seq <=
         (SELECT seq FROM webhook_deliveries WHERE endpoint_id = ?1 ORDER BY seq DESC LIMIT 1 OFFSET ?2)`,
      endpointId,
      KEEP_DELIVERIES,
    );
  }

  #find(endpointId: string, messageId: string): Row | null {
    const [row] = this.#sql
      .exec<Row>(
        'SELECT * FROM webhook_deliveries WHERE endpoint_id = ? AND message_id = ?',
        endpointId,
        messageId,
      )
      .toArray();
    return row ?? null;
  }
}

function viewOf({ message_id, type, status, created_ms, attempts }: Row): WebhookDelivery {
  return { id: message_id, type, status, createdAt: created_ms, attempts: JSON.parse(attempts) };
}
