import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { type TaskId, taskIdSchema } from '../../protocol/ids.ts';
import type { JobClaims } from '../../protocol/job-envelope.ts';
import { CLOCK_TOLERANCE_MS } from '../../protocol/limits.ts';
import { writePrivateFile } from './write-private-file.ts';

const FILE = 'taken-jobs.json';

const fileSchema = z.array(
  z.object({ taskId: taskIdSchema, epoch: z.int().positive(), forgetAt: z.int().positive() }),
);

type Taken = z.infer<typeof fileSchema>[number];

/**
 * Which signed jobs were taken already, across restarts. Each is remembered until its envelope has expired for
 * certain: after that its age gives it away.
 */
export class TakenJobs {
  readonly #path: string;
  readonly #onUnsaved: (error: unknown) => void;
  readonly #taken: Map<TaskId, Taken>;

  /** @param onUnsaved a full disk: what was taken is remembered until the process ends, which is not worth a job. */
  constructor(dataDir: string, onUnsaved: (error: unknown) => void) {
    this.#path = join(dataDir, FILE);
    this.#onUnsaved = onUnsaved;
    this.#taken = new Map(readTaken(this.#path).map((one) => [one.taskId, one]));
  }

  /** Notes a job, on disk. @returns false when this epoch of it, or a later one, was taken before. */
  take({ job: { taskId }, epoch, expiresAt }: JobClaims, nowMs: number): boolean {
    if ((this.#taken.get(taskId)?.epoch ?? 0) >= epoch) return false;
    for (const [other, { forgetAt }] of this.#taken) if (forgetAt < nowMs) this.#taken.delete(other);
    this.#taken.set(taskId, { taskId, epoch, forgetAt: expiresAt + CLOCK_TOLERANCE_MS });
    try {
      writePrivateFile(this.#path, JSON.stringify([...this.#taken.values()]));
    } catch (error) {
      this.#onUnsaved(error);
    }
    return true;
  }
}

/** A file that was damaged is begun anew: what it would hold is a few minutes of jobs. */
function readTaken(path: string): Taken[] {
  try {
    return fileSchema.parse(JSON.parse(readFileSync(path, 'utf8')));
  } catch {
    return [];
  }
}
