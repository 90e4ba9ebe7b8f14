import { type GitCommand, inControl } from '../git/git-repository.ts';
import { type PushResult, pushBranch } from '../git/push-branch.ts';
import type { GitFolders } from '../sandbox/sandbox-plan.ts';
import { beginFilling } from './begin-filling.ts';
import { captureChanges } from './capture-changes.ts';
import { commitWork, settleCommitted } from './commit-work.ts';
import { type Compared, compareStates } from './compare-states.ts';
import { tagFailures, workspaceFailure } from './describe-failure.ts';
import { fillWorktree } from './fill-worktree.ts';
import { type GateFacts, readBaseConfig, readChanges } from './gate-facts.ts';
import { gitFoldersOf } from './git-folders-of.ts';
import { type Early, giveHeadStart, spoilt } from './head-start.ts';
import { partsIn } from './opened-worktree.ts';
import { type PackedWork, type PackRequest, packWork } from './pack-work.ts';
import { rebaseWork } from './rebase-work.ts';
import { keepNow, restoreCheckpoint, treeNow } from './restore-checkpoint.ts';
import { type Reverted, revertWork } from './revert-work.ts';
import { signalled } from './session-handle.ts';
import type { WorkspaceRecord } from './workspace-record.ts';
import type {
  Captured,
  CheckpointOptions,
  CommitRequest,
  Committed,
  Filled,
  FillOptions,
  GetToken,
  Lineage,
  Rebased,
  SessionWorkspace,
  WorkspaceFailure,
} from './workspace-types.ts';
import type { WorktreeParts } from './worktree-parts.ts';
import { WorktreeState } from './worktree-state.ts';

type Kept = Awaited<ReturnType<typeof keepNow>>;

/** A session in a worktree of its own. Each method's promise resolves with a value, or with a tagged failure. */
export class WorktreeSession implements SessionWorkspace {
  readonly path: string;
  readonly branch: string;
  readonly #parts: WorktreeParts;
  readonly #trusted = signalled();
  readonly #linked = Promise.withResolvers<GitFolders | null>();
  readonly gitFolders = this.#linked.promise;
  readonly #state: WorktreeState;
  #filling: Promise<Filled | WorkspaceFailure> | null = null;
  /** What Claude was allowed to start on before the server was asked. */
  #early: Promise<Early | null> | null = null;

  constructor(parts: WorktreeParts) {
    this.#parts = parts;
    this.#state = new WorktreeState(parts);
    this.path = parts.session.folder;
    this.branch = parts.session.branch;
  }

  get lineage(): Lineage {
    const { record } = this.#state;
    return record?.filled === true ? record : null;
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
    this.#early = this.#early?.then(spoilt) ?? null;
    return this.#tryToFill(options);
  }

  async #tryToFill(options: FillOptions): Promise<Filled | WorkspaceFailure> {
    const { deps, access } = this.#parts;
    const startedAt = deps.now();
    const phase = (name: 'fetched' | 'trusted' | 'filled'): void =>
      options.onPhase?.({ name, ms: deps.now() - startedAt });
    this.#early ??= this.#giveHeadStart(options);
    void this.#early.then((early) => early?.start != null && this.#trusted.settle(true));
    const resolving = access.resolve(options.getToken, options.signal);
    const [fetched, early] = await Promise.all([resolving, this.#early]);
    if ('ok' in fetched) return fetched;
    phase('fetched');
    const state = this.#state;
    return state.inTurn('worktree_failed', `Filling ${this.path}`, async () => {
      const save = async (change: Partial<WorkspaceRecord>): Promise<void> => {
        await state.saved({ ...(state.record ?? state.recordFor(fetched)), ...change });
      };
      const parts = { ...partsIn(fetched, this.#parts.session), save };
      const { work, place, task } = parts;
      const context = state.context(options.signal);
      const common = { context, place, work, task, save, nowMs: deps.now() };
      const { source, rescue, record } = await beginFilling(
        this.#parts,
        state,
        { ...common, source: fetched },
        options,
      );
      const filled = await fillWorktree({
        ...common,
        source,
        record,
        early,
        noteStart: (tree, start) => access.headStart?.note(tree, start),
        onTrusted: () => {
          phase('trusted');
          this.#trusted.settle(true);
          this.#linked.resolve(gitFoldersOf(place));
        },
      });
      const { head, writtenTree, ...found } = filled;
      state.ready = { ...parts, head, writtenTree };
      state.base = source.base;
      phase('filled');
      const kept = rescue === null ? {} : { rescue };
      return { ok: true, base: source.base, branch: source.branch, head, ...found, ...kept };
    });
  }

  async #giveHeadStart({ signal, stored }: FillOptions): Promise<Early | null> {
    const { headStart } = this.#parts.access;
    // Claude's transcript is not in its place before the stored state is.
    if (headStart === null || this.#state.record !== null || stored !== undefined) return null;
    return giveHeadStart(this.#state.context(signal), this.#parts.session, headStart);
  }

  checkpoint(
    turn: number,
    options: CheckpointOptions = {},
  ): Promise<{ ok: true; kept: Kept } | WorkspaceFailure> {
    return this.#state.onWork(
      'worktree_failed',
      'Keeping a checkpoint of',
      options.signal,
      async (opened) => {
        const kept = await keepNow(opened, { turn, untouched: options.untouched === true });
        this.#state.touched();
        return { ok: true, kept };
      },
    );
  }

  restore(checkpoint: string, signal?: AbortSignal): Promise<{ ok: true; rescue: Kept } | WorkspaceFailure> {
    return this.#state.onWork('worktree_failed', 'Restoring', signal, async (opened) => ({
      ok: true,
      rescue: await restoreCheckpoint(opened, checkpoint),
    }));
  }

