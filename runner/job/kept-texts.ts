import { mkdirSync, readdirSync, rmSync, statfsSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { TaskId } from '../../protocol/ids.ts';
import { splitTaskId } from '../../protocol/ids.ts';

/** Below the data folder; beside the journals, because it outlives the task and goes with the session. */
export const OUTPUTS_FOLDER = 'outputs';

/** What one session may keep. Beyond it the oldest go, which the event log has the beginning of. */
export const MAX_SESSION_BYTES = 256_000_000;

/** Whole outputs are a comfort; the space belongs to the work. */
export const LEAST_FREE_BYTES = 1_000_000_000;

export type KeptTextsDeps = {
  dataDir: string;
  /** Called once when a text could not be kept. */
  onFailed: (error: unknown) => void;
  maxBytes?: number;
  freeBytes?: () => number;
};

type Kept = { name: string; bytes: number };

/** Keeps the whole of texts that are cut in the event log, for one task. Texts come without secrets. */
export class KeptTexts {
  readonly #deps: KeptTextsDeps;
  readonly #sessionId: string;
  readonly #prefix: string;
  #files: Kept[] | null = null;
  #bytes = 0;
  #next = 1;
  #hasFailed = false;

  constructor(taskId: TaskId, epoch: number, deps: KeptTextsDeps) {
    const { sessionId, taskNumber } = splitTaskId(taskId);
    this.#deps = deps;
    this.#sessionId = sessionId;
    this.#prefix = `${taskNumber}.${epoch}`;
  }

  /**
   * Writes a text to a file of its own.
   *
   * @returns its path below the data folder; null when it could not be kept: the event log goes on without it.
   */
  keep(text: string, side: 'input' | 'output'): string | null {
    try {
      return this.#write(text, side);
    } catch (error) {
      if (!this.#hasFailed) this.#deps.onFailed(error);
      this.#hasFailed = true;
      return null;
    }
  }

  #write(text: string, side: string): string | null {
    const { maxBytes = MAX_SESSION_BYTES, freeBytes = () => freeBytesAt(this.#deps.dataDir) } = this.#deps;
    const bytes = Buffer.from(text);
    if (bytes.length > maxBytes || freeBytes() < LEAST_FREE_BYTES) return null;
    this.#files ??= this.#load();
    while (this.#bytes + bytes.length > maxBytes) this.#dropOldest();
    const name = `${this.#prefix}-${String(this.#next).padStart(6, '0')}-${side}.txt`;
    this.#next += 1;
    writeFileSync(join(this.#folder, name), bytes, { mode: 0o600, flag: 'wx' });
    this.#files.push({ name, bytes: bytes.length });
    this.#bytes += bytes.length;
    return [OUTPUTS_FOLDER, this.#sessionId, name].join('/');
  }

  get #folder(): string {
    return join(this.#deps.dataDir, OUTPUTS_FOLDER, this.#sessionId);
  }

  /** What earlier tasks of the session left, the oldest first. */
  #load(): Kept[] {
    mkdirSync(this.#folder, { recursive: true, mode: 0o700 });
    const files = readdirSync(this.#folder)
      .map((name) => ({ name, stat: statSync(join(this.#folder, name)) }))
      .sort((a, b) => a.stat.mtimeMs - b.stat.mtimeMs || (a.name < b.name ? -1 : 1))
      .map(({ name, stat }) => ({ name, bytes: stat.size }));
    this.#bytes = files.reduce((sum, { bytes }) => sum + bytes, 0);
    return files;
  }

  #dropOldest(): void {
    const oldest = this.#files?.shift();
    if (oldest === undefined) {
      this.#bytes = 0;
      return;
    }
    this.#bytes -= oldest.bytes;
    rmSync(join(this.#folder, oldest.name), { force: true });
  }
}

function freeBytesAt(path: string): number {
  const { bavail, bsize } = statfsSync(path);
  return bavail * bsize;
}
