import { type RepositoryConfigState, repositoryConfigStateSchema } from '../../protocol/repository-config.ts';
import type { Repository } from '../../protocol/workspace.ts';
import type { Octokit } from '../github/probot.ts';
import type { Logger } from '../logger.ts';
import { readRepositoryConfig } from './read-repository-config.ts';

/** A push to the file is heard of by webhook; should one be lost, a change is in effect after this long. */
const FRESH_MS = 5 * 60_000;

/** What was read longer ago is not believed when GitHub does not answer. */
const STALE_MS = 24 * 3_600_000;

export type ConfigDeps = {
  sql: SqlStorage;
  octokit: (installationId: number) => Promise<Octokit>;
  logger: Logger;
  now: () => number;
};

type Row = { etag: string | null; state: string; read_ms: number; fresh: number };
type Known = { etag: string | null; state: RepositoryConfigState; readMs: number; fresh: boolean };
/** What GitHub needs of a repository to show a file. */
export type Named = Pick<Repository, 'id' | 'owner' | 'name'>;

/** The files of an account's repositories as they were last read, in the SQLite of the account's Installation. */
export class RepositoryConfigs {
  readonly #deps: ConfigDeps;
  /** Reads that are on their way, by repository: many who ask at once ask GitHub once. */
  readonly #reading = new Map<number, Promise<RepositoryConfigState>>();
  /** Counts up with each push: what was asked for before it is old when it comes. */
  #pushes = 0;

  constructor(deps: ConfigDeps) {
    this.#deps = deps;
    deps.sql.exec(`
      CREATE TABLE IF NOT EXISTS repository_configs (
        repository_id INTEGER PRIMARY KEY, etag TEXT, state TEXT NOT NULL, read_ms INTEGER NOT NULL,
        fresh INTEGER NOT NULL
      )
    `);
  }

  /**
   * What the repository's file says. When GitHub does not answer, what it said within the last day.
   *
   * @throws what Octokit throws when nothing so recent is known: to begin without the file would be to pass over what
   * it asks for, such as approval before a push
   */
  async read(installationId: number, repository: Named): Promise<RepositoryConfigState> {
    const known = this.#find(repository.id);
    const ageMs = known === null ? Number.POSITIVE_INFINITY : this.#deps.now() - known.readMs;
    if (known?.fresh === true && ageMs < FRESH_MS) return known.state;
    try {
      return await this.#share(installationId, repository, known);
    } catch (error) {
      if (known === null || ageMs > STALE_MS) throw error;
      this.#deps.logger.warn('repository_config.stale', { repositoryId: repository.id, ageMs, error });
      return known.state;
    }
  }

  /** What the file says at one commit. */
  async at(installationId: number, repository: Named, ref: string): Promise<RepositoryConfigState> {
    const octokit = await this.#deps.octokit(installationId);
    const answer = await readRepositoryConfig(octokit, repository, { ref });
    return answer.status === 'read' ? answer.state : NOTHING.state;
  }

  /** Something was pushed to it: the next one who asks hears what it says now. */
  forget(repositoryId: number): void {
    this.#pushes += 1;
    this.#reading.delete(repositoryId);
    this.#deps.sql.exec('UPDATE repository_configs SET fresh = 0 WHERE repository_id = ?', repositoryId);
  }

  #share(installationId: number, repository: Named, known: Known | null): Promise<RepositoryConfigState> {
    const running = this.#reading.get(repository.id);
    if (running !== undefined) return running;
    const read = this.#ask(installationId, repository, known).finally(() => {
      if (this.#reading.get(repository.id) === read) this.#reading.delete(repository.id);
    });
    this.#reading.set(repository.id, read);
    return read;
  }

  async #ask(installationId: number, repository: Named, known: Known | null): Promise<RepositoryConfigState> {
    const pushes = this.#pushes;
    const octokit = await this.#deps.octokit(installationId);
    const answer = await readRepositoryConfig(octokit, repository, { etag: known?.etag ?? null });
    const { state, etag } = answer.status === 'read' ? answer : (known ?? NOTHING);
    this.#deps.sql.exec(
      `INSERT INTO repository_configs (repository_id, etag, state, read_ms, fresh) VALUES (?1, ?2, ?3, ?4, ?5)
       ON CONFLICT (repository_id) DO UPDATE SET etag = ?2, state = ?3, read_ms = ?4, fresh = ?5`,
      repository.id,
      etag,
      JSON.stringify(state),
      this.#deps.now(),
      pushes === this.#pushes ? 1 : 0,
    );
    return state;
  }

  #find(repositoryId: number): Known | null {
    const [row] = this.#deps.sql
      .exec<Row>(
        'SELECT etag, state, read_ms, fresh FROM repository_configs WHERE repository_id = ?',
        repositoryId,
      )
      .toArray();
    // A build with other settings may have written it; then it is read anew.
    const state = repositoryConfigStateSchema.safeParse(row === undefined ? null : JSON.parse(row.state));
    if (row === undefined || !state.success) return null;
    return { etag: row.etag, state: state.data, readMs: row.read_ms, fresh: row.fresh === 1 };
  }
}

/** Without a state that is known no ETag is sent, and the answer is one that was read. */
const NOTHING = { state: { status: 'none' }, etag: null } as const;
