import type { ChangedFile, CutText } from '../../protocol/events.ts';
import type { Failure } from '../../protocol/outcome.ts';
import type { Person } from '../../protocol/task.ts';
import type { Repository, SideRepository, Workspace } from '../../protocol/workspace.ts';
import type { GitTrouble } from '../git/classify-git-failure.ts';
import type { Identity } from '../git/commit-message.ts';
import type { HostEnvironment } from '../git/git-environment.ts';
import type { Kept } from '../git/keep-state.ts';
import type { PushResult } from '../git/push-branch.ts';
import type { RebaseResult } from '../git/rebase-commit.ts';
import type { GitFolders } from '../sandbox/sandbox-plan.ts';
import type { Compared } from './compare-states.ts';
import type { Uncommitted } from './find-uncommitted.ts';
import type { GateFacts } from './gate-facts.ts';
import type { PackedWork, PackRequest } from './pack-work.ts';
import type { StoredWork } from './restore-stored.ts';
import type { Reverted } from './revert-work.ts';
import type { WorkspaceRecord } from './workspace-record.ts';

/** What a job says about where it works. */
export type WorkspaceSpec = {
  sessionId: string;
  taskNumber: number;
  workspace: Workspace;
  /** The branch the work goes to. Null for a folder that is only edited. */
  branch: string | null;
  /** Repositories that lie beside it, on GitHub. */
  sides?: readonly SideRepository[];
  /** Nothing is ever written to it: it follows the server's base branch. */
  readOnly?: boolean;
};

/** Something that was expected to be able to fail, did: in the words of the protocol, and with git's reason. */
export type WorkspaceFailure = {
  ok: false;
  trouble:
    | GitTrouble
    | 'unsupported'
    | 'busy'
    | 'no_base'
    | 'wrong_branch'
    | 'wrong_path'
    | 'no_commits_here';
  failure: Failure;
};

export type WorkspaceDeps = {
  dataDir: string;
  host: HostEnvironment;
  /** Milliseconds since 1970. */
  now: () => number;
  newId: () => string;
  /** Between 0 and 1. */
  random: () => number;
  sleep: (ms: number) => Promise<void>;
  /** Folders of this machine that tasks may work in, with everything below them. Default: any. */
  folders?: readonly string[];
  /** Trees that are kept ready for each of the projects that were worked on last. Default: none. */
  readyTrees?: number;
};

/**
 * A token for one repository only, or null when it can be read without: that of the session, or one of its others.
 * Asked for at each use.
 */
export type GetToken = (repositoryId?: number) => Promise<string | null>;

/** `trusted`: what Claude Code reads at its start is in the folder; the rest follows. Times since the call. */
export type FillPhase = { name: 'fetched' | 'trusted' | 'filled'; ms: number };

export type FillOptions = {
  getToken: GetToken;
  signal?: AbortSignal;
  /** Of the attempt that begins; noted with the folder. 0 where nobody counts. */
  epoch?: number;
  /** State of another machine, to be continued here. */
  stored?: StoredWork;
  onPhase?: (phase: FillPhase) => void;
};

export type Filled = {
  ok: true;
  /** Tip of the base branch; null in a plain folder. */
  base: string | null;
  /** The commit the task starts from; null in a plain folder. */
  head: string | null;
  branch: string | null;
  /** The worktree of an earlier task or attempt is continued. */
  resumed: boolean;
  /**
   * How the branch stands to the server's: `current`, moved forward to it (`forwarded`), left behind it because the
   * work in the folder would conflict (`behind`), or with commits on both sides (`diverged`).
   */
  remote: 'current' | 'forwarded' | 'behind' | 'diverged';
  /** What of a plain folder no commit has; null where nobody can say. Left out where there is a worktree. */
  uncommitted?: Uncommitted | null;
  /** What this machine had of the session, where a stored state took its place. */
  rescue?: Kept;
  /** What `trustedConfig` stood for is no longer so: a Claude that was started since must be started anew. */
  startedTooEarly: boolean;
  /** The same of the session's other repositories; left out where there are none. */
  sides?: (Omit<Filled, 'sides'> & { side: SideWorkspace })[];
};

export type Captured = {
  ok: true;
  /** Names the work exactly; this is what an approval is bound to. Null where the folder is too big to look at. */
  tree: string | null;
  changed: boolean;
  files: ChangedFile[];
  filesCut: boolean;
  insertions: number;
  deletions: number;
  patch: CutText;
  /** Trusted paths that were changed in a pull request's session. Those changes are not part of `tree`. */
  dropped: string[];
  /** What could not be taken in: nested repositories, files that can't be read. */
  skipped: string[];
  /** The same of the other repositories that are written to; left out where there are none. */
  sides?: CapturedSide[];
  /** Repositories that are only read and were changed all the same: they are as they were again. */
  putBack?: string[];
};

export type CapturedSide = {
  side: SideWorkspace;
  captured: Omit<Captured, 'sides' | 'putBack'> & { tree: string };
};

export type CommitRequest = {
  tree: string;
  message: { subject: string; body: string };
  author: Identity;
  coAuthor: Person | null;
  /** Claude's own commits are kept, with what this makes of their messages; left out: all becomes one commit. */
  several?: { clean: (message: string) => string };
};

