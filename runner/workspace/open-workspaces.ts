import { mkdir, realpath } from 'node:fs/promises';
import type { Kept } from '../git/keep-state.ts';
import { KeyedQueue } from '../git/serialize-by-key.ts';
import { type CleanUpReport, cleanUp, type Limits } from './clean-up.ts';
import { tagFailures, workspaceFailure } from './describe-failure.ts';
import { FolderSession } from './folder-session.ts';
import { MirrorAccess } from './mirror-access.ts';
import { TreePool } from './pool/tree-pool.ts';
import { githubAccess, localAccess, nameOf, type ProjectAccess } from './project-access.ts';
import { recordAtHand } from './record-at-hand.ts';
import { rescueLeft } from './rescue-left.ts';
import { refuseBranch } from './resolve-github.ts';
import { existingFolder } from './resolve-local.ts';
import type { SessionHandle } from './session-handle.ts';
import { reserveSides } from './sides/reserve-sides.ts';
import { projectName, sessionFolder } from './workspace-paths.ts';
import { readRecord } from './workspace-record.ts';
import type { SessionWorkspace, WorkspaceDeps, WorkspaceFailure, WorkspaceSpec } from './workspace-types.ts';
import { WorktreeSession } from './worktree-session.ts';

export type Reserved = { ok: true; workspace: SessionWorkspace };

/** A folder of its own, or a worktree, which others can be laid beside. */
type Made = { ok: true; workspace: SessionWorkspace; worktree?: WorktreeSession };

export type Workspaces = {
  /** Makes the session's folder and takes it for a task. The same task asking again gets the same workspace. */
  reserve(spec: WorkspaceSpec): Promise<Reserved | WorkspaceFailure>;
  /** Keeps what a task left in its folder that no longer runs here. Null where there is nothing to keep. */
  rescueLeft(
    sessionId: string,
    taskNumber: number,
  ): Promise<{ ok: true; kept: Kept | null } | WorkspaceFailure>;
  /** Removes worktrees that are old or too many, as far as nothing can be lost. */
  cleanUp(limits: Limits): Promise<CleanUpReport>;
  /** Whether the session has a folder here. */
  has(sessionId: string): Promise<boolean>;
  /** Packs mirrors that no job uses, as far as that is worth it; a job that comes ends it. @returns which */
  tend(): Promise<number[]>;
};

type InUse = {
  project: string;
  taskNumber: number;
  workspace: Promise<Made | WorkspaceFailure>;
  users: number;
};

/** All workspaces of one runner; only one of these may exist for a data folder. */
export async function openWorkspaces(given: WorkspaceDeps): Promise<Workspaces> {
  await mkdir(given.dataDir, { recursive: true });
  // git writes real paths into its links, and Claude Code looks sessions up by them.
  const deps = { ...given, dataDir: await realpath(given.dataDir) };
  const queue = new KeyedQueue();
  const pool = await TreePool.open(deps, deps.readyTrees ?? 0);
  const mirrors = new MirrorAccess(deps, pool);
  const inUse = new Map<string, InUse>();

  const reserveOne = async (spec: WorkspaceSpec): Promise<Made | WorkspaceFailure> => {
    const { sessionId, taskNumber } = spec;
    const current = inUse.get(sessionId);
    if (current !== undefined) {
      if (current.taskNumber !== taskNumber) {
        const message = `Session ${sessionId} is in use by its task ${current.taskNumber}`;
        return workspaceFailure('worktree_failed', 'busy', message);
      }
      current.users += 1;
      return current.workspace;
    }
    const onRelease = async (): Promise<void> => {
      entry.users -= 1;
      if (entry.users <= 0 && inUse.get(sessionId) === entry) inUse.delete(sessionId);
      if (inUse.size === 0) void pool.fill();
    };
    pool.pause();
    const handle: SessionHandle = { queue, lockKey: `session:${sessionId}`, onRelease };
    const workspace = queue.run(handle.lockKey, () => makeWorkspace(deps, mirrors, spec, handle));
    const { workspace: asked } = spec;
    if (asked.type === 'github') mirrors.yieldTo(asked.repository.id);
    const entry: InUse = { project: projectName(spec), taskNumber, workspace, users: 1 };
    inUse.set(sessionId, entry);
    const result = await workspace;
    if (!result.ok && inUse.get(sessionId) === entry) inUse.delete(sessionId);
    return result;
  };

  return {
    reserve: async (spec) => {
      const main = await reserveOne(spec);
      if (!main.ok || (spec.sides ?? []).length === 0) return main;
      return reserveSides(reserveOne, main, spec);
    },
    rescueLeft: (sessionId, taskNumber) =>
      queue.run(`session:${sessionId}`, () =>
        tagFailures('worktree_failed', `Keeping what task ${taskNumber} left`, async () => {
          const record = inUse.has(sessionId) ? null : await recordAtHand(deps.dataDir, sessionId);
          const kept =
            record === null ? null : await rescueLeft({ host: deps.host }, record, taskNumber, deps.now());
          return { ok: true, kept } as const;
        }),
      ),
    has: async (sessionId) => (await readRecord(deps.dataDir, sessionId)) !== null,
    tend: () =>
      mirrors.tend((repositoryId) =>
        [...inUse.values()].some(({ project }) => project === `github:${repositoryId}`),
      ),
    cleanUp: (limits) => cleanUp({ deps, queue, isInUse: (sessionId) => inUse.has(sessionId) }, limits),
  };
}

