import type { WorktreePlace } from '../git/link-worktree.ts';
import { type PushResult, pushBranch } from '../git/push-branch.ts';
import { captureChanges } from './capture-changes.ts';
import { commitWork, settleCommitted } from './commit-work.ts';
import { tagFailures, workspaceFailure } from './describe-failure.ts';
import { fillWorktree } from './fill-worktree.ts';
import { giveHeadStart, type HeadStart } from './head-start.ts';
import { type OpenedWorktree, placeIn, workAt } from './opened-worktree.ts';
import type { ProjectAccess } from './project-access.ts';
import type { ProjectSource } from './project-source.ts';
import { rebaseWork } from './rebase-work.ts';
import { keepNow, restoreCheckpoint } from './restore-checkpoint.ts';
import { type SessionHandle, signalled } from './session-handle.ts';
import { type WorkspaceRecord, writeRecord } from './workspace-record.ts';
import type {
  Captured,
  CheckpointOptions,
  CommitRequest,
  Committed,
  Filled,
  FillOptions,
  GetToken,
  Rebased,
  SessionWorkspace,
  WorkspaceDeps,
  WorkspaceFailure,
} from './workspace-types.ts';

export type WorktreeParts = {
  deps: WorkspaceDeps;
  access: ProjectAccess;
  handle: SessionHandle;
  session: { sessionId: string; taskNumber: number; branch: string; folder: string; project: string };
  type: WorkspaceRecord['type'];
  /** What is known from before, when the session was here already. */
  record: WorkspaceRecord | null;
};

/** The filled state: what every later operation needs, but for its signal and time. */
type Ready = Omit<OpenedWorktree, 'context' | 'nowMs'>;

type Kept = Awaited<ReturnType<typeof keepNow>>;

/** A session in a worktree of its own. Each method's promise resolves with a value, or with a tagged failure. */
export class WorktreeSession implements SessionWorkspace {
  readonly path: string;
  readonly branch: string;
  readonly #parts: WorktreeParts;
  readonly #trusted = signalled();
  #record: WorkspaceRecord | null;
  #filling: Promise<Filled | WorkspaceFailure> | null = null;
  #ready: Ready | null = null;
  /** What Claude was allowed to start on before the server was asked. */
  #early: Promise<HeadStart | null> | null = null;

  constructor(parts: WorktreeParts) {
    this.#parts = parts;
    this.#record = parts.record;
    this.path = parts.session.folder;
    this.branch = parts.session.branch;
  }

  get trustedConfig(): Promise<boolean> {
    return this.#trusted.promise;
  }

