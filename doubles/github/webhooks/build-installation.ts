import type { JsonObject } from '../json.ts';
import { nodeId, renderAccount, renderInstallation } from '../render/render-account.ts';
import { fullName, type World } from '../world.ts';

/** The payload of `installation.created`: repositories in short, as GitHub names them there. */
export function buildInstallation(world: World): JsonObject {
  return {
    action: 'created',
    installation: renderInstallation(world),
    repositories: world.repositories
      .filter(({ installed }) => installed)
      .map((repository) => ({
        id: repository.id,
        node_id: nodeId('Repository', repository.id),
        name: repository.name,
        full_name: fullName(repository),
        private: repository.private,
      })),
    requester: null,
    sender: renderAccount(world, world.owner),
  };
}
