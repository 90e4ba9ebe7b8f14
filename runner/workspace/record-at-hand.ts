import { readdir, rm } from 'node:fs/promises';
import { adminDir } from '../git/link-worktree.ts';
import { readRecord, removeRecord, type WorkspaceRecord } from './workspace-record.ts';

/**
 * The record of a session's worktree that is still there. A folder that was filled holds at least its `.git`; where
 * nothing is left of it, somebody removed it from outside. What it lacks must not pass for work that deletes
 * everything, so its record goes too, and the session goes on from what is stored. Refs stay: they may hold rescued
 * work. Runs in the session's turn.
 */
export async function recordAtHand(dataDir: string, sessionId: string): Promise<WorkspaceRecord | null> {
  const record = await readRecord(dataDir, sessionId);
  if (record === null || !(await isGone(record))) return record;
  const { commonDir, folder } = record;
  await rm(adminDir({ commonDir, folder, sessionId }), { recursive: true, force: true });
  await removeRecord(dataDir, sessionId);
  return null;
}

async function isGone({ filled, target, folder }: WorkspaceRecord): Promise<boolean> {
  // What is being written to it is known, however little of it is there yet.
  if (!filled || target !== null) return false;
  const names = await readdir(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [];
    throw error;
  });
  return names.length === 0;
}
