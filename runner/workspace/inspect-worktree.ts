import { readdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { captureWork } from '../git/capture-work.ts';
import { outputOf } from '../git/git-failed-error.ts';
import { type GitContext, inControl, inRepository } from '../git/git-repository.ts';
import { adminDir, isLinked } from '../git/link-worktree.ts';
import { branchRef, readRef, treeOf } from '../git/refs.ts';
import type { WorktreeState } from './decide-clean-up.ts';
import { dressTree } from './dress-tree.ts';
import type { WorkspaceRecord } from './workspace-record.ts';

/**
 * Whether everything in a worktree is somewhere else too. Every doubt counts as work: a state that a crash left, a
 * file that can't be read, a repository that somebody made inside. @throws GitFailedError
 */
export async function inspectWorktree(
  context: GitContext,
  record: WorkspaceRecord,
): Promise<WorktreeState['work']> {
  const { commonDir, controlDir, folder, sessionId } = record;
  const place = { commonDir, folder, sessionId };
  // Claude is never asked for anything before the folder is full.
  if (!record.filled) return 'saved';
  if (record.target !== null || !(await isLinked(place)) || (await hasReplacedGit(folder))) return 'unknown';
  const repository = { commonDir, controlDir };
  const git = inControl(context, repository);
  const refs = inRepository(context, repository);
  const tip = await readRef(refs, branchRef(record.branch));
  const head = outputOf(
    await refs(['rev-parse', '--verify', '--end-of-options', 'HEAD^{commit}'], {
      env: { GIT_DIR: adminDir(place) },
    }),
  );
  if (tip === null) return 'unknown';

  const work = {
    repository,
    folder,
    indexFile: join(adminDir(place), 'index'),
    scratchIndex: join(controlDir, `index-${sessionId}`),
    dressed: record.trustedFrom !== null,
  };
  const tipTree = await treeOf(git, tip);
  const captured = await captureWork(context, work, tipTree);
  if (captured.skipped.length > 0) return 'unknown';
  if (captured.tree !== (await dressTree(git, tipTree, record.trustedFrom))) return 'uncommitted';
  if (record.type === 'worktree') return head === tip ? 'saved' : 'unpushed';
  const elsewhere = await git(['rev-list', '--max-count=1', tip, head, '--not', '--remotes']);
  return outputOf(elsewhere) === '' ? 'saved' : 'unpushed';
}

async function hasReplacedGit(folder: string): Promise<boolean> {
  const siblings = await readdir(dirname(folder)).catch(() => []);
  return siblings.some((name) => name.startsWith('replaced-git-'));
}
