import { resolveCommit } from './read-refs.ts';
import { runGit } from './run-git.ts';

/** Contents by path; null deletes the file. */
export type FileChanges = Record<string, string | null>;

export type NewCommit = {
  branch: string;
  files: FileChanges;
  message: string;
  author: { name: string; email: string };
  /** Branch or commit to start from when `branch` does not exist yet. */
  from?: string;
  at: number;
};

const dataOf = (text: string): string => `data ${Buffer.byteLength(text)}\n${text}\n`;

function changesOf(files: FileChanges): string {
  return Object.entries(files)
    .map(([path, content]) =>
      content === null ? `D ${path}\n` : `M 100644 inline ${path}\n${dataOf(content)}`,
    )
    .join('');
}

/** Commits files to a branch of a bare repository, with no working tree, and returns the commit's SHA. */
export async function commitFiles(gitDir: string, commit: NewCommit): Promise<string> {
  const ref = `refs/heads/${commit.branch}`;
  const tip = await resolveCommit(gitDir, ref);
  const parent = tip ?? (commit.from === undefined ? undefined : await resolveCommit(gitDir, commit.from));
  if (commit.from !== undefined && parent === undefined) {
    throw new Error(`Cannot start branch ${commit.branch}: ${gitDir} has no ${commit.from}.`);
  }
  const who = `${commit.author.name} <${commit.author.email}> ${Math.floor(commit.at / 1000)} +0000`;
  const stream = [
    `commit ${ref}\n`,
    `author ${who}\n`,
    `committer ${who}\n`,
    dataOf(commit.message),
    parent === undefined ? '' : `from ${parent}\n`,
    changesOf(commit.files),
    '\n',
  ].join('');
  await runGit(gitDir, ['fast-import', '--quiet', '--date-format=raw'], stream);
  return (await runGit(gitDir, ['rev-parse', ref])).trim();
}