export type Committed = {
  ok: true;
  sha: string;
  tree: string;
  /** False when the tree is the one the task started from: nothing was committed. */
  changed: boolean;
  /** How many were made; the last is `sha`. */
  commits: number;
  /** Where Claude's own commits are kept, which these replace. */
  squashed: Kept | null;
};

export type Rebased = { ok: true } & (RebaseResult | { status: 'current' });

/** @param sides of those other repositories that had work of this task */
export type Rescued = { ok: true; kept: Kept | null; sides?: { side: SideWorkspace; kept: Kept }[] };

export type CheckpointOptions = {
  signal?: AbortSignal;
  /** Nobody worked in the folder since it was filled. Spares reading it again: 0.3 s for 27,000 new files. */
  untouched?: boolean;
};

/** What is known of a session's folder before it is opened. Null: there is nothing of it here. */
export type Lineage = Pick<WorkspaceRecord, 'lastAttempt' | 'restoredFrom'> | null;

/** A worktree beside the session's own. */
export type SideWorkspace = {
  readonly repository: Repository;
  readonly access: 'read' | 'write';
  /** Null where it is only read. */
  readonly branch: string | null;
  readonly workspace: SessionWorkspace;
};

/** One task's use of a session's folder. Its operations run one after the other. */
export type SessionWorkspace = {
  readonly path: string;
  readonly branch: string | null;
  readonly lineage: Lineage;
  /** Worktrees of other repositories, which every operation but `commit`, `push` and `rebase` takes along. */
  readonly sides?: readonly SideWorkspace[];
  /**
   * True once Claude may be started: what it reads at its start is in the folder, if only as it was the last time
   * (`Filled.startedTooEarly`). Resolves false when filling failed; never rejects.
   */
  readonly trustedConfig: Promise<boolean>;
  /**
   * What git in the folder reads and writes outside it; resolves once the folder is linked to its repository, and
   * not when filling fails before. Null where there is nothing outside. Told by the runner's own records: what lies in the
   * folder, Claude can change.
   */
  readonly gitFolders: Promise<GitFolders | null>;
  fetchAndFill(options: FillOptions): Promise<Filled | WorkspaceFailure>;
  /** Keeps the state before a turn. Null in a folder too big for it. */
  checkpoint(
    turn: number,
    options?: CheckpointOptions,
  ): Promise<{ ok: true; kept: Kept | null } | WorkspaceFailure>;
  /** Puts files and branch back to a checkpoint; what was there is kept as a rescue first. */
  restore(
    checkpoint: string,
    signal?: AbortSignal,
  ): Promise<{ ok: true; rescue: Kept | null } | WorkspaceFailure>;
  /**
   * Puts files and branch back to what they were before a task; what was there is kept as a rescue first. `to` is null
   * in a folder too big for it.
   *
   * @param taskNumber of the session; this one where it is left out
   */
  revert(taskNumber?: number): Promise<({ ok: true } & Reverted & Pick<Rescued, 'sides'>) | WorkspaceFailure>;
  /** What changed between two states that were kept or captured. Null in a folder too big for it. */
  compare(from: string, to: string): Promise<{ ok: true; diff: Compared | null } | WorkspaceFailure>;
  /** Packs a state for another machine. Null in a folder that has no repository of its own. */
  pack(request: PackRequest): Promise<{ ok: true; packed: PackedWork | null } | WorkspaceFailure>;
  capture(signal?: AbortSignal): Promise<Captured | WorkspaceFailure>;
  /** What the base branch says about gates; null where there is no base, or it says nothing. */
  baseConfig(signal?: AbortSignal): Promise<{ ok: true; config: string | null } | WorkspaceFailure>;
  /** What gates are chosen by and look at. @param tree that of `capture` */
  gateFacts(tree: string, signal?: AbortSignal): Promise<({ ok: true } & GateFacts) | WorkspaceFailure>;
  /** The index in the folder follows in a moment, side by side with a push: see `settled`. */
  commit(request: CommitRequest, signal?: AbortSignal): Promise<Committed | WorkspaceFailure>;
  /** Resolves when nothing is written to the folder any more. */
  settled(): Promise<void>;
  /**
   * Pushes what `commit` made, to the session's branch only, or to a ref of ours beside it.
   *
   * @param stagedAs see `stagedRef`
   */
  push(options: {
    sha: string;
    stagedAs?: string | undefined;
    getToken: GetToken;
    signal?: AbortSignal;
  }): Promise<({ ok: true } & PushResult) | WorkspaceFailure>;
  /**
   * After a push was rejected: fetches, and puts the commit on top of what the branch is now. The tree is another one
   * then, so gates and approval of the old one no longer count. A conflict changes nothing.
   */
  rebase(options: {
    sha: string;
    getToken: GetToken;
    signal?: AbortSignal;
  }): Promise<Rebased | WorkspaceFailure>;
  /** Keeps everything in the folder under a ref. Null in a folder too big for it. */
  rescue(): Promise<Rescued | WorkspaceFailure>;
  /** The task no longer uses the folder. Files stay. */
  release(): Promise<void>;
};
