import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Enough for the last events of many jobs and a rescue commit of ordinary work. */
const BALLAST_BYTES = 8_000_000;

/**
 * Holds space back on the data folder's disk. When the disk is full it is given up, so that jobs can still write how
 * they ended and where their work is.
 */
export function holdBallast(dataDir: string): { giveUp(): void } {
  const path = join(dataDir, 'ballast');
  try {
    // Real bytes: a sparse file would hold nothing back.
    if (!existsSync(path)) writeFileSync(path, Buffer.alloc(BALLAST_BYTES, 1), { mode: 0o600 });
  } catch {
    rmSync(path, { force: true });
  }
  return {
    giveUp: () => rmSync(path, { force: true }),
  };
}
