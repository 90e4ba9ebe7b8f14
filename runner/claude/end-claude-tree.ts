import { readFileSync } from 'node:fs';
import { endProcessTree } from '../process/end-process-tree.ts';
import type { ProcessRef } from '../process/process-start-time.ts';
import { formatStartTime } from '../process/process-start-time.ts';
import { readProcessTable } from '../process/process-table.ts';
import { PROCESS_MARK } from './claude-environment.ts';

function hasMark(pid: number, wanted: string): boolean {
  try {
    return readFileSync(`/proc/${pid}/environ`, 'utf8').split('\0').includes(wanted);
  } catch {
    return false;
  }
}

/** What a CLI process started and left behind: its parents are gone, but its environment still names it. */
function leftBehind(processMark: string): ProcessRef[] {
  const wanted = `${PROCESS_MARK}=${processMark}`;
  return readProcessTable()
    .filter((entry) => entry.state !== 'Z' && entry.pid !== process.pid && hasMark(entry.pid, wanted))
    .map((entry) => ({ pid: entry.pid, startTime: formatStartTime(entry.startTicks) }));
}

/**
 * Ends a CLI process, the commands it runs (the Bash tool gives each a session of its own, which a signal to the
 * process group does not reach) and what earlier commands left running.
 */
export async function endClaudeTree(
  root: ProcessRef | null,
  processMark: string,
  graceMs?: number,
): Promise<void> {
  const roots = [...(root === null ? [] : [root]), ...leftBehind(processMark)];
  if (roots.length > 0) await endProcessTree(roots, { graceMs });
}
