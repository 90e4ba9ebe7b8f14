import type { GitCommand } from './git-repository.ts';
import { makeTree, readTree, type TreeEntry } from './tree-entries.ts';

/**
 * What steers Claude Code or runs by itself, at the top of a tree. Compared without regard to case: on a file system
 * that ignores it, `Claude.md` is `CLAUDE.md`.
 */
export const TRUSTED_NAMES: readonly string[] = [
  '.claude',
  'CLAUDE.md',
  'CLAUDE.local.md',
  '.mcp.json',
  '.husky',
];

/** Our own config lies in a folder that is otherwise the author's. */
const CONFIG_FOLDER = '.github';
const CONFIG_FILE = 'signalbox.yml';

/** Everything that counts as trusted, as paths that people read. */
export const TRUSTED_PATHS: readonly string[] = [...TRUSTED_NAMES, `${CONFIG_FOLDER}/${CONFIG_FILE}`];

const same = (a: string, b: string): boolean => a.toLowerCase() === b.toLowerCase();
const isTrustedName = (name: string): boolean => TRUSTED_NAMES.some((trusted) => same(trusted, name));

/** Whether a path of a diff is one of the trusted. */
export function isTrustedPath(path: string): boolean {
  const [top = '', second, ...rest] = path.split('/');
  if (isTrustedName(top)) return true;
  return top === CONFIG_FOLDER && second === CONFIG_FILE && rest.length === 0;
}

/** The entries that make up the trusted part of a top level, without `.github`. */
export function trustedEntries(top: readonly TreeEntry[]): TreeEntry[] {
  return top.filter(({ name }) => isTrustedName(name));
}

/** One level with its trusted entries taken from another. */
export function replaceEntries(
  entries: readonly TreeEntry[],
  from: readonly TreeEntry[],
  isTrusted: (name: string) => boolean,
): TreeEntry[] {
  return [...entries.filter(({ name }) => !isTrusted(name)), ...from.filter(({ name }) => isTrusted(name))];
}

/**
 * The tree of `tree` with every trusted path as it is in `from`: added, changed or absent. Used both ways: to give a
 * pull request's files the base's configuration, and to take that out again before anything is committed.
 */
export async function withTrustedPathsOf(git: GitCommand, tree: string, from: string): Promise<string> {
  const [top, trustedTop] = await Promise.all([readTree(git, tree), readTree(git, from)]);
  const merged = replaceEntries(top, trustedTop, isTrustedName).filter(({ name }) => name !== CONFIG_FOLDER);
  const folder = await mergeConfigFolder(git, top, trustedTop);
  return makeTree(git, folder === null ? merged : [...merged, folder]);
}

async function mergeConfigFolder(
  git: GitCommand,
  top: readonly TreeEntry[],
  trustedTop: readonly TreeEntry[],
): Promise<TreeEntry | null> {
  const own = top.find(({ name }) => name === CONFIG_FOLDER);
  const trusted = trustedTop.find(({ name }) => name === CONFIG_FOLDER);
  if (own?.id === trusted?.id && own?.mode === trusted?.mode) return own ?? null;
  // A link or a file in the folder's place could lead anywhere: the trusted one stands in for all of it.
  if (own !== undefined && own.type !== 'tree') return trusted ?? null;
  if (trusted !== undefined && trusted.type !== 'tree') return trusted;
  const isConfigFile = (name: string): boolean => name === CONFIG_FILE;
  const entries = replaceEntries(
    own === undefined ? [] : await readTree(git, own.id),
    trusted === undefined ? [] : await readTree(git, trusted.id),
    isConfigFile,
  );
  if (entries.length === 0) return null;
  return { mode: '040000', type: 'tree', id: await makeTree(git, entries), name: CONFIG_FOLDER };
}

/** A tree with nothing but what Claude Code reads when it starts. */
export async function trustedPartOf(
  git: GitCommand,
  tree: string,
): Promise<{ part: string; isEmpty: boolean }> {
  const entries = trustedEntries(await readTree(git, tree));
  return { part: await makeTree(git, entries), isEmpty: entries.length === 0 };
}
