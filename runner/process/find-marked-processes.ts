import { readFileSync } from 'node:fs';
import type { ProcessEntry } from './process-table.ts';
import { readProcessTable } from './process-table.ts';

/**
 * Set to the runner's data folder in the environment of every process that it starts. What outlives its parent
 * (init is its parent then) can still be told apart, because the environment a process was started with stays
 * readable. One runner at a time owns a data folder, so at its start everything with this mark is an orphan.
 */
export const RUNNER_MARK = 'SIGNALBOX_RUNNER_FOLDER';

function environmentOf(pid: number): string[] {
  try {
    return readFileSync(`/proc/${pid}/environ`, 'utf8').split('\0');
  } catch {
    return [];
  }
}

/** Living processes of this user that were started for a data folder, whoever their parent is. */
export function findMarkedProcesses(dataDir: string): ProcessEntry[] {
  const wanted = `${RUNNER_MARK}=${dataDir}`;
  return readProcessTable().filter(
    (entry) => entry.state !== 'Z' && entry.pid !== process.pid && environmentOf(entry.pid).includes(wanted),
  );
}
