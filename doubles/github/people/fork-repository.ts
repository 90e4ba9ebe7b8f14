import { describeRepository, noteRefs } from '../create-world.ts';
import { forkBareRepository } from '../git/create-bare-repository.ts';
import { runGit } from '../git/run-git.ts';
import type { Repository } from '../model.ts';
import { accountOf, type World } from '../world.ts';

/** A contributor's fork: the same name under its owner, out of the App's reach. It is made on first use. */
export async function forkRepository(world: World, base: Repository, owner: string): Promise<Repository> {
  const account = accountOf(world, owner);
  const existing = world.repositories.find(
    (candidate) => candidate.owner === account && candidate.name === base.name,
  );
  if (existing) return existing;
  const fork = describeRepository(world, account, base.name, {
    private: base.private,
    fork: true,
    installed: false,
    defaultBranch: base.defaultBranch,
    collaborators: new Map(),
  });
  await forkBareRepository(base.gitDir, fork.gitDir, [base.defaultBranch]);
  world.repositories.push(fork);
  await noteRefs(fork);
  return fork;
}

/** Moves a branch out of the base repository, so that it exists in the fork alone. */
export async function moveBranch(base: Repository, fork: Repository, branch: string): Promise<void> {
  const ref = `refs/heads/${branch}`;
  await runGit(fork.gitDir, ['fetch', '--quiet', '--no-tags', base.gitDir, `+${ref}:${ref}`]);
  await runGit(base.gitDir, ['update-ref', '-d', ref]);
  await noteRefs(base);
  await noteRefs(fork);
}
