import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { captureWork } from '../git/capture-work.ts';
import { type GitContext, inControl, inRepository } from '../git/git-repository.ts';
import { startRef, type TaskName } from '../git/keep-state.ts';
import { attachHead, isLinked, linkWorktree, repairLink, type WorktreePlace } from '../git/link-worktree.ts';
import { fillFirst, fillRest, materialiseTree, settleIndex } from '../git/materialise-tree.ts';
import { branchRef, knownTreeOf, readRef, treeOf, updateRefs } from '../git/refs.ts';
import { TRUSTED_NAMES, trustedPartOf } from '../git/trusted-paths.ts';
import type { WorkTree } from '../git/work-tree.ts';
import { dressTree, undressTree } from './dress-tree.ts';
import { followRemote, type RemoteStanding } from './follow-remote.ts';
import { type Early, emptyUnfilled, type HeadStart, isUnfilled, markFilled } from './head-start.ts';
import { startsAlone } from './inspect-trusted.ts';
import { branchStart, type ProjectSource } from './project-source.ts';
import type { WorkspaceRecord } from './workspace-record.ts';

/** Everything that the steps of filling share. */
export type Filling = {
  context: GitContext;
  source: ProjectSource;
  place: WorktreePlace;
  work: WorkTree;
  task: TaskName;
  /** The session's record as it stands; `save` writes a change of it before the step that needs it. */
  record: WorkspaceRecord;
  save: (change: Partial<WorkspaceRecord>) => Promise<void>;
  /** What lies in the new folder already. */
  early: Early | null;
  /** What the next new session may be given before the server was asked, and what Claude may start with. */
  noteStart: (tree: string | null, start: HeadStart | null) => void;
  onTrusted: () => void;
  nowMs: number;
};

export type FilledWorktree = {
  head: string;
  resumed: boolean;
  remote: RemoteStanding;
  /** What was just written to a new folder; null where the folder may hold more. */
  writtenTree: string | null;
  startedTooEarly: boolean;
};

/**
 * Makes the session's folder a worktree on its branch with everything in it. New: linked and filled, what Claude Code
 * reads first. There already: kept with all work in it, and moved forward when the server's branch moved and nothing
 * conflicts. Whatever a crash left half done is finished. @throws GitFailedError
 */
export async function fillWorktree(filling: Filling): Promise<FilledWorktree> {
  const { context, source, place, work, record } = filling;
  const refs = inRepository(context, source.repository);
  const start = branchStart(source);
  const linked = await isLinked(place);
  const wasBegun = linked && record.target === null && !(await isUnfilled(place.folder));
  const hasWork = record.filled || (wasBegun && (await hasFiles(place.folder)));
  if (linked) {
    await repairLink(place);
    if (!start.exists)
      await updateRefs(refs, [{ ref: branchRef(source.branch), to: start.startPoint, from: null }]);
  } else {
    await linkWorktree(refs, place, { name: source.branch, ...start });
  }
  let remote: RemoteStanding = 'current';
  let written: { tree: string; startedTooEarly: boolean } | null = null;
  if (!hasWork) {
    written = await fillNew(filling, start.startPoint);
  } else {
    if (!linked) await adoptFiles(context, work, start.startPoint);
    remote = await resume(filling, start.startPoint);
    filling.onTrusted();
  }
  await filling.save({ filled: true, target: null });
  await markFilled(place.folder);
  const head = await markStart(filling);
  const startedTooEarly = written?.startedTooEarly ?? filling.early?.start != null;
  return { head, resumed: hasWork, remote, writtenTree: written?.tree ?? null, startedTooEarly };
}

