import { setTimeout as sleep } from 'node:timers/promises';
import { findMarkedProcesses } from './find-marked-processes.ts';
import type { ProcessRef } from './process-start-time.ts';
import { formatStartTime } from './process-start-time.ts';
import type { ProcessEntry } from './process-table.ts';
import { readProcessTable } from './process-table.ts';
import type { TreeMember } from './process-tree.ts';
import { growTree } from './process-tree.ts';

/** Claude Code ends within 0.7 s of a TERM and takes its commands with it; a build tool may need longer. */
export const END_GRACE_MS = 3_000;

/** Short enough that an ended tree is noticed at once, long enough that the walk costs no CPU to speak of. */
const POLL_MS = 20;

/** After KILL only the kernel has work left; a process in uninterruptible sleep may take its time. */
const KILL_WAIT_MS = 5_000;

export type EndTreeOptions = {
  /** How long TERM may take before KILL. 0 kills at once. */
  graceMs?: number;
  /** Also ends what was started for this data folder (see `RUNNER_MARK`), whoever its parent is. */
  markedWith?: string;
};

/** `remaining` names processes that not even KILL ended. */
export type EndTreeReport = { ended: number; killed: number; remaining: number[] };

function signal(entry: ProcessEntry, name: 'SIGTERM' | 'SIGKILL'): void {
  try {
    process.kill(entry.pid, name);
  } catch {
    // It ended by itself in the meantime, or belongs to another user; the next walk tells.
  }
}

class Tree {
  readonly known = new Map<number, TreeMember>();
  readonly #mark: string | undefined;

  constructor(roots: readonly ProcessRef[], mark: string | undefined) {
    this.#mark = mark;
    const table = new Map(readProcessTable().map((entry) => [entry.pid, entry]));
    for (const root of roots) {
      const entry = table.get(root.pid);
      if (entry === undefined || formatStartTime(entry.startTicks) !== root.startTime) continue;
      this.known.set(entry.pid, { pid: entry.pid, startTicks: entry.startTicks });
    }
  }

  /** Who lives now. Walks again each time: a process can start another while it is being ended. */
  living(): ProcessEntry[] {
    if (this.#mark !== undefined) {
      for (const entry of findMarkedProcesses(this.#mark)) {
        this.known.set(entry.pid, { pid: entry.pid, startTicks: entry.startTicks });
      }
    }
    return growTree(this.known, readProcessTable()).filter((entry) => entry.pid !== process.pid);
  }
}

/** Waits until nobody lives or the time is over; `onNew` gets each process that was not there before. */
async function waitUntilGone(
  tree: Tree,
  waitMs: number,
  onNew: (entry: ProcessEntry) => void,
): Promise<ProcessEntry[]> {
  const deadline = performance.now() + waitMs;
  const seen = new Set<number>();
  for (;;) {
    const living = tree.living();
    for (const entry of living) {
      if (!seen.has(entry.pid)) onNew(entry);
      seen.add(entry.pid);
    }
    if (living.length === 0 || performance.now() >= deadline) return living;
    await sleep(POLL_MS);
  }
}

/**
 * Ends processes and all their descendants, also those in sessions and process groups of their own: TERM, a
 * grace, then KILL. Resolves when they are gone; never rejects because a process was already gone.
 *
 * @param roots processes by number and start time; one that no longer runs is skipped.
 */
export async function endProcessTree(
  roots: ProcessRef | readonly ProcessRef[],
  options: EndTreeOptions = {},
): Promise<EndTreeReport> {
  const { graceMs = END_GRACE_MS, markedWith } = options;
  const tree = new Tree('pid' in roots ? [roots] : roots, markedWith);
  const stubborn =
    graceMs > 0 ? await waitUntilGone(tree, graceMs, (entry) => signal(entry, 'SIGTERM')) : tree.living();
  const remaining =
    stubborn.length === 0 ? [] : await waitUntilGone(tree, KILL_WAIT_MS, (entry) => signal(entry, 'SIGKILL'));
  return {
    ended: tree.known.size - remaining.length,
    killed: stubborn.length,
    remaining: remaining.map((entry) => entry.pid),
  };
}