  revert(taskNumber?: number): Promise<({ ok: true } & Reverted) | WorkspaceFailure> {
    return this.#state.onWork('worktree_failed', 'Putting back', undefined, async (opened) => {
      const { sessionId, taskNumber: own } = opened.task;
      const reverted = await revertWork(opened, { sessionId, taskNumber: taskNumber ?? own });
      this.#state.touched();
      return { ok: true, ...reverted };
    });
  }

  compare(from: string, to: string): Promise<{ ok: true; diff: Compared } | WorkspaceFailure> {
    // Not in turn: it reads objects only.
    const opened = this.#state.openedNow();
    return tagFailures('worktree_failed', `Comparing states of ${this.path}`, async () => ({
      ok: true,
      diff: await compareStates(opened, from, to),
    }));
  }

  async pack(request: PackRequest): Promise<{ ok: true; packed: PackedWork } | WorkspaceFailure> {
    const opened = this.#state.openedNow();
    const { queue, lockKey } = this.#parts.handle;
    const look = () => queue.run(lockKey, () => treeNow(opened));
    // The rest is not in turn: it reads objects only, and nobody waits for it.
    const pack = async () => ({ ok: true as const, packed: await packWork(opened, { ...request, look }) });
    return tagFailures('worktree_failed', `Packing ${this.path}`, pack);
  }

  capture(signal?: AbortSignal): Promise<Captured | WorkspaceFailure> {
    return this.#state.onWork('worktree_failed', 'Reading the changes in', signal, captureChanges);
  }

  baseConfig(signal?: AbortSignal): Promise<{ ok: true; config: string | null } | WorkspaceFailure> {
    // Not in turn: it reads objects only.
    const { work } = this.#state.opened();
    return tagFailures('worktree_failed', `Reading the settings of ${this.path}`, async () => ({
      ok: true,
      config: await this.#baseConfig(inControl(this.#state.context(signal), work.repository)),
    }));
  }

  gateFacts(tree: string, signal?: AbortSignal): Promise<({ ok: true } & GateFacts) | WorkspaceFailure> {
    return this.#state.onWork('worktree_failed', 'Reading the changes in', signal, async (opened) => {
      const git = inControl(opened.context, opened.work.repository);
      const config = await this.#baseConfig(git);
      return { ok: true, config, ...(await readChanges(git, opened.head, tree)) };
    });
  }

  async #baseConfig(git: GitCommand): Promise<string | null> {
    const { base } = this.#state;
    return base === null ? null : readBaseConfig(git, base);
  }

  async commit(request: CommitRequest, signal?: AbortSignal): Promise<Committed | WorkspaceFailure> {
    const committed = await this.#state.onWork('worktree_failed', 'Committing', signal, (opened) =>
      commitWork(opened, request),
    );
    // Side by side with the push; whatever else is done in the folder waits for it.
    if (committed.ok && committed.changed) {
      void this.#state.onWork('worktree_failed', 'Settling', undefined, async (opened) => {
        await settleCommitted(opened, committed.tree);
        return { ok: true };
      });
    }
    return committed;
  }

  settled(): Promise<void> {
    return this.#parts.handle.queue.run(this.#parts.handle.lockKey, async () => {});
  }

  async push(options: {
    sha: string;
    stagedAs?: string | undefined;
    getToken: GetToken;
    signal?: AbortSignal;
  }): Promise<({ ok: true } & PushResult) | WorkspaceFailure> {
    const { server } = this.#parts.access;
    if (server === null) {
      return workspaceFailure('push_failed', 'unsupported', `${this.path} is not pushed: it has no server`);
    }
    const { branch, work } = this.#state.opened();
    // Not in turn: it looks at no file of the folder.
    return tagFailures('push_failed', `Pushing ${this.path}`, async () => {
      const { sha, stagedAs } = options;
      const request = {
        cloneUrl: server.cloneUrl,
        branch,
        sha,
        ...(stagedAs === undefined ? {} : { stagedAs }),
      };
      const deps = { ...this.#parts.deps, getToken: options.getToken };
      return {
        ok: true,
        ...(await pushBranch(this.#state.context(options.signal), work.repository, request, deps)),
      };
    });
  }

  async rebase(options: {
    sha: string;
    getToken: GetToken;
    signal?: AbortSignal;
  }): Promise<Rebased | WorkspaceFailure> {
    const { server } = this.#parts.access;
    if (server === null) return { ok: true, status: 'current' };
    return this.#state.onWork('push_failed', 'Rebasing', options.signal, async (opened) => {
      const remote = await server.fetchBranch(options.getToken, options.signal);
      const rebased = await rebaseWork(opened, options.sha, remote);
      const { ready } = this.#state;
      if (rebased.status === 'rebased' && remote !== null && ready !== null) ready.head = remote;
      return rebased;
    });
  }

  async rescue(): Promise<{ ok: true; kept: Kept | null } | WorkspaceFailure> {
    if (this.#state.ready === null) return { ok: true, kept: null };
    return this.#state.onWork('worktree_failed', 'Keeping the work in', undefined, async (opened) => ({
      ok: true,
      kept: await keepNow(opened, 'rescue'),
    }));
  }

  async release(): Promise<void> {
    const { handle, deps } = this.#parts;
    try {
      await handle.queue.run(handle.lockKey, async () => {
        const { record } = this.#state;
        if (record !== null) await this.#state.saved({ ...record, lastUsedAtMs: deps.now() });
      });
    } finally {
      // A full disk must not keep the session busy until the runner starts again.
      await handle.onRelease();
    }
  }
}
