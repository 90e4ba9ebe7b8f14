import type { Repositories } from '../../github/read-reach.ts';

/** Stands for all repositories of the account. GitHub numbers from 1. */
const ALL = 0;

type Row = { id: number; since_ms: number };

/** Repositories of the account that the App could reach and can not any more. */
export class LostStore {
  readonly #sql: SqlStorage;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
    sql.exec(
      'CREATE TABLE IF NOT EXISTS lost_repositories (id INTEGER PRIMARY KEY, since_ms INTEGER NOT NULL)',
    );
  }

  add(repositories: Repositories, nowMs: number): void {
    for (const id of repositories === 'all' ? [ALL] : repositories) {
      this.#sql.exec('INSERT OR REPLACE INTO lost_repositories (id, since_ms) VALUES (?, ?)', id, nowMs);
    }
  }

  remove(repositories: Repositories): void {
    if (repositories === 'all') this.#sql.exec('DELETE FROM lost_repositories');
    else for (const id of repositories) this.#sql.exec('DELETE FROM lost_repositories WHERE id = ?', id);
  }

  /** Since when; null for one that can be reached. */
  since(repositoryId: number): number | null {
    const rows = this.#sql
      .exec<Row>('SELECT * FROM lost_repositories WHERE id IN (?, ?)', ALL, repositoryId)
      .toArray();
    return rows.length === 0 ? null : Math.max(...rows.map(({ since_ms }) => since_ms));
  }
}
