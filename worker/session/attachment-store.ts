import { type AttachmentView, MAX_SESSION_ATTACHMENTS } from '../../protocol/attachments.ts';
import type { Refused } from '../contracts.ts';

const TABLE = `
  CREATE TABLE IF NOT EXISTS attachments (
    seq INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, json TEXT NOT NULL
  );
`;

/** The images of a session: a row is what makes a stored body count. */
export class AttachmentStore {
  readonly #sql: SqlStorage;

  constructor(storage: DurableObjectStorage) {
    this.#sql = storage.sql;
    this.#sql.exec(TABLE);
  }

  all(): AttachmentView[] {
    const rows = this.#sql.exec<{ json: string }>('SELECT json FROM attachments ORDER BY seq');
    return rows.toArray().map((row) => JSON.parse(row.json));
  }

  /** The same id again changes nothing. */
  add(attachment: AttachmentView): { status: 'stored' } | Refused {
    const known = this.all();
    if (known.some(({ id }) => id === attachment.id)) return { status: 'stored' };
    if (known.length >= MAX_SESSION_ATTACHMENTS) {
      return {
        status: 'refused',
        code: 'conflict',
        message: `The session has ${MAX_SESSION_ATTACHMENTS} images; it takes no more.`,
        remedy: 'Start another session.',
      };
    }
    this.#sql.exec(
      'INSERT INTO attachments (id, json) VALUES (?, ?)',
      attachment.id,
      JSON.stringify(attachment),
    );
    return { status: 'stored' };
  }
}
