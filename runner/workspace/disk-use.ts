import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type DiskUse, diskUseSchema, MAX_HELD_BACK } from '../../protocol/control-socket.ts';
import type { WorktreeState } from './decide-clean-up.ts';

/** How the data folder stands after a clean-up. */
export function diskUse(
  worktrees: readonly WorktreeState[],
  rest: { mirrorBytes: number; maxBytes: number; nowMs: number },
): DiskUse {
  const heldBack = worktrees
    .flatMap(({ sessionId, bytes, work, inUse, lastUsedAtMs }) => {
      const why = inUse ? 'in_use' : work;
      return why === 'saved'
        ? []
        : [{ sessionId, bytes, why, lastUsedAt: Math.round(lastUsedAtMs) } as const];
    })
    .sort((a, b) => b.bytes - a.bytes);
  const sum = (list: readonly { bytes: number }[]): number =>
    list.reduce((total, { bytes }) => total + bytes, 0);
  return {
    lookedAt: rest.nowMs,
    maxBytes: rest.maxBytes,
    worktrees: worktrees.length,
    worktreeBytes: sum(worktrees),
    mirrorBytes: rest.mirrorBytes,
    heldBackCount: heldBack.length,
    heldBackBytes: sum(heldBack),
    heldBack: heldBack.slice(0, MAX_HELD_BACK),
  };
}

/** Nothing that may go is left, and it is still too much: new work would only make it worse. */
export function isOverBound({ worktreeBytes, mirrorBytes, maxBytes }: DiskUse): boolean {
  return worktreeBytes + mirrorBytes > maxBytes;
}

const fileOf = (dataDir: string): string => join(dataDir, 'disk.json');

/** For `signalbox-runner disk`, which must not look into folders that a runner works in. */
export async function saveDiskUse(dataDir: string, use: DiskUse): Promise<void> {
  const path = fileOf(dataDir);
  await mkdir(dataDir, { recursive: true });
  await writeFile(`${path}.next`, JSON.stringify(use), { mode: 0o600 });
  await rename(`${path}.next`, path);
}

/** What the runner found last; null when it has not looked yet. */
export async function readDiskUse(dataDir: string): Promise<DiskUse | null> {
  try {
    return diskUseSchema.parse(JSON.parse(await readFile(fileOf(dataDir), 'utf8')));
  } catch {
    return null;
  }
}
