import { readdirSync, readFileSync } from 'node:fs';

/** One row of the process table. `startTicks` counts clock ticks since boot. */
export type ProcessEntry = {
  pid: number;
  parent: number;
  group: number;
  session: number;
  state: string;
  startTicks: number;
};

/**
 * Parses `/proc/<pid>/stat` (proc_pid_stat(5)). The name stands in parentheses and may itself hold spaces and
 * parentheses, so the fields are counted from the last one.
 */
export function parseStat(text: string): ProcessEntry | null {
  const open = text.indexOf('(');
  const close = text.lastIndexOf(')');
  if (open < 1 || close < open) return null;
  const fields = text.slice(close + 2).split(' ');
  const [state, parent, group, session] = fields;
  const startTicks = fields[19];
  if (state === undefined || startTicks === undefined) return null;
  return {
    pid: Number(text.slice(0, open)),
    parent: Number(parent),
    group: Number(group),
    session: Number(session),
    state,
    startTicks: Number(startTicks),
  };
}

/** One process, or null when it is gone. */
export function readProcess(pid: number): ProcessEntry | null {
  try {
    return parseStat(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    return null;
  }
}

/** Every process of this machine. Read at one go: procfs never blocks, and an interleaved read tears the tree. */
export function readProcessTable(): ProcessEntry[] {
  const entries: ProcessEntry[] = [];
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    const entry = readProcess(Number(name));
    if (entry !== null) entries.push(entry);
  }
  return entries;
}
