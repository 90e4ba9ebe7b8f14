import { z } from 'zod';
import { readCommit, type Signature } from '../git/read-commits.ts';
import { tryGit } from '../git/run-git.ts';
import { writeCommit } from '../git/write-commit.ts';
import type { Repository } from '../model.ts';
import { notFound, Refusal } from '../refusal.ts';
import { renderGitCommit, SIGNATURE } from '../render/render-commit.ts';
import {
  actorOf,
  actsAsApp,
  created,
  ok,
  onRepository,
  parseBody,
  type RepositoryCall,
  type RestAnswer,
  type Routes,
} from './rest-call.ts';

const identity = z.object({ name: z.string(), email: z.string(), date: z.string().optional() });
const newCommit = z.object({
  message: z.string(),
  tree: z.string(),
  parents: z.array(z.string()).default([]),
  author: identity.optional(),
  committer: identity.optional(),
  signature: z.string().optional(),
});

async function hasObject(repository: Repository, sha: string, type: 'tree' | 'commit'): Promise<boolean> {
  const { code, stdout } = await tryGit(repository.gitDir, ['cat-file', '-t', sha]);
  return code === 0 && stdout.toString('utf8').trim() === type;
}

/**
 * GitHub signs what an App commits, if it leaves author, committer and signature out: then the author is the App's
 * bot and the committer GitHub.
 */
async function createCommit(call: RepositoryCall): Promise<RestAnswer> {
  const { world, repository } = call;
  const { message, tree, parents, author, committer, signature } = parseBody(call, newCommit);
  if (!(await hasObject(repository, tree, 'tree'))) throw new Refusal(422, 'Tree SHA does not exist');
  for (const parent of parents) {
    if (!(await hasObject(repository, parent, 'commit')))
      throw new Refusal(422, 'Parent SHA does not exist or is not a commit object');
  }
  const { id, login } = actorOf(call);
  const date = new Date(world.now()).toISOString();
  const actor: Signature = { name: login, email: `${id}+${login}@users.noreply.github.com`, date };
  const signs = actsAsApp(call) && author === undefined && committer === undefined && signature === undefined;
  const written = author === undefined ? actor : { date, ...author };
  const sha = await writeCommit(repository.gitDir, {
    tree,
    parents,
    author: written,
    committer: signs ? { name: 'GitHub', email: 'noreply@github.com', date } : { ...written, ...committer },
    signature: signs ? SIGNATURE : (signature ?? null),
    message,
  });
  if (signs) repository.signedCommits.add(sha);
  return created(renderGitCommit(world, repository, await readCommit(repository.gitDir, sha)));
}

async function getCommit(call: RepositoryCall): Promise<RestAnswer> {
  const { world, repository, params } = call;
  const sha = params.commit_sha ?? '';
  if (!/^[0-9a-f]{40}$/.test(sha) || !(await hasObject(repository, sha, 'commit'))) throw notFound();
  return ok(renderGitCommit(world, repository, await readCommit(repository.gitDir, sha)));
}

export const commitRoutes = {
  'git/create-commit': onRepository(createCommit),
  'git/get-commit': onRepository(getCommit),
} satisfies Routes;
