import { linkSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import type { ProcessRef } from '../process/process-start-time.ts';
import { isRunning, processRef } from '../process/process-start-time.ts';

const LOCK_FILE = 'runner.lock';

const ownerSchema = z.object({ pid: z.int().positive(), startTime: z.string() });

export type Claim =
  | { status: 'claimed'; release(): void }
  | { status: 'taken'; by: ProcessRef; path: string };

function readOwner(path: string): ProcessRef | null {
  try {
    return ownerSchema.parse(JSON.parse(readFileSync(path, 'utf8')));
  } catch {
    return null;
  }
}

function tryLink(from: string, to: string): boolean {
  try {
    linkSync(from, to);
    return true;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return false;
    throw error;
  }
}

/**
 * Takes a data folder for this process. Two runners on one folder would write to the same worktrees. A lock whose
 * process is gone (number and start time) is taken over.
 *
 * @throws when the folder can't be written.
 */
export function claimFolder(dataDir: string): Claim {
  mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  const path = join(dataDir, LOCK_FILE);
  const me = processRef(process.pid);
  if (me === null) throw new Error('This process is not in the process table; is /proc mounted?');
  const mine = `${path}.${me.pid}`;
  writeFileSync(mine, JSON.stringify(me), { mode: 0o600 });
  try {
    for (;;) {
      // A link is made whole or not at all, so nobody ever reads half a lock.
      if (tryLink(mine, path)) return { status: 'claimed', release: () => release(path, me) };
      const owner = readOwner(path);
      if (owner !== null && isRunning(owner)) return { status: 'taken', by: owner, path };
      removeStale(path, `${mine}.stale`);
    }
  } finally {
    rmSync(mine, { force: true });
  }
}

/** Takes a dead runner's lock away. What was moved is looked at again: another runner may have been faster. */
function removeStale(path: string, aside: string): void {
  try {
    renameSync(path, aside);
  } catch {
    return;
  }
  const moved = readOwner(aside);
  if (moved !== null && isRunning(moved)) tryLink(aside, path);
  rmSync(aside, { force: true });
}

function release(path: string, me: ProcessRef): void {
  const owner = readOwner(path);
  if (owner?.pid === me.pid && owner.startTime === me.startTime) rmSync(path, { force: true });
}
