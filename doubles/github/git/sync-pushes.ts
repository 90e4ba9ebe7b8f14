import type { Account, Repository } from '../model.ts';
import { renderPull } from '../render/render-pull.ts';
import { renderPush } from '../render/render-push.ts';
import { isPull, type World } from '../world.ts';
import { changeIssue } from '../write-conversation.ts';
import { listRefs } from './read-refs.ts';
import { runGit } from './run-git.ts';

const ZERO_SHA = '0'.repeat(40);

export type RefChange = { ref: string; before: string; after: string };

function compareRefs(before: Map<string, string>, after: Map<string, string>): RefChange[] {
  const changes: RefChange[] = [];
  for (const ref of new Set([...before.keys(), ...after.keys()])) {
    const change = { ref, before: before.get(ref) ?? ZERO_SHA, after: after.get(ref) ?? ZERO_SHA };
    if (change.before !== change.after) changes.push(change);
  }
  return changes;
}

async function readChanges(repository: Repository): Promise<RefChange[]> {
  const refs = [
    ...(await listRefs(repository.gitDir, 'refs/heads')),
    ...(await listRefs(repository.gitDir, 'refs/tags')),
  ];
  const now = new Map(refs.map(({ name, sha }) => [name, sha]));
  const changes = compareRefs(repository.announcedRefs, now);
  repository.announcedRefs = now;
  return changes;
}

const reading = new WeakMap<Repository, Promise<RefChange[]>>();

/** One reading at a time a repository: with two, the one that ends last would see the other's push undone. */
function takeChanges(repository: Repository): Promise<RefChange[]> {
  const before = reading.get(repository) ?? Promise.resolve([]);
  const changes = before.catch(() => []).then(() => readChanges(repository));
  reading.set(repository, changes);
  return changes;
}

/** Open pull requests whose head is this branch, in whichever repository they were opened. */
function pullsFrom(world: World, headRepository: Repository, branch: string) {
  return world.repositories.flatMap((repository) =>
    [...repository.issues.values()]
      .filter(isPull)
      .filter(
        ({ state, pull }) =>
          state === 'open' && pull.headRepository === headRepository && pull.headRef === branch,
      )
      .map((issue) => ({ repository, issue })),
  );
}

/** GitHub keeps a pull request's head as `refs/pull/N/head` in the base repository; it outlives the branch. */
export async function keepPullHead(
  base: Repository,
  number: number,
  head: Repository,
  sha: string,
): Promise<void> {
  const ref = `refs/pull/${number}/head`;
  if (head === base) await runGit(base.gitDir, ['update-ref', ref, sha]);
  else await runGit(base.gitDir, ['fetch', '--quiet', '--no-tags', head.gitDir, `+${sha}:${ref}`]);
}

/** After a write to a repository's refs: keeps pull request heads, and announces `push` and `synchronize`. */
export async function syncPushes(world: World, repository: Repository, pusher: Account): Promise<void> {
  for (const change of await takeChanges(repository)) {
    const branch = change.ref.replace(/^refs\/heads\//, '');
    world.announce({
      event: 'push',
      repository,
      sender: pusher,
      fields: await renderPush(world, repository, change, pusher),
    });
    if (branch === change.ref) continue;
    for (const { repository: base, issue } of pullsFrom(world, repository, branch)) {
      if (change.after === ZERO_SHA) {
        // Without its branch a pull request is closed; its head stays readable.
        await changeIssue(world, base, issue, { state: 'closed' }, pusher);
        continue;
      }
      issue.updatedAt = world.now();
      await keepPullHead(base, issue.number, repository, change.after);
      world.announce({
        event: 'pull_request',
        action: 'synchronize',
        repository: base,
        sender: pusher,
        fields: {
          number: issue.number,
          before: change.before,
          after: change.after,
          pull_request: await renderPull(world, base, issue),
        },
      });
    }
  }
}
