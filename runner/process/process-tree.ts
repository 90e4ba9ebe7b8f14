import type { ProcessRef } from './process-start-time.ts';
import { formatStartTime } from './process-start-time.ts';
import type { ProcessEntry } from './process-table.ts';
import { readProcessTable } from './process-table.ts';

/** A process by number and start, in clock ticks since boot. */
export type TreeMember = { pid: number; startTicks: number };

/**
 * Adds to `known` every living process that belongs to one of them: its children, and whoever is in a session
 * or process group that one of them leads. Sessions and groups matter because a tool's shell leads its own: when
 * the shell is gone, its background commands have init for a parent and only the session still names them.
 *
 * @param known members seen so far, dead ones included; it grows across calls.
 * @returns the members that live. Zombies count as dead.
 */
export function growTree(known: Map<number, TreeMember>, table: readonly ProcessEntry[]): ProcessEntry[] {
  const byPid = new Map(table.map((entry) => [entry.pid, entry]));
  const isMember = (pid: number): boolean => {
    const member = known.get(pid);
    if (member === undefined) return false;
    const now = byPid.get(pid);
    return now === undefined || now.startTicks === member.startTicks;
  };
  let grew = true;
  while (grew) {
    grew = false;
    for (const entry of table) {
      if (isMember(entry.pid)) continue;
      if (!isMember(entry.parent) && !isMember(entry.session) && !isMember(entry.group)) continue;
      known.set(entry.pid, { pid: entry.pid, startTicks: entry.startTicks });
      grew = true;
    }
  }
  return table.filter((entry) => isMember(entry.pid) && entry.state !== 'Z');
}

/** A process and everything that descends from it, as it is now. Empty when the process is gone. */
export function processTree(root: ProcessRef): ProcessEntry[] {
  const table = readProcessTable();
  const entry = table.find((one) => one.pid === root.pid);
  if (entry === undefined || formatStartTime(entry.startTicks) !== root.startTime) return [];
  return growTree(new Map([[entry.pid, { pid: entry.pid, startTicks: entry.startTicks }]]), table);
}