async function makeWorkspace(
  deps: WorkspaceDeps,
  mirrors: MirrorAccess,
  spec: WorkspaceSpec,
  handle: SessionHandle,
): Promise<Made | WorkspaceFailure> {
  const { workspace, sessionId, taskNumber } = spec;
  if (workspace.type === 'e2b') {
    return workspaceFailure('worktree_failed', 'unsupported', 'This runner starts no E2B sandboxes');
  }
  if (workspace.type === 'local') {
    const folder = await existingFolder(workspace.path, deps.folders ?? null);
    if (typeof folder !== 'string') return folder;
    const local = { ...handle, lockKey: `local:${folder}` };
    const session = { sessionId, taskNumber, folder };
    return { ok: true, workspace: new FolderSession({ deps, handle: local, session }) };
  }
  const branch = spec.branch ?? `signalbox/${sessionId.slice(0, 8)}`;
  const access = accessTo(deps, mirrors, spec, branch);
  if ('ok' in access) return access;
  const project = projectName(spec);
  const record = await recordAtHand(deps.dataDir, sessionId);
  if (record !== null && record.project !== project) {
    const message = `Session ${sessionId} works on ${record.project}, not on ${project}`;
    return workspaceFailure('worktree_failed', 'unsupported', message);
  }
  // A repository that was renamed keeps its sessions where they were.
  const folder = record?.folder ?? sessionFolder(deps.dataDir, spec);
  return tagFailures('worktree_failed', `Making ${folder}`, async () => {
    await mkdir(folder, { recursive: true });
    const session = { sessionId, taskNumber, branch, folder, project };
    const parts = { deps, access, handle, session, type: workspace.type, record };
    const worktree = new WorktreeSession(parts);
    return { ok: true, workspace: worktree, worktree };
  });
}

function accessTo(
  deps: WorkspaceDeps,
  mirrors: MirrorAccess,
  spec: WorkspaceSpec,
  branch: string,
): ProjectAccess | WorkspaceFailure {
  const { workspace } = spec;
  if (workspace.type === 'github') {
    const { repository, ref } = workspace;
    const project = { repository, ref, branch, readOnly: spec.readOnly === true };
    const refused = refuseBranch(project);
    if (refused === null) return githubAccess(deps, mirrors, project);
    return workspaceFailure('worktree_failed', 'wrong_branch', `${nameOf(workspace.repository)}: ${refused}`);
  }
  if (workspace.type !== 'worktree')
    throw new Error(`No repository behind a workspace of type ${workspace.type}`);
  const { path, baseRef } = workspace;
  return localAccess(deps, baseRef === undefined ? { path, branch } : { path, branch, baseRef });
}
