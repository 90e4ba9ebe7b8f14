import { isAbsolute, relative } from 'node:path';
import type { ControlFromRunner, DiskUse } from '../../protocol/control-socket.ts';
import type { Job } from '../../protocol/job.ts';
import { formatBytes } from '../machine/check-disk.ts';
import { judgeJob } from '../policy/judge-job.ts';
import type { Policy } from '../policy/policy.ts';

type Decline = Extract<ControlFromRunner, { type: 'decline' }>;
export type AssignmentVerdict =
  /** The job as far as this machine does it, and what people are told of the rest. */
  | { status: 'accepted'; job: Job; notes: string[] }
  | { status: 'declined'; reason: Decline['reason']; message: string };

export type RunnerState = {
  isDraining: boolean;
  running: number;
  capacity: number;
  /** Folders that local work is allowed in. */
  folders: readonly string[];
  policy: Policy;
  /** The disk's bound is used up by work that is nowhere else; null when it is not. */
  overBound: DiskUse | null;
  /** The session has its folder here already: going on with it may be what gets its work away. */
  hasFolder: boolean;
};

function isWithin(folder: string, path: string): boolean {
  const way = relative(folder, path);
  return way === '' || (way !== '..' && !way.startsWith('../') && !isAbsolute(way));
}

function describeOverBound({ maxBytes, heldBackCount, heldBackBytes }: DiskUse): string {
  return `This runner may use ${formatBytes(maxBytes)} of its disk (SIGNALBOX_MAX_DISK), and ${heldBackCount} worktrees with work that is nowhere else take ${formatBytes(heldBackBytes)}. \`signalbox-runner disk\` lists them; push or drop their work, or raise the bound.`;
}

/** Whether this runner takes a job now. */
export function judgeAssignment(job: Job, state: RunnerState): AssignmentVerdict {
  const { workspace } = job;
  if (state.isDraining) {
    return { status: 'declined', reason: 'draining', message: 'The runner is shutting down.' };
  }
  if (state.running >= state.capacity) {
    return { status: 'declined', reason: 'full', message: `All ${state.capacity} places are taken.` };
  }
  if (state.overBound !== null && !state.hasFolder) {
    return { status: 'declined', reason: 'policy', message: describeOverBound(state.overBound) };
  }
  const isLocal = workspace.type === 'local' || workspace.type === 'worktree';
  if (isLocal && !state.folders.some((folder) => isWithin(folder, workspace.path))) {
    const message = `This runner does not work in ${workspace.path}: it is in none of its \`folders\` (SIGNALBOX_FOLDERS).`;
    return { status: 'declined', reason: 'policy', message: message.slice(0, 500) };
  }
  const verdict = judgeJob(state.policy, job);
  if (verdict.status === 'accepted') return verdict;
  return { status: 'declined', reason: 'policy', message: verdict.message.slice(0, 500) };
}
