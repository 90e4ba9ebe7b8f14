import { join } from 'node:path';
import { captureWork } from '../git/capture-work.ts';
import { diffTrees } from '../git/diff-trees.ts';
import { createGitFolder, isGitFolder } from '../git/ensure-git-folder.ts';
import { outputOf } from '../git/git-failed-error.ts';
import { type GitContext, type GitRepository, inControl } from '../git/git-repository.ts';
import {
  checkpointRef,
  type Kept,
  keepCheckpoint,
  keepRescue,
  rescueRef,
  startRef,
} from '../git/keep-state.ts';
import { materialiseTree } from '../git/materialise-tree.ts';
import { readRef, treeOf } from '../git/refs.ts';
import { fitsShadow, MAX_SHADOW_BYTES, MAX_SHADOW_FILES } from '../git/shadow-folder.ts';
import { installScratch, type WorkTree } from '../git/work-tree.ts';
import { asCaptured, CAPTURE_LIMITS, withoutPaths } from './capture-changes.ts';
import type { Compared } from './compare-states.ts';
import { tagFailures, workspaceFailure } from './describe-failure.ts';
import { findUncommitted, type Uncommitted } from './find-uncommitted.ts';
import { type GateFacts, readChanges } from './gate-facts.ts';
import type { Reverted } from './revert-work.ts';
import { type SessionHandle, signalled } from './session-handle.ts';
import { localControlDir } from './workspace-paths.ts';
import type {
  Captured,
  CheckpointOptions,
  Committed,
  Filled,
  FillOptions,
  Rebased,
  SessionWorkspace,
  WorkspaceDeps,
  WorkspaceFailure,
} from './workspace-types.ts';

export type FolderParts = {
  deps: WorkspaceDeps;
  handle: SessionHandle;
  session: { sessionId: string; taskNumber: number; folder: string };
  limits?: { maxFiles: number; maxBytes: number };
};

/** git knows this tree without having it. */
const EMPTY_TREE = '4b825dc642cb6eb9a060e54bf8d69288fbee4904';

/**
 * A session right in a folder of the machine, a repository or not. Nothing of a repository there is touched: to
 * compare and restore, the runner keeps states of the folder in a git folder of its own, as long as it is small enough.
 */
export class FolderSession implements SessionWorkspace {
  readonly path: string;
  readonly branch = null;
  readonly lineage = null;
  readonly gitFolders = Promise.resolve(null);
  readonly #parts: FolderParts;
  readonly #trusted = signalled();
  readonly #work: WorkTree;
  #filling: Promise<Filled | WorkspaceFailure> | null = null;
  #fits = false;
  #start: string | null = null;

