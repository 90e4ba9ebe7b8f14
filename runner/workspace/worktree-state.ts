import { disarmMirror } from '../git/disarm-mirror.ts';
import { tagFailures } from './describe-failure.ts';
import type { OpenedWorktree } from './opened-worktree.ts';
import type { ProjectSource } from './project-source.ts';
import { renewRecord, type WorkspaceRecord, writeRecord } from './workspace-record.ts';
import type { WorkspaceFailure } from './workspace-types.ts';
import type { Ready, WorktreeParts } from './worktree-parts.ts';

type Kind = 'worktree_failed' | 'push_failed';

/** What is known of a session's worktree, and the turns in which its operations run. */
export class WorktreeState {
  /** Null before it is filled. */
  ready: Ready | null = null;
  /** Tip of the base branch. */
  base: string | null = null;
  readonly #parts: WorktreeParts;
  #record: WorkspaceRecord | null;

  constructor(parts: WorktreeParts) {
    this.#parts = parts;
    this.#record = parts.record;
  }

  /** Null: nothing of the session was ever here. */
  get record(): WorkspaceRecord | null {
    return this.#record;
  }

  /** Runs on the filled worktree when it is this operation's turn. */
  onWork<T>(
    kind: Kind,
    what: string,
    signal: AbortSignal | undefined,
    work: (opened: OpenedWorktree) => Promise<T>,
  ): Promise<T | WorkspaceFailure> {
    return this.inTurn(kind, `${what} ${this.#parts.session.folder}`, async () => {
      const opened = this.openedNow(signal);
      // A mirror is the runner's, and Claude writes to it. What belongs to a person is left as it is.
      if (this.#parts.access.server !== null) await disarmMirror(opened.place.commonDir);
      return work(opened);
    });
  }

  inTurn<T>(kind: Kind, what: string, work: () => Promise<T>): Promise<T | WorkspaceFailure> {
    const { queue, lockKey } = this.#parts.handle;
    return queue.run(lockKey, () => tagFailures(kind, what, work));
  }

  /** For what reads objects only: it need not wait for its turn. */
  openedNow(signal?: AbortSignal): OpenedWorktree {
    return { ...this.opened(), context: this.context(signal), nowMs: this.#parts.deps.now() };
  }

  opened(): Ready {
    if (this.ready === null) throw new Error(`${this.#parts.session.folder} is used before it is filled`);
    return this.ready;
  }

  /** The folder is no longer as it was written when it was new. */
  touched(): void {
    if (this.ready !== null) this.ready.writtenTree = null;
  }

  context(signal: AbortSignal | undefined): OpenedWorktree['context'] {
    const { host } = this.#parts.deps;
    return signal === undefined ? { host } : { host, signal };
  }

  recordFor(source: ProjectSource): WorkspaceRecord {
    const { session, type, deps } = this.#parts;
    const { sessionId, project, folder } = session;
    const { commonDir, controlDir } = source.repository;
    const place = { sessionId, project, type, folder, commonDir, controlDir, branch: source.branch };
    return renewRecord(this.#record, { ...place, lastUsedAtMs: deps.now() });
  }

  async saved(record: WorkspaceRecord): Promise<WorkspaceRecord> {
    this.#record = record;
    await writeRecord(this.#parts.deps.dataDir, record);
    return record;
  }
}
