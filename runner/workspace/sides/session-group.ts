import { type Kept, type TaskName, turnOfCheckpoint } from '../../git/keep-state.ts';
import type { GitFolders } from '../../sandbox/sandbox-plan.ts';
import { workspaceFailure } from '../describe-failure.ts';
import type { PackedWork, PackRequest } from '../pack-work.ts';
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
  Rescued,
  SessionWorkspace,
  SideWorkspace,
  WorkspaceFailure,
} from '../workspace-types.ts';
import type { WorktreeSession } from '../worktree-session.ts';
import { captureSides } from './capture-sides.ts';
import { mergeGitFolders } from './merge-git-folders.ts';
import { packSides } from './pack-sides.ts';
import { setWritable } from './protect-tree.ts';
import { restoreSide, revertSide } from './put-back.ts';
import { rescueSides } from './rescue-sides.ts';

/** A worktree beside a session's own, with what only this machine knows of it. */
export type Side = SideWorkspace & { readonly workspace: WorktreeSession; readonly task: TaskName };

/**
 * A session's worktree with those of other repositories beside it. What keeps or puts back work is done to all of
 * them; `commit`, `push` and `rebase` are the first one's, each other has its own.
 */
export class SessionGroup implements SessionWorkspace {
  readonly #main: WorktreeSession;
  readonly sides: readonly Side[];
  readonly #filled = new Set<Side>();

  constructor(main: WorktreeSession, sides: readonly Side[]) {
    this.#main = main;
    this.sides = sides;
  }

  get path(): string {
    return this.#main.path;
  }

  get branch(): string {
    return this.#main.branch;
  }

  get lineage(): Lineage {
    return this.#main.lineage;
  }

