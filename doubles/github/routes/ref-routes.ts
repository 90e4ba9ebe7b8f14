import { z } from 'zod';
import { isAncestor, listRefs, type Ref } from '../git/read-refs.ts';
import { tryGit } from '../git/run-git.ts';
import { syncPushes } from '../git/sync-pushes.ts';
import type { JsonObject } from '../json.ts';
import type { Repository } from '../model.ts';
import { notFound, Refusal } from '../refusal.ts';
import { apiUrl } from '../render/render-repository.ts';
import type { World } from '../world.ts';
import {
  actorOf,
  created,
  noContent,
  ok,
  onRepository,
  parseBody,
  type RepositoryCall,
  type RestAnswer,
  type Routes,
} from './rest-call.ts';

const newRef = z.object({ ref: z.string(), sha: z.string() });
const movedRef = z.object({ sha: z.string(), force: z.boolean().optional() });

function renderRef(world: World, repository: Repository, ref: Ref): JsonObject {
  return {
    ref: ref.name,
    node_id: Buffer.from(`Ref:${ref.name}`).toString('base64'),
    url: `${apiUrl(world, repository)}/git/${ref.name}`,
    object: { type: ref.type, sha: ref.sha, url: `${apiUrl(world, repository)}/git/${ref.type}s/${ref.sha}` },
  };
}

async function findRef(repository: Repository, name: string): Promise<Ref | undefined> {
  return (await listRefs(repository.gitDir, name)).find((ref) => ref.name === name);
}

async function requireObject(repository: Repository, sha: string): Promise<void> {
  const { code } = await tryGit(repository.gitDir, ['cat-file', '-e', sha]);
  if (code !== 0) throw new Refusal(422, 'Object does not exist');
}

async function writeRef(call: RepositoryCall, args: string[]): Promise<void> {
  const { code, stderr } = await tryGit(call.repository.gitDir, ['update-ref', ...args]);
  if (code !== 0) throw new Refusal(422, `Reference cannot be updated: ${stderr.trim()}`);
  await syncPushes(call.world, call.repository, actorOf(call));
}

async function getRef(call: RepositoryCall): Promise<RestAnswer> {
  const ref = await findRef(call.repository, `refs/${call.params.ref}`);
  if (!ref) throw notFound();
  return ok(renderRef(call.world, call.repository, ref));
}

async function createRef(call: RepositoryCall): Promise<RestAnswer> {
  const { ref: name, sha } = parseBody(call, newRef);
  if (!/^refs\/[^/]+\/.+/.test(name))
    throw new Refusal(422, 'Reference name must start with "refs/" and have two slashes');
  await requireObject(call.repository, sha);
  if (await findRef(call.repository, name)) throw new Refusal(422, 'Reference already exists');
  await writeRef(call, [name, sha, '0'.repeat(40)]);
  return created(renderRef(call.world, call.repository, { name, sha, type: 'commit' }));
}

async function updateRef(call: RepositoryCall): Promise<RestAnswer> {
  const { sha, force } = parseBody(call, movedRef);
  const ref = await findRef(call.repository, `refs/${call.params.ref}`);
  if (!ref) throw new Refusal(422, 'Reference does not exist');
  await requireObject(call.repository, sha);
  if (force !== true && !(await isAncestor(call.repository.gitDir, ref.sha, sha))) {
    throw new Refusal(422, 'Update is not a fast forward');
  }
  await writeRef(call, [ref.name, sha, ref.sha]);
  return ok(renderRef(call.world, call.repository, { ...ref, sha }));
}

async function deleteRef(call: RepositoryCall): Promise<RestAnswer> {
  const ref = await findRef(call.repository, `refs/${call.params.ref}`);
  if (!ref) throw new Refusal(422, 'Reference does not exist');
  await writeRef(call, ['-d', ref.name]);
  return noContent();
}

export const refRoutes = {
  'git/get-ref': onRepository(getRef),
  'git/create-ref': onRepository(createRef),
  'git/update-ref': onRepository(updateRef),
  'git/delete-ref': onRepository(deleteRef),
} satisfies Routes;
