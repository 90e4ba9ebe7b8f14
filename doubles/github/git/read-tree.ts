import { tryGit } from './run-git.ts';

export type TreeEntry = {
  mode: string;
  type: 'blob' | 'tree' | 'commit';
  sha: string;
  size: number;
  path: string;
};

function parseEntry(line: string): TreeEntry {
  const [head = '', path = ''] = line.split('\t');
  const [mode = '', type = '', sha = '', size = ''] = head.split(/ +/);
  return {
    mode,
    type: type === 'tree' || type === 'commit' ? type : 'blob',
    sha,
    size: size === '-' ? 0 : Number(size),
    path,
  };
}

async function listTree(gitDir: string, commit: string, pathspec?: string): Promise<TreeEntry[]> {
  const { code, stdout } = await tryGit(gitDir, [
    'ls-tree',
    '-l',
    '-z',
    commit,
    ...(pathspec === undefined ? [] : ['--', pathspec]),
  ]);
  if (code !== 0) return [];
  return stdout.toString('utf8').split('\0').filter(Boolean).map(parseEntry);
}

export type Content =
  | { kind: 'file'; entry: TreeEntry; bytes: Buffer }
  | { kind: 'directory'; entries: TreeEntry[] }
  | { kind: 'absent' };

/** What lies at a path of a commit; the empty path is the root. */
export async function readContent(gitDir: string, commit: string, path: string): Promise<Content> {
  const clean = path.replace(/^\/+|\/+$/g, '');
  if (clean === '') return { kind: 'directory', entries: await listTree(gitDir, commit) };
  const [entry] = await listTree(gitDir, commit, clean);
  if (!entry) return { kind: 'absent' };
  if (entry.type === 'tree')
    return { kind: 'directory', entries: await listTree(gitDir, commit, `${clean}/`) };
  if (entry.type === 'commit') return { kind: 'absent' };
  const { stdout } = await tryGit(gitDir, ['cat-file', 'blob', entry.sha]);
  return { kind: 'file', entry, bytes: stdout };
}
