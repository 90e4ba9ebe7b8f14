import type { TaskId } from '../../protocol/ids.ts';
import { sha256Hex } from '../access/compare-hash.ts';
import { openText, sealText } from '../access/seal-text.ts';
import type { TokenHolder } from '../contracts.ts';
import type { Logger } from '../logger.ts';
import type { GitToken, GitTokens } from './git-tokens.ts';

/** Name of the deadline at which `revokeDue` has something to do. */
export const PUSH_ACCESS_DEADLINE = 'push_access';

const PURPOSE = 'signalbox push token v1';

/** A push has three tries of five minutes each; a token that is out longer belongs to nobody who is alive. */
const MAX_PUSH_MS = 20 * 60_000;

/** When GitHub could not be asked to revoke one. */
const RETRY_MS = 60_000;

type Row = { hash: string; sealed: string; expires_at: number };

export type PushAccessDeps = {
  sql: SqlStorage;
  tokens: GitTokens;
  secret: string;
  logger: Logger;
  now: () => number;
  wakeAt: (atMs: number) => void;
};

/**
 * Tokens for git, and which of those that write are out. A runner revokes its own after the push; one whose runner
 * died is revoked when the job ends or its lease is lost, at the latest after `MAX_PUSH_MS`. Stored encrypted: an
 * object may be evicted while a push runs.
 */
export class PushAccess {
  readonly #deps: PushAccessDeps;

  constructor(deps: PushAccessDeps) {
    this.#deps = deps;
    deps.sql.exec(`
      CREATE TABLE IF NOT EXISTS push_tokens (
        hash TEXT PRIMARY KEY,
        sealed TEXT NOT NULL,
        task_id TEXT NOT NULL,
        epoch INTEGER NOT NULL,
        revoke_at INTEGER NOT NULL,
        expires_at INTEGER NOT NULL
      ) WITHOUT ROWID
    `);
  }

  async grant(
    installationId: number,
    repositoryId: number,
    access: 'read' | 'write',
    holder: TokenHolder,
  ): Promise<GitToken> {
    const token = await this.#deps.tokens.get(installationId, repositoryId, access);
    if (access === 'write') await this.#note(token, holder);
    return token;
  }

  /** @throws Error when GitHub does not take it; it is tried again by itself. */
  async revoke(token: string): Promise<'revoked' | 'shared' | 'gone'> {
    const outcome = await this.#deps.tokens.revoke(token);
    this.#forget(await sha256Hex(token));
    return outcome;
  }

  /** What is shared was ended by GitHub; what writes is taken back job by job. */
  forget(): void {
    this.#deps.tokens.forget();
  }

  /** The job is over or was taken away: nothing may be pushed for it any more. */
  async end(taskId: TaskId, epoch: number): Promise<void> {
    const rows = this.#deps.sql
      .exec<Row>('SELECT * FROM push_tokens WHERE task_id = ? AND epoch <= ?', taskId, epoch)
      .toArray();
    await this.#revokeAll(rows);
  }

  /** Revokes what is out for too long. */
  async revokeDue(): Promise<void> {
    const { sql, now } = this.#deps;
    await this.#revokeAll(sql.exec<Row>('SELECT * FROM push_tokens WHERE revoke_at <= ?', now()).toArray());
    this.arm();
  }

  /** Has `revokeDue` called in time. For the constructor too: an eviction may have cut it off. */
  arm(): void {
    const { sql, wakeAt } = this.#deps;
    const { at } = sql.exec<{ at: number | null }>('SELECT min(revoke_at) AS at FROM push_tokens').one();
    if (at !== null) wakeAt(at);
  }

  async #note({ token, expiresAt }: GitToken, { taskId, epoch }: TokenHolder): Promise<void> {
    const { sql, secret, now } = this.#deps;
    const [hash, sealed] = await Promise.all([sha256Hex(token), sealText(secret, PURPOSE, token)]);
    const revokeAt = Math.min(now() + MAX_PUSH_MS, expiresAt);
    sql.exec(
      `INSERT OR REPLACE INTO push_tokens (hash, sealed, task_id, epoch, revoke_at, expires_at)
       VALUES (?, ?, ?, ?, ?, ?)`,
      hash,
      sealed,
      taskId,
      epoch,
      revokeAt,
      expiresAt,
    );
    this.arm();
  }

  async #revokeAll(rows: readonly Row[]): Promise<void> {
    for (const row of rows) await this.#revokeStored(row);
  }

  async #revokeStored({ hash, sealed, expires_at: expiresAt }: Row): Promise<void> {
    const { sql, secret, tokens, logger, now } = this.#deps;
    // One that has expired, or that another secret had sealed, is of no use to anybody.
    const token = expiresAt <= now() ? null : await openText(secret, PURPOSE, sealed);
    try {
      if (token !== null) logger.info('git_access.taken_back', { outcome: await tokens.revoke(token) });
      this.#forget(hash);
    } catch (error) {
      logger.warn('git_access.not_taken_back', { error });
      const retryAt = now() + RETRY_MS;
      sql.exec('UPDATE push_tokens SET revoke_at = ? WHERE hash = ?', retryAt, hash);
      this.arm();
    }
  }

  #forget(hash: string): void {
    this.#deps.sql.exec('DELETE FROM push_tokens WHERE hash = ?', hash);
  }
}
