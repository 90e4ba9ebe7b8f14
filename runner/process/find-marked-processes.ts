import { readFileSync } from 'node:fs';
import type { ProcessEntry } from './process-table.ts';
import { readProcessTable } from './process-table.ts';

/**
 * Set in the environment of every process that works for a job, so that what outlives its parent can still be
 * told apart: its parent is init by then, but the environment it was started with stays readable.
 */
export const JOB_MARK = 'SIGNALBOX_JOB';

function environmentOf(pid: number): string[] {
  try {
    return readFileSync(`/proc/${pid}/environ`, 'utf8').split('\0');
  } catch {
    return [];
  }
}

/** The mark of one job on one runner: two runners on a machine must not end each other's processes. */
export function jobMark(dataDir: string, taskId: string): string {
  return `${taskId}@${dataDir}`;
}

/** Processes of this user that carry a mark, whoever their parent is. */
export function findMarkedProcesses(mark: string): ProcessEntry[] {
  const wanted = `${JOB_MARK}=${mark}`;
  return readProcessTable().filter(
    (entry) => entry.state !== 'Z' && entry.pid !== process.pid && environmentOf(entry.pid).includes(wanted),
  );
}
