import type { JsonObject } from '../json.ts';
import type { Account, Repository } from '../model.ts';
import { forbidden, notFound } from '../refusal.ts';
import { nodeId, renderAccount, renderInstallation } from '../render/render-account.ts';
import { renderRepository } from '../render/render-repository.ts';
import { permissionOf, type World } from '../world.ts';
import { ok, paged, type RestCall, type Routes } from './rest-call.ts';

/** What somebody reaches through the App: the installed repositories that he has been given explicitly. */
const reached = (world: World, { login }: Account): Repository[] =>
  world.repositories.filter(
    (repository) =>
      repository.installed &&
      (repository.collaborators.has(login.toLowerCase()) || repository.owner.login === login) &&
      permissionOf(repository, login) !== 'none',
  );

function personOf({ caller }: RestCall): Account {
  if (caller.kind !== 'user') throw forbidden();
  return caller.account;
}

const RANKS = ['read', 'triage', 'write', 'maintain', 'admin'];
const NAMES = ['pull', 'triage', 'push', 'maintain', 'admin'];

function permissionsOf(repository: Repository, login: string): JsonObject {
  const rank = RANKS.indexOf(permissionOf(repository, login));
  return Object.fromEntries(NAMES.map((name, index) => [name, rank >= index]));
}

function renderOrganization(world: World, { id, login }: Account): JsonObject {
  const url = `${world.baseUrl}/orgs/${login}`;
  return {
    login,
    id,
    node_id: nodeId('Organization', id),
    url,
    repos_url: `${url}/repos`,
    events_url: `${url}/events`,
    hooks_url: `${url}/hooks`,
    issues_url: `${url}/issues`,
    members_url: `${url}/members{/member}`,
    public_members_url: `${url}/public_members{/member}`,
    avatar_url: `${world.baseUrl}/avatars/${id}`,
    description: '',
  };
}

/** What a signed-in person may ask about himself. */
export const membershipRoutes = {
  'apps/list-installations-for-authenticated-user': (call) => {
    const { world } = call;
    const installations = reached(world, personOf(call)).length > 0 ? [world.app] : [];
    return paged(
      call,
      installations,
      () => renderInstallation(world),
      (page, total) => ({ total_count: total, installations: page }),
    );
  },
  'apps/list-installation-repos-for-authenticated-user': (call) => {
    const { world, params } = call;
    const person = personOf(call);
    if (Number(params.installation_id) !== world.app.installationId) throw notFound();
    return paged(
      call,
      reached(world, person),
      (repository) => ({
        ...renderRepository(world, repository),
        permissions: permissionsOf(repository, person.login),
      }),
      (repositories, total) => ({ total_count: total, repositories }),
    );
  },
  'orgs/get-membership-for-authenticated-user': (call) => {
    const { world, params } = call;
    const person = personOf(call);
    const role = world.organizationRoles.get(person.login.toLowerCase());
    if (params.org?.toLowerCase() !== world.owner.login.toLowerCase() || role === undefined) throw notFound();
    const organization = renderOrganization(world, world.owner);
    return ok({
      url: `${world.baseUrl}/user/memberships/orgs/${world.owner.login}`,
      state: 'active',
      role,
      organization_url: String(organization.url),
      organization,
      user: renderAccount(world, person),
    });
  },
} satisfies Routes;
