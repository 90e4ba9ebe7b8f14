import { appendFile, mkdir, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { runGit } from './run-git.ts';

/** As GitHub serves a repository: pushes by HTTP, partial clones, any reachable commit by its SHA, no push to refs/pull. */
const SERVER_CONFIG = `
[http]
	receivepack = true
[uploadpack]
	allowFilter = true
	allowReachableSHA1InWant = true
	allowTipSHA1InWant = true
[receive]
	hideRefs = refs/pull
	autogc = false
[gc]
	auto = 0
[core]
	fsync = none
`;

/** Makes an empty bare repository at `gitDir`, in place of one left by an earlier run. */
export async function createBareRepository(gitDir: string, defaultBranch: string): Promise<void> {
  await rm(gitDir, { recursive: true, force: true });
  await mkdir(dirname(gitDir), { recursive: true });
  await runGit(dirname(gitDir), ['init', '--quiet', '--bare', '--template=', '-b', defaultBranch, gitDir]);
  await appendFile(`${gitDir}/config`, SERVER_CONFIG);
}

/** A contributor's fork: the same commits in a repository of its own. */
export async function forkBareRepository(
  sourceDir: string,
  gitDir: string,
  branches: string[],
): Promise<void> {
  await createBareRepository(gitDir, 'main');
  const refspecs = branches.map((branch) => `+refs/heads/${branch}:refs/heads/${branch}`);
  await runGit(gitDir, ['fetch', '--quiet', '--no-tags', sourceDir, ...refspecs]);
}
