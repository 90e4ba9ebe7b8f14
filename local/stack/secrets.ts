import { createHash, randomBytes } from 'node:crypto';
import { chmod, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';

const SECRET_BYTES = 32;

const secretsSchema = z.object({
  /** Signs tickets, cookies and one-time tokens. */
  signingSecret: z.string().min(40),
  /** Guards the API. The Worker gets only its hash. */
  adminKey: z.string().startsWith('sba_'),
  libsqlToken: z.string().min(40),
  /** The credential of this machine's runner; made when it is registered. */
  runnerCredential: z.string().startsWith('sbr_').nullable(),
});
export type Secrets = z.infer<typeof secretsSchema>;

const random = () => randomBytes(SECRET_BYTES).toString('base64url');

/**
 * The secrets of a data folder, made at its first use. The file is readable by its owner alone.
 *
 * @throws Error when the file is there and damaged: new secrets would lock out what the old ones opened.
 */
export async function openSecrets(dataDir: string): Promise<Secrets> {
  await mkdir(dataDir, { recursive: true, mode: 0o700 });
  const text = await readFile(secretsFile(dataDir), 'utf8').catch(ignoreMissing);
  if (text === null) {
    const made = {
      signingSecret: random(),
      adminKey: `sba_${random()}`,
      libsqlToken: random(),
      runnerCredential: null,
    };
    await saveSecrets(dataDir, made);
    return made;
  }
  const parsed = secretsSchema.safeParse(parseJson(text));
  if (parsed.success) return parsed.data;
  throw new Error(`${secretsFile(dataDir)} is damaged. Restore it, or remove the data folder to start anew.`);
}

export async function saveSecrets(dataDir: string, secrets: Secrets): Promise<void> {
  await writeFile(secretsFile(dataDir), `${JSON.stringify(secrets, null, 2)}\n`, { mode: 0o600 });
  await chmod(secretsFile(dataDir), 0o600);
}

export function sha256Hex(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

function secretsFile(dataDir: string): string {
  return join(dataDir, 'secrets.json');
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function ignoreMissing(error: NodeJS.ErrnoException): null {
  if (error.code === 'ENOENT') return null;
  throw error;
}
