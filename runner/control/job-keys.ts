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

/** The public keys whose signatures a runner takes jobs from, on its disk. */
export class JobKeys {
  readonly #path: string;
  readonly #runnerId: RunnerId;
  #keys: readonly JobKey[] | null;

  /** @throws Error when there is a file that can't be read or understood: then nothing may be trusted anew. */
  constructor(dataDir: string, runnerId: RunnerId) {
    this.#path = join(dataDir, FILE);
    this.#runnerId = runnerId;
    this.#keys = readKeys(this.#path, runnerId);
  }

  /** Null before the first contact. */
  get trusted(): readonly JobKey[] | null {
    return this.#keys;
  }

  /** Trusts exactly these from now on. Somebody who may decide that has said so. */
  trust(keys: readonly JobKey[]): void {
    const content = { version: 1, runnerId: this.#runnerId, keys };
    writePrivateFile(this.#path, `${JSON.stringify(content, null, 2)}\n`);
    this.#keys = keys;
  }

  /** Judges what is announced (the first one signs). Trusts it only when nothing was trusted before. */
  meet(announced: readonly JobKey[]): KeyVerdict {
    if (this.#keys === null) {
      this.trust(announced);
      return { status: 'pinned', keys: announced };
    }
    const trusted = this.#keys.map(({ kid }) => kid);
    const kids = announced.map(({ kid }) => kid);
    const [signing = ''] = kids;
    if (!trusted.includes(signing)) return { status: 'changed', trusted, announced: kids };
    return { status: 'known', untrusted: kids.filter((kid) => !trusted.includes(kid)) };
  }
}

function readKeys(path: string, runnerId: RunnerId): readonly JobKey[] | null {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
    throw error;
  }
  try {
    const file = fileSchema.parse(JSON.parse(text));
    return file.runnerId === runnerId ? file.keys : null;
  } catch (cause) {
    throw new Error(
      `${path} does not hold the keys of a control plane. Restore it, or run "signalbox-runner trust" to trust the control plane's keys anew.`,
      { cause },
    );
  }
}
