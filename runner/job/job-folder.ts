import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import type { TaskId } from '../../protocol/ids.ts';
import { taskIdSchema } from '../../protocol/ids.ts';
import { jobSchema } from '../../protocol/job.ts';

const JOURNAL_NAME = /^([1-9]\d*)\.ndjson$/;

/**
 * What is kept of a job for the runner's next life. `parked`: the lease is gone, but should the job come back to
 * this runner, what it has done so far is here.
 */
export const jobRecordSchema = z.object({
  version: z.literal(1),
  job: jobSchema,
  epoch: z.int().positive(),
  state: z.enum(['running', 'parked']),
  claude: z.object({ pid: z.int().positive(), startTime: z.string() }).nullable(),
  updatedAt: z.int(),
});
export type JobRecord = z.infer<typeof jobRecordSchema>;

/** Where one job's journals and record lie: `<dataDir>/jobs/<task id>/`. */
export class JobFolder {
  readonly path: string;
  readonly taskId: TaskId;

  constructor(dataDir: string, taskId: TaskId) {
    this.taskId = taskId;
    this.path = join(jobsFolder(dataDir), taskId);
  }

  journalPath(epoch: number): string {
    return join(this.path, `${epoch}.ndjson`);
  }

  /** Epochs with a journal, in order. */
  epochs(): number[] {
    return namesIn(this.path)
      .flatMap((name) => JOURNAL_NAME.exec(name)?.[1] ?? [])
      .map(Number)
      .sort((a, b) => a - b);
  }

  /** Written beside and renamed, so that a crash leaves the old record or the new one. */
  save(record: JobRecord): void {
    mkdirSync(this.path, { recursive: true, mode: 0o700 });
    const path = join(this.path, 'job.json');
    writeFileSync(`${path}.new`, JSON.stringify(record), { mode: 0o600 });
    renameSync(`${path}.new`, path);
  }

  /** Null when there is none, or none that this version understands. */
  load(): JobRecord | null {
    try {
      return jobRecordSchema.parse(JSON.parse(readFileSync(join(this.path, 'job.json'), 'utf8')));
    } catch {
      return null;
    }
  }

  remove(): void {
    rmSync(this.path, { recursive: true, force: true });
  }
}

function jobsFolder(dataDir: string): string {
  return join(dataDir, 'jobs');
}

function namesIn(path: string): string[] {
  try {
    return readdirSync(path);
  } catch {
    return [];
  }
}

/** The folders of all jobs that earlier lives left. */
export function listJobFolders(dataDir: string): JobFolder[] {
  return namesIn(jobsFolder(dataDir))
    .filter((name) => taskIdSchema.safeParse(name).success)
    .map((taskId) => new JobFolder(dataDir, taskId));
}
