import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { type RunnerId, runnerIdSchema } from '../../protocol/ids.ts';
import { type JobKey, jobKeysSchema } from '../../protocol/job-envelope.ts';
import { writePrivateFile } from './write-private-file.ts';

const FILE = 'job-keys.json';

/** Of one registration: another credential is a new decision of the machine's owner whom to trust. */
const fileSchema = z.object({ version: z.literal(1), runnerId: runnerIdSchema, keys: jobKeysSchema });

/** What a runner makes of the keys that its control plane announces. */
export type KeyVerdict =
  /** The first ones ever seen: kept, and trusted from now on. */
  | { status: 'pinned'; keys: readonly JobKey[] }
  /** The key that signs is a trusted one. `untrusted`: others, announced for later. */
  | { status: 'known'; untrusted: readonly string[] }
  /** The key that signs is none that this runner trusts. */
  | { status: 'changed'; trusted: readonly string[]; announced: readonly string[] };

export type KeysRead =
  | { status: 'found'; keys: readonly JobKey[] }
  /** Nothing was trusted yet, or by another registration of this machine. */
  | { status: 'none' }
  | { status: 'unreadable'; error: unknown };

/** Trusts exactly these from now on. */
export function saveJobKeys(dataDir: string, runnerId: RunnerId, keys: readonly JobKey[]): void {
  const content = { version: 1, runnerId, keys };
  writePrivateFile(join(dataDir, FILE), `${JSON.stringify(content, null, 2)}\n`);
}

export function readJobKeys(dataDir: string, runnerId: RunnerId): KeysRead {
  try {
    const file = fileSchema.parse(JSON.parse(readFileSync(join(dataDir, FILE), 'utf8')));
    return file.runnerId === runnerId ? { status: 'found', keys: file.keys } : { status: 'none' };
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : null;
    return code === 'ENOENT' || code === 'ENOTDIR' ? { status: 'none' } : { status: 'unreadable', error };
  }
}

/** The public keys whose signatures a runner takes jobs from, on its disk. */
export class JobKeys {
  readonly #dataDir: string;
  readonly #runnerId: RunnerId;
  #keys: readonly JobKey[] | null = null;

  /** @throws Error when there is a file that can't be understood: then nothing may be trusted anew. */
  constructor(dataDir: string, runnerId: RunnerId) {
    this.#dataDir = dataDir;
    this.#runnerId = runnerId;
    this.reload();
  }

  /** Null before the first contact. */
  get trusted(): readonly JobKey[] | null {
    return this.#keys;
  }

  /** Somebody may have run `signalbox-runner trust`. */
  reload(): void {
    const read = readJobKeys(this.#dataDir, this.#runnerId);
    if (read.status === 'unreadable') throw unreadable(join(this.#dataDir, FILE), read.error);
    this.#keys = read.status === 'found' ? read.keys : null;
  }

  /** Judges what is announced (the first one signs). Trusts it only when nothing was trusted before. */
  meet(announced: readonly JobKey[]): KeyVerdict {
    this.reload();
    if (this.#keys === null) {
      saveJobKeys(this.#dataDir, this.#runnerId, announced);
      this.#keys = announced;
      return { status: 'pinned', keys: announced };
    }
    return compareKeys(this.#keys, announced);
  }
}

/** What trusted keys mean for those that are announced. Pure. */
export function compareKeys(
  trusted: readonly JobKey[],
  announced: readonly JobKey[],
): Exclude<KeyVerdict, { status: 'pinned' }> {
  const trustedIds = trusted.map(({ kid }) => kid);
  const ids = announced.map(({ kid }) => kid);
  const [signing = ''] = ids;
  if (!trustedIds.includes(signing)) return { status: 'changed', trusted: trustedIds, announced: ids };
  return { status: 'known', untrusted: ids.filter((kid) => !trustedIds.includes(kid)) };
}

function unreadable(path: string, cause: unknown): Error {
  return new Error(
    `${path} does not hold the keys of a control plane. Restore it, or run "signalbox-runner trust" to trust the control plane's keys anew.`,
    { cause },
  );
}
