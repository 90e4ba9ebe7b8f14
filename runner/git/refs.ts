import { branchNameSchema, commitShaSchema } from '../../protocol/workspace.ts';
import { outputOf, succeeded } from './git-failed-error.ts';
import type { GitCommand } from './git-repository.ts';

/** Instead of an object id: the ref must not exist yet (in `from`), or is to be deleted (in `to`). */
export type RefChange = { ref: string; to: string | null; from?: string | null };

/** The full name of a branch. @throws RangeError when the name is not one that git and a command line take. */
export function branchRef(branch: string): string {
  if (!branchNameSchema.safeParse(branch).success) throw new RangeError(`Not a branch name: ${branch}`);
  return `refs/heads/${branch}`;
}

/** Where the mirror keeps what the server's branch points at. */
export function trackingRef(branch: string): string {
  return branchRef(branch).replace('refs/heads/', 'refs/remotes/origin/');
}

/** @throws RangeError when it is not a whole object id. */
export function objectId(text: string): string {
  if (!commitShaSchema.safeParse(text).success) throw new RangeError(`Not an object id: ${text}`);
  return text;
}

/** What a ref points at, or null when there is none. */
export async function readRef(git: GitCommand, ref: string): Promise<string | null> {
  const result = await git(['rev-parse', '--verify', '--quiet', '--end-of-options', ref]);
  if (result.ok) return result.stdout.trim();
  if (result.reason === 'exit' && result.exitCode === 1) return null;
  return outputOf(result);
}

/** All refs below a prefix that ends in `/`, with their object ids. */
export async function listRefs(git: GitCommand, prefix: string): Promise<Map<string, string>> {
  const listing = await git(['for-each-ref', '--format=%(objectname) %(refname)', prefix]);
  const refs = new Map<string, string>();
  for (const line of succeeded(listing).stdout.split('\n')) {
    const space = line.indexOf(' ');
    if (space > 0) refs.set(line.slice(space + 1), line.slice(0, space));
  }
  return refs;
}

/** Changes refs in one transaction: all or none. A `from` that no longer holds fails the whole. */
export async function updateRefs(git: GitCommand, changes: readonly RefChange[]): Promise<void> {
  if (changes.length === 0) return;
  const lines = changes.map(({ ref, to, from }) => {
    if (/[\0\n ]/.test(ref)) throw new RangeError(`Not a ref name: ${ref}`);
    const old = from === undefined ? '' : `${from === null ? '' : objectId(from)}\0`;
    if (to === null) return `delete ${ref}\0${from === undefined ? '\0' : old}`;
    if (from === null) return `create ${ref}\0${objectId(to)}\0`;
    return `update ${ref}\0${objectId(to)}\0${from === undefined ? '\0' : old}`;
  });
  succeeded(await git(['update-ref', '--no-deref', '-z', '--stdin'], { input: lines.join('') }));
}

/** Whether `ancestor` is `commit` or lies in its history. */
export async function isAncestor(git: GitCommand, ancestor: string, commit: string): Promise<boolean> {
  const result = await git(['merge-base', '--is-ancestor', objectId(ancestor), objectId(commit)]);
  if (result.ok) return true;
  if (result.reason === 'exit' && result.exitCode === 1) return false;
  succeeded(result);
  return false;
}

export async function treeOf(git: GitCommand, commit: string): Promise<string> {
  return outputOf(await git(['rev-parse', '--verify', `${objectId(commit)}^{tree}`]));
}

/** Trees of commits, which never change: each spares starting git, about 6 ms. */
const knownTrees = new Map<string, string>();
const MAX_KNOWN_TREES = 1_000;

/** Like `treeOf`, for a commit that is known to be there. */
export async function knownTreeOf(git: GitCommand, commit: string): Promise<string> {
  const known = knownTrees.get(commit);
  if (known !== undefined) return known;
  const tree = await treeOf(git, commit);
  const [oldest] = knownTrees.keys();
  if (knownTrees.size >= MAX_KNOWN_TREES && oldest !== undefined) knownTrees.delete(oldest);
  knownTrees.set(commit, tree);
  return tree;
}
