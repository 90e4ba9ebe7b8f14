import { isJsonObject, type JsonObject } from '../json.ts';
import { nodeId, renderAccount } from '../render/render-account.ts';
import { renderRepository } from '../render/render-repository.ts';
import type { Announcement, World } from '../world.ts';
import { examplePayload } from './load-examples.ts';

/** The payload's own part of an event replaces the example's, field by field at its first level. */
function patch(example: JsonObject, fields: JsonObject): JsonObject {
  const patched = { ...example };
  for (const [name, value] of Object.entries(fields)) {
    const before = patched[name];
    patched[name] = isJsonObject(before) && isJsonObject(value) ? { ...before, ...value } : value;
  }
  return patched;
}

/** A push names the owner's account twice, and gives times as numbers. */
function pushRepository(repository: JsonObject, createdAt: number): JsonObject {
  const owner = isJsonObject(repository.owner) ? repository.owner : {};
  const seconds = Math.floor(createdAt / 1000);
  return {
    ...repository,
    owner: { ...owner, name: owner.login ?? '' },
    created_at: seconds,
    pushed_at: seconds,
  };
}

/** A real payload of GitHub's, told about this double's repository, people and installation instead of its own. */
export function buildPayload(world: World, announcement: Announcement): JsonObject {
  const { event, action, repository, sender, fields } = announcement;
  const example = examplePayload(event, action);
  // Left in, these would name somebody else's organization or enterprise.
  for (const name of ['organization', 'enterprise']) delete example[name];
  // An issue payload's `changes` belong to the example's edit, not to this one.
  if (!('changes' in fields)) delete example.changes;
  // A check run of this double is part of no deployment.
  if (isJsonObject(example.check_run)) delete example.check_run.deployment;
  const rendered = renderRepository(world, repository);
  const { owner } = repository;
  return {
    ...patch(example, fields),
    ...(action !== undefined && { action }),
    repository: event === 'push' ? pushRepository(rendered, repository.createdAt) : rendered,
    sender: renderAccount(world, sender),
    ...(owner.type === 'Organization' && {
      organization: { login: owner.login, id: owner.id, node_id: nodeId('Organization', owner.id) },
    }),
    installation: {
      id: world.app.installationId,
      node_id: nodeId('Installation', world.app.installationId),
    },
  };
}