  get trustedConfig(): Promise<boolean> {
    const all = [this.#main, ...this.sides.map(({ workspace }) => workspace)];
    return Promise.all(all.map((one) => one.trustedConfig)).then((each) => each.every(Boolean));
  }

  get gitFolders(): Promise<GitFolders | null> {
    const sides = this.sides.map(async ({ workspace, access }) => ({
      folders: await workspace.gitFolders,
      writable: access === 'write',
    }));
    return Promise.all([this.#main.gitFolders, ...sides]).then(([main, ...others]) =>
      mergeGitFolders(main, others),
    );
  }

  async fetchAndFill(options: FillOptions): Promise<Filled | WorkspaceFailure> {
    const fillSides = () => Promise.all(this.sides.map((side) => this.#fillSide(side, options)));
    // Only the first one's record says that a stored state is here: it comes after all the others.
    const early = options.stored === undefined ? null : await fillSides();
    const troubled = early?.find((result) => !result.ok);
    if (troubled?.ok === false) return troubled;
    const [main, results] = await Promise.all([this.#main.fetchAndFill(options), early ?? fillSides()]);
    if (!main.ok) return main;
    const sides: NonNullable<Filled['sides']> = [];
    for (const [index, result] of results.entries()) {
      const side = this.sides[index];
      if (!result.ok) return result;
      if (side !== undefined) sides.push({ ...result, side });
    }
    const startedTooEarly = main.startedTooEarly || sides.some((side) => side.startedTooEarly);
    return { ...main, startedTooEarly, sides };
  }

  async #fillSide(side: Side, options: FillOptions): Promise<Filled | WorkspaceFailure> {
    const { workspace, repository, access } = side;
    const { stored, epoch, signal, getToken } = options;
    const found = stored?.sides?.find(({ state }) => state.repositoryId === repository.id);
    const ownToken: GetToken = () => getToken(repository.id);
    if (access === 'read') await setWritable(workspace.path, true);
    const filled = await workspace.fetchAndFill({
      getToken: ownToken,
      ...(epoch === undefined ? {} : { epoch }),
      ...(signal === undefined ? {} : { signal }),
      ...(stored === undefined || found === undefined
        ? {}
        : {
            stored: {
              checkpoint: { ...stored.checkpoint, ...found.state },
              bundle: found.bundle,
              settle: async () => {},
            },
          }),
    });
    if (access === 'read') await setWritable(workspace.path, false);
    if (filled.ok) this.#filled.add(side);
    return filled;
  }

  async checkpoint(turn: number, options: CheckpointOptions = {}): ReturnType<WorktreeSession['checkpoint']> {
    const all = [this.#main, ...this.sides.map(({ workspace }) => workspace)];
    const [main, ...others] = await Promise.all(all.map((one) => one.checkpoint(turn, options)));
    const failure = others.find((result) => !result.ok);
    if (main === undefined) throw new Error(`${this.path} has no checkpoint`);
    return failure ?? main;
  }

  /** All go back to the same turn. @param checkpoint its ref: the commit does not tell which turn it was */
  async restore(
    checkpoint: string,
    signal?: AbortSignal,
  ): Promise<{ ok: true; rescue: Kept | null } | WorkspaceFailure> {
    const turn = turnOfCheckpoint(checkpoint);
    if (turn === null) {
      const message = `${checkpoint} is no ref of a checkpoint; with several repositories only those can be gone back to`;
      return workspaceFailure('worktree_failed', 'unsupported', message);
    }
    for (const side of this.sides) {
      const back = await restoreSide(side, turn, signal);
      if (!back.ok) return back;
    }
    return this.#main.restore(checkpoint, signal);
  }

  async revert(taskNumber?: number): ReturnType<SessionWorkspace['revert']> {
    const kept: NonNullable<Rescued['sides']> = [];
    for (const side of this.#filled) {
      const back = await revertSide(side, taskNumber);
      if (!back.ok) return back;
      if (back.rescue !== null && side.access === 'write') kept.push({ side, kept: back.rescue });
    }
    const reverted = await this.#main.revert(taskNumber);
    return reverted.ok && kept.length > 0 ? { ...reverted, sides: kept } : reverted;
  }

  compare(from: string, to: string): ReturnType<WorktreeSession['compare']> {
    return this.#main.compare(from, to);
  }

  baseConfig(signal?: AbortSignal): ReturnType<SessionWorkspace['baseConfig']> {
    return this.#main.baseConfig(signal);
  }

  gateFacts(tree: string, signal?: AbortSignal): ReturnType<SessionWorkspace['gateFacts']> {
    return this.#main.gateFacts(tree, signal);
  }

  async pack(request: PackRequest): Promise<{ ok: true; packed: PackedWork } | WorkspaceFailure> {
    const main = await this.#main.pack(request);
    if (!main.ok || main.packed.status === 'too_large') return main;
    return packSides(
      this.sides.filter(({ access }) => access === 'write'),
      request,
      main.packed,
    );
  }

  async capture(signal?: AbortSignal): Promise<Captured | WorkspaceFailure> {
    const captured = await this.#main.capture(signal);
    if (!captured.ok) return captured;
    return captureSides(this.sides, captured, signal);
  }

  commit(request: CommitRequest, signal?: AbortSignal): Promise<Committed | WorkspaceFailure> {
    return this.#main.commit(request, signal);
  }

  async settled(): Promise<void> {
    await Promise.all(
      [this.#main, ...this.sides.map(({ workspace }) => workspace)].map((one) => one.settled()),
    );
  }

  push(options: Parameters<SessionWorkspace['push']>[0]): ReturnType<SessionWorkspace['push']> {
    return this.#main.push(options);
  }

  rebase(options: Parameters<SessionWorkspace['rebase']>[0]): Promise<Rebased | WorkspaceFailure> {
    return this.#main.rebase(options);
  }

  async rescue(): Promise<Rescued | WorkspaceFailure> {
    const rescued = await this.#main.rescue();
    return rescued.ok ? rescueSides([...this.#filled], rescued) : rescued;
  }

  async release(): Promise<void> {
    const all = [this.#main, ...this.sides.map(({ workspace }) => workspace)];
    const results = await Promise.allSettled(all.map((one) => one.release()));
    const failed = results.find((result) => result.status === 'rejected');
    if (failed?.status === 'rejected') throw failed.reason;
  }
}
