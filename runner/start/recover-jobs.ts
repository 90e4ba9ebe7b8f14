import type { Logger } from 'pino';
import type { JobFolder, JobRecord } from '../job/job-folder.ts';
import { listJobFolders } from '../job/job-folder.ts';
import { endProcessTree } from '../process/end-process-tree.ts';

/** A job that did not come back within a week is done elsewhere; its worktree has its own policy. */
const KEEP_PARKED_MS = 7 * 24 * 60 * 60_000;

/**
 * Reads what a former life left. First its processes are ended: a Claude that lost its runner goes on working, and
 * two of them in one worktree would undo each other.
 *
 * @returns the jobs that were running.
 */
export async function recoverJobs(dataDir: string, nowMs: number, log: Logger): Promise<JobRecord[]> {
  const found = listJobFolders(dataDir).map((folder) => ({ folder, record: folder.load() }));
  const claudes = found.flatMap(({ record }) => record?.claude ?? []);
  const report = await endProcessTree(claudes, { markedWith: dataDir });
  if (report.ended > 0 || report.remaining.length > 0) log.warn(report, 'runner.orphans_ended');
  return found.flatMap(({ folder, record }) => {
    if (record === null) {
      log.error({ taskId: folder.taskId }, 'job.record_unreadable');
      return [];
    }
    if (record.state === 'running') return [record];
    sweep(folder, record, nowMs, log);
    return [];
  });
}

/** Removes journals of jobs that were given back here and went on elsewhere. */
export function sweepParked(dataDir: string, nowMs: number, log: Logger): void {
  for (const folder of listJobFolders(dataDir)) {
    const record = folder.load();
    if (record?.state === 'parked') sweep(folder, record, nowMs, log);
  }
}

function sweep(folder: JobFolder, record: JobRecord, nowMs: number, log: Logger): void {
  if (nowMs - record.updatedAt < KEEP_PARKED_MS) return;
  log.info({ taskId: folder.taskId }, 'job.parked_too_long');
  folder.remove();
}
