import { rm } from 'node:fs/promises';
import { MAX_COMMITS } from '../../protocol/workspace.ts';
import { commitMessage, safeIdentity } from '../git/commit-message.ts';
import { commitTree } from '../git/commit-tree.ts';
import { outputOf, succeeded } from '../git/git-failed-error.ts';
import { type GitCommand, inControl } from '../git/git-repository.ts';
import { isAncestor, objectId } from '../git/refs.ts';
import type { OpenedWorktree } from './opened-worktree.ts';
import { type ApprovedChange, type OwnCommit, type PlannedCommit, planCommits } from './plan-commits.ts';
import type { CommitRequest } from './workspace-types.ts';

/** Subject and body as much as the message of a task's commit has. */
const MAX_MESSAGE_CHARS = 4_000;

/** Who may be credited is decided by who asked, not by what Claude writes. */
const CREDIT = /^co-authored-by:.*$/gim;

const PLAIN = ['-r', '-z', '--no-renames', '--no-ext-diff', '--no-textconv'];

/**
 * Makes Claude's own commits anew, of approved content alone, and one more for what none of them touched. No ref moves.
 *
 * @returns null where all is to become one commit: none of Claude's stands on the parent, or there are too many
 * @throws GitFailedError
 */
export async function commitSeveral(
  { context, work, nowMs }: OpenedWorktree,
  { tree, message, author, coAuthor, several }: CommitRequest,
  { parent, tip }: { parent: string; tip: string },
): Promise<{ sha: string; commits: number } | null> {
  if (several === undefined) return null;
  const git = inControl(context, work.repository);
  const own = await readOwnCommits(git, parent, tip);
  if (own === null) return null;
  const planned = planCommits(await readChanges(git, parent, tree), own);
  const trees = await writeTrees(git, `${work.scratchIndex}-commits`, parent, planned);
  if (trees.at(-1) !== tree) return null;
  let sha = parent;
  for (const [index, { message: text }] of planned.entries()) {
    const said = text === null ? message : splitMessage(several.clean(text.replace(CREDIT, '')));
    sha = await commitTree(git, {
      tree: trees[index] ?? '',
      parents: [sha],
      message: commitMessage(said, coAuthor),
      by: safeIdentity(author),
      nowMs,
    });
  }
  return { sha, commits: planned.length };
}

/** From the oldest to the newest, along first parents. */
async function readOwnCommits(git: GitCommand, parent: string, tip: string): Promise<OwnCommit[] | null> {
  if (!(await isAncestor(git, parent, tip))) return null;
  const range = [`--max-count=${MAX_COMMITS}`, '--first-parent', '--reverse', objectId(tip)];
  const listed = await git(['rev-list', ...range, `^${objectId(parent)}`]);
  const shas = succeeded(listed)
    .stdout.split('\n')
    .filter((line) => line !== '');
  // One more follows for what is left.
  if (shas.length >= MAX_COMMITS) return null;
  const own: OwnCommit[] = [];
  for (const sha of shas) {
    const message = await git(['log', '-1', '--no-show-signature', '--format=%B', objectId(sha)]);
    const touched = await git(['diff-tree', '--name-only', ...PLAIN, `${objectId(sha)}^1`, sha], {
      encoding: 'latin1',
    });
    const paths = succeeded(touched)
      .stdout.split('\0')
      .filter((path) => path !== '');
    own.push({ message: succeeded(message).stdout, paths });
  }
  return own;
}

async function readChanges(git: GitCommand, parent: string, tree: string): Promise<ApprovedChange[]> {
  const listed = await git(
    ['diff-tree', '--raw', '--no-abbrev', ...PLAIN, objectId(parent), objectId(tree)],
    {
      encoding: 'latin1',
    },
  );
  const fields = succeeded(listed).stdout.split('\0');
  const changes: ApprovedChange[] = [];
  for (let index = 0; index + 1 < fields.length; index += 2) {
    const [, mode = '', , id = '', status = ''] = (fields[index] ?? '').split(' ');
    changes.push({ path: fields[index + 1] ?? '', mode, id, deleted: status === 'D' });
  }
  return changes;
}

/** The tree after each planned commit. */
async function writeTrees(
  git: GitCommand,
  indexFile: string,
  parent: string,
  planned: readonly PlannedCommit[],
): Promise<string[]> {
  const env = { GIT_INDEX_FILE: indexFile };
  const trees: string[] = [];
  try {
    succeeded(await git(['read-tree', objectId(parent)], { env }));
    for (const { changes } of planned) {
      const lines = changes.map(({ path, mode, id, deleted }) =>
        deleted ? `0 ${'0'.repeat(id.length)}\t${path}\0` : `${mode} ${id}\t${path}\0`,
      );
      const input = lines.join('');
      succeeded(
        await git(['update-index', '-z', '--replace', '--index-info'], { env, input, encoding: 'latin1' }),
      );
      trees.push(outputOf(await git(['write-tree', '--missing-ok'], { env })));
    }
    return trees;
  } finally {
    await rm(indexFile, { force: true });
    await rm(`${indexFile}.lock`, { force: true });
  }
}

function splitMessage(text: string): { subject: string; body: string } {
  const [subject = '', ...body] = text.trim().split('\n');
  return { subject, body: body.join('\n').trim().slice(0, MAX_MESSAGE_CHARS) };
}
