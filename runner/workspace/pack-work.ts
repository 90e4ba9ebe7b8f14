import { stat } from 'node:fs/promises';
import type { SideState } from '../../protocol/checkpoint.ts';
import { commitTree, KEEPER } from '../git/commit-tree.ts';
import { outputOf, succeeded } from '../git/git-failed-error.ts';
import { inControl, inRepository } from '../git/git-repository.ts';
import { branchRef, objectId, readRef, treeOf, updateRefs } from '../git/refs.ts';
import { undressTree } from './dress-tree.ts';
import type { OpenedWorktree } from './opened-worktree.ts';

export type PackRequest = {
  /** The state to pack, a tree or a commit of it: what `capture` gave, or as it lay on disk. Null: as it lies now. */
  object: string | null;
  from: 'capture' | 'disk';
  /** Names what is made meanwhile. */
  id: string;
  /** Where the bundle goes. */
  file: string;
  maxBytes: number;
};

/** @param look reads the folder as it is now, in its turn */
type Looking = PackRequest & { look: () => Promise<string> };

export type PackedWork =
  | {
      status: 'packed';
      branch: string;
      tip: string;
      start: string;
      work: string;
      needs: string[];
      bytes: number;
      /** Of other repositories; their bundles follow in the same file. Left out where there are none. */
      sides?: SideState[];
    }
  | { status: 'too_large'; bytes: number };

/**
 * Writes a git bundle (gitformat-bundle) of the branch and of everything in the folder, without what the server has.
 * Reads objects only, so it needs no turn among the operations on the files. @throws GitFailedError
 */
export async function packWork(opened: OpenedWorktree, request: Looking): Promise<PackedWork> {
  const { context, work: at, branch, head, trustedFrom, serverCommits } = opened;
  const git = inControl(context, at.repository);
  const tip = (await readRef(inRepository(context, at.repository), branchRef(branch))) ?? head;
  const state = await treeOf(git, request.object ?? (await request.look()));
  const tree = request.from === 'disk' ? await undressTree(git, state, { trustedFrom, commit: head }) : state;
  const message = 'Work in progress, stored\n';
  const work = await commitTree(git, { tree, parents: [tip], message, by: KEEPER, nowMs: opened.nowMs });
  const needs = serverCommits.map(objectId);
  const size = await git(['rev-list', '--objects', '--disk-usage', work, head, '--not', ...needs]);
  const bytes = Number(outputOf(size));
  if (bytes > request.maxBytes) return { status: 'too_large', bytes };
  // A bundle names refs; these are the runner's own and are gone when it is written.
  const refs = {
    work: `refs/signalbox/packing/${request.id}/work`,
    start: `refs/signalbox/packing/${request.id}/start`,
  };
  await updateRefs(git, [
    { ref: refs.work, to: work },
    { ref: refs.start, to: head },
  ]);
  try {
    const without = needs.map((sha) => `^${sha}`);
    succeeded(await git(['bundle', 'create', '--quiet', request.file, refs.work, refs.start, ...without]));
  } finally {
    await updateRefs(git, [
      { ref: refs.work, to: null },
      { ref: refs.start, to: null },
    ]);
  }
  const info = await stat(request.file);
  return { status: 'packed', branch, tip, start: head, work, needs, bytes: info.size };
}
