import { mkdirSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Check } from './check.ts';
import { checkFailed, checkOk } from './check.ts';

/** Below this a checkout or a build fails halfway, which is harder to understand than not starting. */
const LEAST_FREE_BYTES = 500_000_000;

/** A few mirrors and worktrees of ordinary repositories. */
const COMFORTABLE_FREE_BYTES = 5_000_000_000;

export function formatBytes(bytes: number): string {
  return bytes >= 1e9 ? `${(bytes / 1e9).toFixed(1)} GB` : `${Math.round(bytes / 1e6)} MB`;
}

export function judgeFreeSpace(freeBytes: number, path: string): Check {
  const detail = `${formatBytes(freeBytes)} free at ${path}`;
  const remedy = `Free space on that file system, or set SIGNALBOX_DATA_DIR to a folder on a larger one.`;
  if (freeBytes < LEAST_FREE_BYTES) return checkFailed('disk', 'broken', detail, remedy);
  if (freeBytes < COMFORTABLE_FREE_BYTES) return checkFailed('disk', 'warning', detail, remedy);
  return checkOk('disk', detail);
}

export function checkDisk(dataDir: string): Check {
  try {
    const { bavail, bsize } = statfsSync(dataDir);
    return judgeFreeSpace(bavail * bsize, dataDir);
  } catch (error) {
    const detail = `${dataDir} can't be looked at: ${error instanceof Error ? error.message : String(error)}`;
    return checkFailed('disk', 'broken', detail, 'Create the folder, or set SIGNALBOX_DATA_DIR to another.');
  }
}

/** Whether the data folder can be written. Makes it when it is missing. */
export function checkDataFolder(dataDir: string): Check {
  const probe = join(dataDir, `.doctor-${process.pid}`);
  try {
    mkdirSync(dataDir, { recursive: true, mode: 0o700 });
    writeFileSync(probe, 'probe');
    rmSync(probe);
    return checkOk('data folder', `${dataDir} can be written`);
  } catch (error) {
    const detail = `${dataDir} can't be written: ${error instanceof Error ? error.message : String(error)}`;
    const remedy = `Give it to the user that runs the runner (chown), or set SIGNALBOX_DATA_DIR to another folder.`;
    return checkFailed('data folder', 'broken', detail, remedy);
  }
}
