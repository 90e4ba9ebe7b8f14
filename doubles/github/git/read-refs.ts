import { runGit, tryGit } from './run-git.ts';

export type Ref = { name: string; sha: string; type: string };

/** Every ref below a prefix such as `refs/heads`, sorted by name. */
export async function listRefs(gitDir: string, prefix: string): Promise<Ref[]> {
  const format = '--format=%(refname)%09%(objectname)%09%(objecttype)';
  const lines = (await runGit(gitDir, ['for-each-ref', format, prefix])).split('\n').filter(Boolean);
  return lines.map((line) => {
    const [name = '', sha = '', type = ''] = line.split('\t');
    return { name, sha, type };
  });
}

async function revParse(gitDir: string, revision: string): Promise<string | undefined> {
  const { code, stdout } = await tryGit(gitDir, ['rev-parse', '--verify', '--quiet', `${revision}^{commit}`]);
  return code === 0 ? stdout.toString('utf8').trim() : undefined;
}

/** The commit of a branch, tag, full ref name or SHA, the way GitHub's REST API reads `ref`; undefined when there is none. */
export async function resolveCommit(gitDir: string, ref: string): Promise<string | undefined> {
  if (/^[0-9a-f]{40}$/.test(ref)) return revParse(gitDir, ref);
  const candidates = ref.startsWith('refs/')
    ? [ref]
    : [`refs/heads/${ref}`, `refs/tags/${ref}`, `refs/${ref}`];
  for (const candidate of candidates) {
    const sha = await revParse(gitDir, candidate);
    if (sha !== undefined) return sha;
  }
  return /^[0-9a-f]{7,39}$/.test(ref) ? revParse(gitDir, ref) : undefined;
}

export const branchHead = (gitDir: string, branch: string): Promise<string | undefined> =>
  revParse(gitDir, `refs/heads/${branch}`);

/** Whether a push from `ancestor` to `descendant` is a fast-forward. */
export async function isAncestor(gitDir: string, ancestor: string, descendant: string): Promise<boolean> {
  return (await tryGit(gitDir, ['merge-base', '--is-ancestor', ancestor, descendant])).code === 0;
}

export async function mergeBase(gitDir: string, a: string, b: string): Promise<string | undefined> {
  const { code, stdout } = await tryGit(gitDir, ['merge-base', a, b]);
  return code === 0 ? stdout.toString('utf8').trim() : undefined;
}
