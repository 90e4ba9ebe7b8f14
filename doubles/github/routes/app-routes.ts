import { z } from 'zod';
import { allows, reaches } from '../auth/installation-tokens.ts';
import type { Grants, Repository } from '../model.ts';
import { notFound, Refusal } from '../refusal.ts';
import { renderApp, renderInstallation } from '../render/render-account.ts';
import { renderRepository } from '../render/render-repository.ts';
import { timestamp, type World } from '../world.ts';
import {
  created,
  noContent,
  ok,
  onRepository,
  paged,
  parseBody,
  type RestCall,
  type Routes,
} from './rest-call.ts';

const tokenRequest = z.object({
  repositories: z.array(z.string()).optional(),
  repository_ids: z.array(z.number()).optional(),
  permissions: z.record(z.string(), z.enum(['read', 'write'])).optional(),
});

function requireInstallation(call: RestCall): void {
  const { installationId, installed } = call.world.app;
  if (!installed || Number(call.params.installation_id) !== installationId) throw notFound();
}

const installed = (world: World): Repository[] =>
  world.repositories.filter((repository) => repository.installed);

function narrowRepositories(world: World, asked: z.infer<typeof tokenRequest>): Repository[] | undefined {
  const { repositories: names, repository_ids: ids } = asked;
  if (names === undefined && ids === undefined) return undefined;
  const found = installed(world).filter(
    ({ id, name }) =>
      ids?.includes(id) || names?.some((wanted) => wanted.toLowerCase() === name.toLowerCase()),
  );
  if (found.length < (names?.length ?? 0) + (ids?.length ?? 0)) {
    throw new Refusal(
      422,
      'There is at least one repository that does not exist or is not accessible to the parent installation.',
    );
  }
  return found;
}

function narrowPermissions(world: World, asked: Grants | undefined): Grants {
  if (asked === undefined) return world.app.permissions;
  for (const [name, access] of Object.entries(asked)) {
    if (!allows(world.app.permissions, name, access)) {
      throw new Refusal(422, 'The permissions requested are not granted to this installation.');
    }
  }
  // Every token can read metadata, asked or not.
  return { metadata: 'read', ...asked };
}

function createToken(call: RestCall) {
  requireInstallation(call);
  const { world } = call;
  const asked = parseBody(call, tokenRequest);
  const repositories = narrowRepositories(world, asked);
  const permissions = narrowPermissions(world, asked.permissions);
  const repositoryIds = repositories && new Set(repositories.map((repository) => repository.id));
  const { token, grant } = world.tokens.mint({ permissions, repositoryIds }, world.now());
  return created({
    token,
    expires_at: timestamp(grant.expiresAt),
    permissions,
    repository_selection: 'selected',
    ...(repositories && {
      repositories: repositories.map((repository) => renderRepository(world, repository)),
    }),
  });
}

export const appRoutes = {
  'apps/get-authenticated': ({ world }) => ok({ ...renderApp(world), installations_count: 1 }),
  'apps/list-installations': (call) =>
    paged(call, call.world.app.installed ? [call.world.app] : [], () => renderInstallation(call.world)),
  'apps/get-installation': (call) => {
    requireInstallation(call);
    return ok(renderInstallation(call.world));
  },
  'apps/get-repo-installation': onRepository(({ world, repository }) => {
    if (!repository.installed) throw notFound();
    return ok(renderInstallation(world));
  }),
  'apps/create-installation-access-token': createToken,
  'apps/revoke-installation-access-token': ({ world, caller }) => {
    if (caller.kind === 'installation') world.tokens.revoke(caller.token);
    return noContent();
  },
  'apps/list-repos-accessible-to-installation': (call) => {
    const { world, caller } = call;
    if (caller.kind !== 'installation') {
      throw new Refusal(
        403,
        'You must authenticate with an installation access token in order to list repositories for an installation.',
      );
    }
    const visible = installed(world).filter((repository) => reaches(caller.grant, repository));
    return paged(
      call,
      visible,
      (repository) => renderRepository(world, repository),
      (repositories, total) => ({
        total_count: total,
        repository_selection: 'selected',
        repositories,
      }),
    );
  },
} satisfies Routes;