  /** Two calls at once share one result; after a failure it may be called again. */
  fetchAndFill(options: FillOptions): Promise<Filled | WorkspaceFailure> {
    this.#filling ??= this.#fetchAndFill(options).then((result) => {
      if (!result.ok) {
        this.#filling = null;
        this.#trusted.settle(false);
      }
      return result;
    });
    return this.#filling;
  }

  async #fetchAndFill(options: FillOptions): Promise<Filled | WorkspaceFailure> {
    const { access } = this.#parts;
    const first = await this.#tryToFill(options);
    if (first.ok || first.trouble !== 'corrupt' || access.server === null) return first;
    await access.server.startOver();
    return this.#tryToFill(options);
  }

  async #tryToFill(options: FillOptions): Promise<Filled | WorkspaceFailure> {
    const { deps, access } = this.#parts;
    const startedAt = deps.now();
    const phase = (name: 'fetched' | 'trusted' | 'filled'): void =>
      options.onPhase?.({ name, ms: deps.now() - startedAt });
    this.#early ??= this.#giveHeadStart(options.signal, () => phase('trusted'));
    const [source, early] = await Promise.all([
      access.resolve(options.getToken, options.signal),
      this.#early,
    ]);
    if ('ok' in source) return source;
    phase('fetched');
    return this.#inTurn('worktree_failed', `Filling ${this.path}`, async () => {
      const { place, ...ready } = this.#partsOf(source);
      const filled = await fillWorktree({
        context: this.#context(options.signal),
        source,
        place,
        work: ready.work,
        task: ready.task,
        record: await this.#saved(this.#recordFor(source, place)),
        save: ready.save,
        early,
        noteStart: (start) => access.headStart?.note(start),
        onTrusted: () => {
          if (early === null) phase('trusted');
          this.#trusted.settle(true);
        },
        nowMs: deps.now(),
      });
      const { head, writtenTree, ...found } = filled;
      this.#ready = { ...ready, place, head, writtenTree };
      phase('filled');
      return { ok: true, base: source.base, branch: source.branch, head, ...found };
    });
  }

  async #giveHeadStart(signal: AbortSignal | undefined, phase: () => void): Promise<HeadStart | null> {
    const { access, session } = this.#parts;
    const start = access.headStart?.last() ?? null;
    if (access.headStart === null || start === null || this.#record !== null) return null;
    const { repository } = access.headStart;
    const place = placeIn(repository, session);
    const given = await giveHeadStart(this.#context(signal), place, workAt(place, repository, false), start);
    if (!given) return null;
    phase();
    this.#trusted.settle(true);
    return start;
  }

  checkpoint(
    turn: number,
    options: CheckpointOptions = {},
  ): Promise<{ ok: true; kept: Kept } | WorkspaceFailure> {
    return this.#onWork('worktree_failed', 'Keeping a checkpoint of', options.signal, async (opened) => {
      const kept = await keepNow(opened, { turn, untouched: options.untouched === true });
      if (this.#ready !== null) this.#ready.writtenTree = null;
      return { ok: true, kept };
    });
  }

  restore(checkpoint: string, signal?: AbortSignal): Promise<{ ok: true; rescue: Kept } | WorkspaceFailure> {
    return this.#onWork('worktree_failed', 'Restoring', signal, async (opened) => ({
      ok: true,
      rescue: await restoreCheckpoint(opened, checkpoint),
    }));
  }

  capture(signal?: AbortSignal): Promise<Captured | WorkspaceFailure> {
    return this.#onWork('worktree_failed', 'Reading the changes in', signal, captureChanges);
  }

  async commit(request: CommitRequest, signal?: AbortSignal): Promise<Committed | WorkspaceFailure> {
    const committed = await this.#onWork('worktree_failed', 'Committing', signal, (opened) =>
      commitWork(opened, request),
    );
    // Side by side with the push; whatever else is done in the folder waits for it.
    if (committed.ok && committed.changed) {
      void this.#onWork('worktree_failed', 'Settling', undefined, async (opened) => {
        await settleCommitted(opened, committed.tree);
        return { ok: true };
      });
    }
    return committed;
  }

  settled(): Promise<void> {
    const { queue, lockKey } = this.#parts.handle;
    return queue.run(lockKey, async () => {});
  }

  async push(options: {
    sha: string;
    getToken: GetToken;
    signal?: AbortSignal;
  }): Promise<({ ok: true } & PushResult) | WorkspaceFailure> {
    const { server } = this.#parts.access;
    if (server === null) {
      return workspaceFailure('push_failed', 'unsupported', `${this.path} is not pushed: it has no server`);
    }
    const ready = this.#opened();
    // Not in turn: it looks at no file of the folder.
    return tagFailures('push_failed', `Pushing ${this.path}`, async () => {
      const request = { cloneUrl: server.cloneUrl, branch: ready.branch, sha: options.sha };
      const deps = { ...this.#parts.deps, getToken: options.getToken };
      const context = this.#context(options.signal);
      return { ok: true, ...(await pushBranch(context, ready.work.repository, request, deps)) };
    });
  }

  async rebase(options: {
    sha: string;
    getToken: GetToken;
    signal?: AbortSignal;
  }): Promise<Rebased | WorkspaceFailure> {
    const { server } = this.#parts.access;
    if (server === null) return { ok: true, status: 'current' };
    return this.#onWork('push_failed', 'Rebasing', options.signal, async (opened) => {
      const remote = await server.fetchBranch(options.getToken, options.signal);
      const rebased = await rebaseWork(opened, options.sha, remote);
      if (rebased.status === 'rebased' && remote !== null && this.#ready !== null) this.#ready.head = remote;
      return rebased;
    });
  }

  async rescue(): Promise<{ ok: true; kept: Kept | null } | WorkspaceFailure> {
    if (this.#ready === null) return { ok: true, kept: null };
    return this.#onWork('worktree_failed', 'Keeping the work in', undefined, async (opened) => ({
      ok: true,
      kept: await keepNow(opened, 'rescue'),
    }));
  }

  async release(): Promise<void> {
    const { handle, deps } = this.#parts;
    try {
      await handle.queue.run(handle.lockKey, async () => {
        if (this.#record !== null) await this.#saved({ ...this.#record, lastUsedAtMs: deps.now() });
      });
    } finally {
      // A full disk must not keep the session busy until the runner starts again.
      await handle.onRelease();
    }
  }

  #onWork<T>(
    kind: 'worktree_failed' | 'push_failed',
    what: string,
    signal: AbortSignal | undefined,
    work: (opened: OpenedWorktree) => Promise<T>,
  ): Promise<T | WorkspaceFailure> {
    return this.#inTurn(kind, `${what} ${this.path}`, async () =>
      work({ ...this.#opened(), context: this.#context(signal), nowMs: this.#parts.deps.now() }),
    );
  }

  #opened(): Ready {
    if (this.#ready === null) throw new Error(`${this.path} is used before it is filled`);
    return this.#ready;
  }

  #inTurn<T>(
    kind: 'worktree_failed' | 'push_failed',
    what: string,
    work: () => Promise<T>,
  ): Promise<T | WorkspaceFailure> {
    const { queue, lockKey } = this.#parts.handle;
    return queue.run(lockKey, () => tagFailures(kind, what, work));
  }

  #context(signal: AbortSignal | undefined): OpenedWorktree['context'] {
    const { host } = this.#parts.deps;
    return signal === undefined ? { host } : { host, signal };
  }

  #partsOf(source: ProjectSource): Omit<Ready, 'head' | 'writtenTree'> {
    const { sessionId, taskNumber } = this.#parts.session;
    const { repository, branch, trustedFrom } = source;
    const place = placeIn(repository, this.#parts.session);
    const work = workAt(place, repository, trustedFrom !== null);
    const save = async (change: Partial<WorkspaceRecord>): Promise<void> => {
      await this.#saved({ ...(this.#record ?? this.#recordFor(source, place)), ...change });
    };
    return { work, place, task: { sessionId, taskNumber }, branch, trustedFrom, save };
  }

  #recordFor(source: ProjectSource, place: WorktreePlace): WorkspaceRecord {
    const { session, type, deps } = this.#parts;
    const before = this.#record;
    return {
      version: 1,
      sessionId: session.sessionId,
      project: session.project,
      type,
      folder: session.folder,
      commonDir: place.commonDir,
      controlDir: source.repository.controlDir,
      branch: source.branch,
      trustedFrom: before?.trustedFrom ?? null,
      filled: before?.filled ?? false,
      target: before?.target ?? null,
      lastUsedAtMs: deps.now(),
    };
  }

  async #saved(record: WorkspaceRecord): Promise<WorkspaceRecord> {
    this.#record = record;
    await writeRecord(this.#parts.deps.dataDir, record);
    return record;
  }
}
