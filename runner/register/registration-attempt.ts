import { createHash, randomBytes } from 'node:crypto';
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { writePrivateFile } from '../control/write-private-file.ts';

const FILE = 'registration-attempt.json';

/** 256 bits. */
const NONCE_BYTES = 32;

const attemptSchema = z.object({ tokenHash: z.string(), nonce: z.string() });

/**
 * The nonce with which this machine uses a token. It is on disk before it is sent: when the answer is lost, or this
 * process, the same command again proves that it is the same machine that asks.
 */
export function nonceFor(dataDir: string, token: string): string {
  const path = join(dataDir, FILE);
  const tokenHash = createHash('sha256').update(token).digest('hex');
  const former = readAttempt(path);
  if (former?.tokenHash === tokenHash) return former.nonce;
  const nonce = randomBytes(NONCE_BYTES).toString('base64url');
  writePrivateFile(path, JSON.stringify({ tokenHash, nonce }));
  return nonce;
}

export function forgetAttempt(dataDir: string): void {
  rmSync(join(dataDir, FILE), { force: true });
}

function readAttempt(path: string): z.infer<typeof attemptSchema> | null {
  try {
    return attemptSchema.parse(JSON.parse(readFileSync(path, 'utf8')));
  } catch {
    return null;
  }
}
