import { lstat, readdir } from 'node:fs/promises';
import { join } from 'node:path';

/** `st_blocks` counts these, whatever the file system's own blocks are (stat(2)). */
const BLOCK_BYTES = 512;

/** What a folder takes on the disk. Links are not followed; what vanishes meanwhile counts as nothing. */
export async function measureFolder(path: string): Promise<number> {
  const entries = await readdir(path, { withFileTypes: true }).catch(() => []);
  let bytes = 0;
  for (const entry of entries) {
    const child = join(path, entry.name);
    const info = await lstat(child).catch(() => null);
    bytes += (info?.blocks ?? 0) * BLOCK_BYTES;
    if (entry.isDirectory()) bytes += await measureFolder(child);
  }
  return bytes;
}