  constructor(parts: FolderParts) {
    this.#parts = parts;
    this.path = parts.session.folder;
    const controlDir = localControlDir(parts.deps.dataDir, `folder:${this.path}`);
    const excludesFile = join(this.path, '.git', 'info', 'exclude');
    const repository: GitRepository = { commonDir: controlDir, controlDir, excludesFile };
    const indexFile = join(controlDir, 'folder-index');
    this.#work = {
      repository,
      folder: this.path,
      indexFile,
      scratchIndex: `${indexFile}-scratch`,
      dressed: false,
    };
  }

  get trustedConfig(): Promise<boolean> {
    return this.#trusted.promise;
  }

  fetchAndFill(options: FillOptions): Promise<Filled | WorkspaceFailure> {
    this.#filling ??= this.#open(options).then((result) => {
      if (!result.ok) this.#filling = null;
      this.#trusted.settle(result.ok);
      return result;
    });
    return this.#filling;
  }

  #open(options: FillOptions): Promise<Filled | WorkspaceFailure> {
    const { deps, session } = this.#parts;
    return this.#inTurn('Looking at', async () => {
      const startedAt = deps.now();
      const context = this.#context(options.signal);
      const { controlDir } = this.#work.repository;
      if (!(await isGitFolder(controlDir))) {
        await createGitFolder(context, controlDir, { id: deps.newId() });
      }
      const limits = this.#parts.limits ?? { maxFiles: MAX_SHADOW_FILES, maxBytes: MAX_SHADOW_BYTES };
      this.#fits = await fitsShadow(context, this.#work, limits);
      let uncommitted: Uncommitted | null = null;
      if (this.#fits) {
        this.#start = (await this.#keep(context, startRef(session))).sha;
        const tree = await treeOf(inControl(context, this.#work.repository), this.#start);
        uncommitted = await findUncommitted(context, this.#work.repository, { path: this.path, tree });
      }
      options.onPhase?.({ name: 'trusted', ms: deps.now() - startedAt });
      options.onPhase?.({ name: 'filled', ms: deps.now() - startedAt });
      return {
        ok: true,
        base: null,
        head: null,
        branch: null,
        resumed: true,
        remote: 'current',
        startedTooEarly: false,
        uncommitted,
      };
    });
  }

  checkpoint(
    turn: number,
    { signal }: CheckpointOptions = {},
  ): Promise<{ ok: true; kept: Kept | null } | WorkspaceFailure> {
    return this.#inTurn('Keeping a checkpoint of', async () => ({
      ok: true,
      kept: this.#fits
        ? await this.#keep(this.#context(signal), checkpointRef(this.#parts.session, turn))
        : null,
    }));
  }

  restore(
    checkpoint: string,
    signal?: AbortSignal,
  ): Promise<{ ok: true; rescue: Kept | null } | WorkspaceFailure> {
    return this.#inTurn('Restoring', async () => {
      const context = this.#context(signal);
      const git = inControl(context, this.#work.repository);
      const sha = outputOf(
        await git(['rev-parse', '--verify', '--end-of-options', `${checkpoint}^{commit}`]),
      );
      const rescue = await this.#keepRescue();
      await materialiseTree(context, this.#work, { tree: await treeOf(git, sha), commitTree: null });
      return { ok: true, rescue };
    });
  }

  revert(taskNumber = this.#parts.session.taskNumber): Promise<({ ok: true } & Reverted) | WorkspaceFailure> {
    return this.#inTurn('Putting back', async () => {
      if (!this.#fits) return { ok: true, rescue: null, to: null };
      const context = this.#context();
      const git = inControl(context, this.#work.repository);
      const { sessionId } = this.#parts.session;
      const start = await readRef(git, startRef({ sessionId, taskNumber }));
      if (start === null) return { ok: true, rescue: null, to: null };
      const rescue = await this.#keepRescue();
      await materialiseTree(context, this.#work, { tree: await treeOf(git, start), commitTree: null });
      return { ok: true, rescue, to: start };
    });
  }

  compare(from: string, to: string): Promise<{ ok: true; diff: Compared | null } | WorkspaceFailure> {
    return this.#inTurn('Comparing states of', async () => {
      if (!this.#fits) return { ok: true, diff: null };
      const git = inControl(this.#context(), this.#work.repository);
      const [before, tree] = [await treeOf(git, from), await treeOf(git, to)];
      const { nested: _nested, ...diff } = await diffTrees(git, before, tree, CAPTURE_LIMITS);
      return { ok: true, diff: { ...diff, tree } };
    });
  }

  /** The folder itself is the work, and nobody else has it. */
  async pack(): Promise<{ ok: true; packed: null }> {
    return { ok: true, packed: null };
  }

  capture(signal?: AbortSignal): Promise<Captured | WorkspaceFailure> {
    return this.#inTurn('Reading the changes in', async () => {
      if (this.#start === null) return TOO_BIG;
      const context = this.#context(signal);
      const git = inControl(context, this.#work.repository);
      const from = await treeOf(git, this.#start);
      const { tree, skipped } = await this.#read(context);
      const diff = await diffTrees(git, from, tree, CAPTURE_LIMITS);
      return asCaptured(tree, diff, { dropped: [], skipped });
    });
  }

  /** A plain folder has no base that could be trusted more than the folder. */
  async baseConfig(): Promise<{ ok: true; config: null }> {
    return { ok: true, config: null };
  }

  gateFacts(tree: string, signal?: AbortSignal): Promise<({ ok: true } & GateFacts) | WorkspaceFailure> {
    return this.#inTurn('Reading the changes in', async () => {
      const git = inControl(this.#context(signal), this.#work.repository);
      const from = this.#start === null ? tree : await treeOf(git, this.#start);
      return { ok: true, config: null, ...(await readChanges(git, from, tree)) };
    });
  }

  async settled(): Promise<void> {}

  async commit(): Promise<Committed | WorkspaceFailure> {
    return workspaceFailure('worktree_failed', 'no_commits_here', `Nothing is committed in ${this.path}`);
  }

  async push(): Promise<WorkspaceFailure> {
    return workspaceFailure('push_failed', 'no_commits_here', `Nothing is pushed from ${this.path}`);
  }

  async rebase(): Promise<Rebased | WorkspaceFailure> {
    return { ok: true, status: 'current' };
  }

  rescue(): Promise<{ ok: true; kept: Kept | null } | WorkspaceFailure> {
    return this.#inTurn('Keeping the work in', async () => ({ ok: true, kept: await this.#keepRescue() }));
  }

  release(): Promise<void> {
    return this.#parts.handle.onRelease();
  }

  async #keepRescue(): Promise<Kept | null> {
    if (!this.#fits) return null;
    const context = this.#context();
    const git = inControl(context, this.#work.repository);
    const { tree } = await this.#read(context);
    const ref = rescueRef(this.#parts.session);
    const state = { ref, tree, parent: this.#start, nowMs: this.#parts.deps.now() };
    return keepRescue({ objects: git, refs: git }, state);
  }

  async #keep(context: GitContext, ref: string): Promise<Kept> {
    const git = inControl(context, this.#work.repository);
    const { tree } = await this.#read(context);
    const state = { ref, tree, parent: this.#start, nowMs: this.#parts.deps.now() };
    return keepCheckpoint({ objects: git, refs: git }, state);
  }

  /** The folder as a tree, without nested repositories; its index is kept, so that the next time is quick. */
  async #read(context: GitContext): Promise<{ tree: string; skipped: string[] }> {
    const git = inControl(context, this.#work.repository, {
      folder: this.path,
      indexFile: this.#work.scratchIndex,
    });
    const captured = await captureWork(context, this.#work, EMPTY_TREE);
    const { nested } = await diffTrees(git, EMPTY_TREE, captured.tree, { maxFiles: 0, maxPatchBytes: 0 });
    const tree = nested.length === 0 ? captured.tree : await withoutPaths(git, nested);
    await installScratch(this.#work);
    return { tree, skipped: [...captured.skipped, ...nested] };
  }

  #inTurn<T>(what: string, work: () => Promise<T>): Promise<T | WorkspaceFailure> {
    const { queue, lockKey } = this.#parts.handle;
    return queue.run(lockKey, () => tagFailures('worktree_failed', `${what} ${this.path}`, work));
  }

  #context(signal?: AbortSignal): GitContext {
    const { host } = this.#parts.deps;
    return signal === undefined ? { host } : { host, signal };
  }
}

/** Nobody can say what changed. */
const TOO_BIG: Captured = {
  ok: true,
  tree: null,
  changed: false,
  files: [],
  filesCut: false,
  insertions: 0,
  deletions: 0,
  patch: { text: '', bytes: 0, cut: false },
  dropped: [],
  skipped: [],
};
