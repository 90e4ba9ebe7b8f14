import { checkpointRef, type Kept } from '../../git/keep-state.ts';
import type { WorkspaceFailure } from '../workspace-types.ts';
import { setWritable } from './protect-tree.ts';
import type { Side } from './session-group.ts';

type PutBack = { ok: true; rescue: Kept | null } | WorkspaceFailure;

/** Puts one repository back to how it was before a turn, whoever may write in it. */
export function restoreSide(side: Side, turn: number, signal?: AbortSignal): Promise<PutBack> {
  return whileWritable(side, () => side.workspace.restore(checkpointRef(side.task, turn), signal));
}

/** The same to before a task. @returns a rescue only where there was work */
export async function revertSide(side: Side, taskNumber?: number): Promise<PutBack> {
  const found = await side.workspace.capture();
  const hadWork = !found.ok || found.changed;
  const back = await whileWritable(side, () => side.workspace.revert(taskNumber));
  return back.ok && !hadWork ? { ok: true, rescue: null } : back;
}

async function whileWritable<T>({ access, workspace }: Side, work: () => Promise<T>): Promise<T> {
  if (access === 'write') return work();
  await setWritable(workspace.path, true);
  try {
    return await work();
  } finally {
    await setWritable(workspace.path, false);
  }
}
