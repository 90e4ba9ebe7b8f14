import type { Signature } from './read-commits.ts';
import { runGit } from './run-git.ts';

export type NewCommit = {
  tree: string;
  parents: readonly string[];
  author: Signature;
  committer: Signature;
  /** Null: not signed. */
  signature: string | null;
  message: string;
};

const identity = ({ name, email, date }: Signature): string =>
  `${name} <${email}> ${Math.floor(Date.parse(date) / 1_000)} +0000`;

/** A header of several lines: git has those after the first begin with a space. */
const header = (name: string, text: string): string => `${name} ${text.replaceAll('\n', '\n ')}`;

/** Writes a commit object; no ref moves. git itself can't sign one with a key that it does not have. */
export async function writeCommit(gitDir: string, commit: NewCommit): Promise<string> {
  const lines = [
    `tree ${commit.tree}`,
    ...commit.parents.map((parent) => `parent ${parent}`),
    `author ${identity(commit.author)}`,
    `committer ${identity(commit.committer)}`,
    ...(commit.signature === null ? [] : [header('gpgsig', commit.signature)]),
    '',
    commit.message,
  ];
  const sha = await runGit(gitDir, ['hash-object', '-t', 'commit', '-w', '--stdin'], lines.join('\n'));
  return sha.trim();
}
