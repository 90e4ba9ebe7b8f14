import { readdir, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { DiskUse } from '../../protocol/control-socket.ts';
import { type GitContext, inRepository } from '../git/git-repository.ts';
import { adminDir } from '../git/link-worktree.ts';
import { listSetAside } from '../git/open-mirror.ts';
import { listRefs, updateRefs } from '../git/refs.ts';
import type { KeyedQueue } from '../git/serialize-by-key.ts';
import { type Decision, decideCleanUp, type Limits, type WorktreeState } from './decide-clean-up.ts';
import { diskUse, saveDiskUse } from './disk-use.ts';
import { inspectWorktree } from './inspect-worktree.ts';
import { measureFolder } from './measure-folder.ts';
import { recordAtHand } from './record-at-hand.ts';
import { removeTree } from './sides/protect-tree.ts';
import { listRecords, readRecord, removeRecord, type WorkspaceRecord } from './workspace-record.ts';
import type { WorkspaceDeps } from './workspace-types.ts';

export type { Limits } from './decide-clean-up.ts';

/** What was removed, and what a person has to look at. */
export type CleanUpReport = {
  deleted: string[];
  reported: Extract<Decision, { action: 'report' }>[];
  freedBytes: number;
  /** How it stands now, for people. */
  use: DiskUse;
  /** Mirrors that could not be read and were replaced. Nothing removes them but a person. */
  setAside: string[];
};

export type CleanUpDeps = {
  deps: WorkspaceDeps;
  queue: KeyedQueue;
  isInUse: (sessionId: string) => boolean;
};

/** What sessions share: mirrors, the runner's git folders beside them, and trees that wait for a session. */
const SHARED = ['mirrors', 'control', 'pool'];

const TRASH = '.trash-';

/** Removes worktrees by `decideCleanUp`. Each is looked at again right before, when no task can take it. */
export async function cleanUp({ deps, queue, isInUse }: CleanUpDeps, limits: Limits): Promise<CleanUpReport> {
  await emptyTrash(deps.dataDir);
  const context: GitContext = { host: deps.host };
  const states: WorktreeState[] = [];
  for (const record of await listRecords(deps.dataDir)) {
    const { sessionId } = record;
    const state = await queue.run(`session:${sessionId}`, async () => {
      const inUse = isInUse(sessionId);
      if (!inUse && (await recordAtHand(deps.dataDir, sessionId)) === null) return null;
      return lookAt(context, record, inUse);
    });
    if (state !== null) states.push(state);
  }
  const shared = await Promise.all(SHARED.map((name) => measureFolder(join(deps.dataDir, name))));
  const mirrorBytes = shared.reduce((sum, bytes) => sum + bytes, 0);
  const report: Omit<CleanUpReport, 'use'> = {
    deleted: [],
    reported: [],
    freedBytes: 0,
    setAside: await listSetAside(deps.dataDir),
  };
  // Mirrors are shared and can be fetched again, but that takes longest: what they take, worktrees leave.
  const forWorktrees = { ...limits, maxTotalBytes: Math.max(0, limits.maxTotalBytes - mirrorBytes) };
  for (const decision of decideCleanUp(states, deps.now(), forWorktrees)) {
    if (decision.action === 'report') report.reported.push(decision);
    if (decision.action !== 'delete') continue;
    const { sessionId } = decision;
    const deleted = await queue.run(`session:${sessionId}`, async () => {
      const record = await readRecord(deps.dataDir, sessionId);
      if (record === null || isInUse(sessionId)) return false;
      if ((await lookAt(context, record, false)).work !== 'saved') return false;
      await deleteWorktree(context, deps, record);
      return true;
    });
    if (!deleted) continue;
    report.deleted.push(sessionId);
    report.freedBytes += states.find((state) => state.sessionId === sessionId)?.bytes ?? 0;
  }
  const left = states.filter(({ sessionId }) => !report.deleted.includes(sessionId));
  const use = diskUse(left, { mirrorBytes, maxBytes: limits.maxTotalBytes, nowMs: deps.now() });
  await saveDiskUse(deps.dataDir, use);
  return { ...report, use };
}

async function lookAt(context: GitContext, record: WorkspaceRecord, inUse: boolean): Promise<WorktreeState> {
  // A worktree that can't be looked at is kept, whatever the reason.
  const work = inUse ? 'unknown' : await inspectWorktree(context, record).catch(() => 'unknown' as const);
  const bytes = await measureFolder(record.folder);
  return { sessionId: record.sessionId, lastUsedAtMs: record.lastUsedAtMs, bytes, work, inUse };
}

/** Out of the way in one step, then bit by bit: a crash leaves trash and no half worktree. The branch stays. */
async function deleteWorktree(
  context: GitContext,
  deps: WorkspaceDeps,
  record: WorkspaceRecord,
): Promise<void> {
  const { commonDir, controlDir, folder, sessionId } = record;
  const trash = join(deps.dataDir, 'worktrees', `${TRASH}${sessionId}-${deps.newId()}`);
  await rename(dirname(folder), trash);
  await removeRecord(deps.dataDir, sessionId);
  await rm(adminDir({ commonDir, folder, sessionId }), { recursive: true, force: true });
  await rm(join(controlDir, `index-${sessionId}`), { force: true });
  const refs = inRepository(context, { commonDir, controlDir });
  const kept = [
    `refs/signalbox/checkpoints/${sessionId}/`,
    `refs/signalbox/starts/${sessionId}/`,
    `refs/remotes/signalbox/staged/${sessionId}/`,
  ];
  for (const prefix of kept) {
    const names = [...(await listRefs(refs, prefix)).keys()];
    await updateRefs(
      refs,
      names.map((ref) => ({ ref, to: null })),
    );
  }
  await removeTree(trash);
}

async function emptyTrash(dataDir: string): Promise<void> {
  const folder = join(dataDir, 'worktrees');
  const names = await readdir(folder).catch(() => []);
  const trash = names.filter((name) => name.startsWith(TRASH));
  await Promise.all(trash.map((name) => removeTree(join(folder, name))));
}
