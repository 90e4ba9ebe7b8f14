import { commitTree, KEEPER } from './commit-tree.ts';
import type { GitCommand } from './git-repository.ts';
import { readRef, treeOf, updateRefs } from './refs.ts';

export type Kept = { ref: string; sha: string };
export type TaskName = { sessionId: string; taskNumber: number };

export const checkpointRef = ({ sessionId, taskNumber }: TaskName, turn: number): string =>
  `refs/signalbox/checkpoints/${sessionId}/${taskNumber}-${turn}`;
/** Before which turn a checkpoint was made; null where the ref is none of a checkpoint's. */
export function turnOfCheckpoint(ref: string): number | null {
  const turn = /^refs\/signalbox\/checkpoints\/[\w-]+\/\d+-(\d+)$/.exec(ref)?.[1];
  return turn === undefined ? null : Number(turn);
}
export const rescueRef = ({ sessionId, taskNumber }: TaskName): string =>
  `refs/signalbox/rescue/${sessionId}/${taskNumber}`;
/** The commit a task started from. */
export const startRef = ({ sessionId, taskNumber }: TaskName): string =>
  `refs/signalbox/starts/${sessionId}/${taskNumber}`;
/** Where commits lie on the server until GitHub has made them anew (`stagedRefSchema` of the protocol). */
export const stagedRef = ({ sessionId, taskNumber }: TaskName): string =>
  `refs/signalbox/staged/${sessionId}/${taskNumber}`;
/** Claude's own commits, as it made them. */
export const squashedRef = ({ sessionId, taskNumber }: TaskName): string =>
  `refs/signalbox/squashed/${sessionId}/${taskNumber}`;

/**
 * Keeps the state before a turn. A turn that is run again after a crash keeps its first checkpoint: the state before
 * anything was done.
 */
export async function keepCheckpoint(
  git: { objects: GitCommand; refs: GitCommand },
  state: { ref: string; tree: string; parent: string | null; nowMs: number },
): Promise<Kept> {
  const before = await readRef(git.refs, state.ref);
  if (before !== null) return { ref: state.ref, sha: before };
  const sha = await commitTree(git.objects, {
    tree: state.tree,
    parents: state.parent === null ? [] : [state.parent],
    message: 'Checkpoint before a turn\n',
    by: KEEPER,
    nowMs: state.nowMs,
  });
  await updateRefs(git.refs, [{ ref: state.ref, to: sha }]);
  return { ref: state.ref, sha };
}

/** Keeps the state of now. An earlier rescue of the same task becomes a parent of this one, so nothing is lost. */
export async function keepRescue(
  git: { objects: GitCommand; refs: GitCommand },
  state: { ref: string; tree: string; parent: string | null; nowMs: number },
): Promise<Kept> {
  const earlier = await readRef(git.refs, state.ref);
  if (earlier !== null && (await treeOf(git.objects, earlier)) === state.tree)
    return { ref: state.ref, sha: earlier };
  const parents = [state.parent, earlier].filter((sha) => sha !== null);
  const sha = await commitTree(git.objects, {
    tree: state.tree,
    parents: [...new Set(parents)],
    message: 'Work in progress, kept\n',
    by: KEEPER,
    nowMs: state.nowMs,
  });
  await updateRefs(git.refs, [{ ref: state.ref, to: sha }]);
  return { ref: state.ref, sha };
}