async function fillNew(
  filling: Filling,
  commit: string,
): Promise<{ tree: string; startedTooEarly: boolean }> {
  const { context, source, work, early, save, onTrusted } = filling;
  const git = inControl(context, source.repository);
  const commitTree = await knownTreeOf(git, commit);
  const tree = await dressTree(git, commitTree, source.trustedFrom);
  const start = early?.start ?? null;
  const [{ part, isEmpty }, isUntouched] = await Promise.all([
    start?.tree === tree ? start : trustedPartOf(git, tree),
    early?.whole?.isUntouched ?? false,
    save({ target: { tree, commit }, trustedFrom: source.trustedFrom }),
  ]);
  // The scratch index describes what lies there: all of a tree that waited, or what Claude reads first.
  const isWhole = early?.whole != null && isUntouched;
  const wasRight = start?.part === part && (early?.whole == null || isUntouched);
  if (!isWhole && !wasRight) {
    await emptyUnfilled(work.folder);
    if (source.trustedFrom !== null) await removeTrustedPaths(work);
    await fillFirst(context, work, part);
  }
  const alone = wasRight || (!isWhole && (await startsAlone(work.folder)));
  if (alone) onTrusted();
  if (isWhole && early.whole?.tree === tree) await settleIndex(context, work, { tree, commitTree });
  else await fillRest(context, work, { tree, commitTree });
  if (!alone) onTrusted();
  const isBase = source.trustedFrom === null && commit === source.base;
  if (isBase || source.trustedFrom !== null) {
    const mayStart = alone || (await startsAlone(work.folder));
    filling.noteStart(isBase ? tree : null, mayStart ? { tree, part, isEmpty } : null);
  }
  return { tree, startedTooEarly: start !== null && !wasRight };
}

/** Files whose link to the repository was lost: they stay as they are and are compared with the branch. */
async function adoptFiles(context: GitContext, work: WorkTree, commit: string): Promise<void> {
  await rm(work.indexFile, { force: true });
  const commitTree = await treeOf(inControl(context, work.repository), commit);
  const captured = await captureWork(context, work, commitTree);
  await settleIndex(context, work, { tree: captured.tree, commitTree });
}

async function resume(filling: Filling, tip: string): Promise<RemoteStanding> {
  const { context, source, place, work, record } = filling;
  const refs = inRepository(context, source.repository);
  const unfinished = record.target;
  if (unfinished !== null) {
    await updateRefs(refs, [{ ref: branchRef(source.branch), to: unfinished.commit }]);
    await attachHead(refs, place, source.branch);
    const commitTree = await treeOf(refs, unfinished.commit);
    await materialiseTree(context, work, { tree: unfinished.tree, commitTree });
  }
  const midTask = (await readRef(refs, startRef(filling.task))) !== null;
  if (!midTask) await attachHead(refs, place, source.branch);
  const remote = midTask ? 'current' : await followRemote(filling, unfinished?.commit ?? tip);
  if (source.trustedFrom !== null) await dressAgain(filling);
  return remote;
}

/**
 * The base may have moved since, and the last turn may have left settings where Claude Code looks for them, ignored
 * ones included: the trusted paths are made anew.
 */
async function dressAgain({ context, source, work, save }: Filling): Promise<void> {
  const git = inControl(context, source.repository);
  const commit = await readRef(inRepository(context, source.repository), branchRef(source.branch));
  if (commit === null)
    throw new Error(`The branch ${source.branch} is gone from ${source.repository.commonDir}`);
  const commitTree = await treeOf(git, commit);
  const captured = await captureWork(context, work, commitTree);
  const own = await undressTree(git, captured.tree, { trustedFrom: source.trustedFrom, commit });
  const tree = await dressTree(git, own, source.trustedFrom);
  await save({ target: { tree, commit }, trustedFrom: source.trustedFrom });
  await removeTrustedPaths(work);
  await materialiseTree(context, work, { tree, commitTree });
}

/** `rm` removes a link itself and never what it leads to. */
export async function removeTrustedPaths(work: WorkTree): Promise<void> {
  await Promise.all(
    TRUSTED_NAMES.map((name) => rm(join(work.folder, name), { recursive: true, force: true })),
  );
}

/** The commit this task started from, also after a restart in the middle of it. */
async function markStart({ context, source, task }: Filling): Promise<string> {
  const refs = inRepository(context, source.repository);
  const ref = startRef(task);
  const [before, tip] = await Promise.all([readRef(refs, ref), readRef(refs, branchRef(source.branch))]);
  if (before !== null) return before;
  if (tip === null)
    throw new Error(`The branch ${source.branch} is gone from ${source.repository.commonDir}`);
  await updateRefs(refs, [{ ref, to: tip }]);
  return tip;
}

async function hasFiles(folder: string): Promise<boolean> {
  return (await readdir(folder)).some((name) => name !== '.git');
}
