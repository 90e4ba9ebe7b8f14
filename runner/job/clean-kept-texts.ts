import { readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { OUTPUTS_FOLDER } from './kept-texts.ts';

export type KeptLimits = {
  /** A session that was quiet for longer has ended; as long as its worktree is kept. */
  maxAgeMs: number;
  /** For all sessions together. */
  maxTotalBytes: number;
};

type Folder = { path: string; bytes: number; usedAtMs: number };

/** Removes what ended sessions kept and, beyond the total, what was used longest ago. @returns bytes freed. */
export async function cleanKeptTexts(dataDir: string, limits: KeptLimits, nowMs: number): Promise<number> {
  const root = join(dataDir, OUTPUTS_FOLDER);
  const names = await readdir(root).catch(() => []);
  const folders = await Promise.all(names.map((name) => measure(join(root, name))));
  folders.sort((a, b) => a.usedAtMs - b.usedAtMs);
  let total = folders.reduce((sum, { bytes }) => sum + bytes, 0);
  let freed = 0;
  for (const { path, bytes, usedAtMs } of folders) {
    if (nowMs - usedAtMs <= limits.maxAgeMs && total <= limits.maxTotalBytes) break;
    await rm(path, { recursive: true, force: true });
    total -= bytes;
    freed += bytes;
  }
  return freed;
}

async function measure(path: string): Promise<Folder> {
  const names = await readdir(path).catch(() => []);
  const own = await stat(path);
  const files = await Promise.all(names.map((name) => stat(join(path, name)).catch(() => null)));
  const known = files.filter((file) => file !== null);
  return {
    path,
    bytes: known.reduce((sum, { size }) => sum + size, 0),
    usedAtMs: Math.max(own.mtimeMs, ...known.map(({ mtimeMs }) => mtimeMs)),
  };
}
