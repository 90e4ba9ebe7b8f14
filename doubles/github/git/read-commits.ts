import { runGit } from './run-git.ts';

export type Signature = { name: string; email: string; date: string };
export type Commit = {
  sha: string;
  tree: string;
  parents: string[];
  author: Signature;
  committer: Signature;
  message: string;
};

const FIELDS = ['%H', '%T', '%P', '%an', '%ae', '%aI', '%cn', '%ce', '%cI', '%B'];

function parseCommit(record: string): Commit {
  const [
    sha = '',
    tree = '',
    parents = '',
    an = '',
    ae = '',
    ad = '',
    cn = '',
    ce = '',
    cd = '',
    message = '',
  ] = record.split('\u001f');
  return {
    sha,
    tree,
    parents: parents.split(' ').filter(Boolean),
    author: { name: an, email: ae, date: ad },
    committer: { name: cn, email: ce, date: cd },
    message: message.replace(/\n+$/, ''),
  };
}

/** Commits of a revision or range such as `main..topic`, newest first; `args` are further options of git log. */
export async function listCommits(gitDir: string, range: string, args: string[] = []): Promise<Commit[]> {
  const format = `--format=${FIELDS.join('%x1f')}%x1e`;
  const output = await runGit(gitDir, ['log', format, ...args, range, '--']);
  return output
    .split('\u001e')
    .map((record) => record.trimStart())
    .filter(Boolean)
    .map(parseCommit);
}

export async function readCommit(gitDir: string, sha: string): Promise<Commit> {
  const [commit] = await listCommits(gitDir, sha, ['-1']);
  if (!commit) throw new Error(`git log knows no commit ${sha} in ${gitDir}.`);
  return commit;
}
