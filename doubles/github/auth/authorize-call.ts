import type { Issue, Repository } from '../model.ts';
import { forbidden, notFound, Refusal } from '../refusal.ts';
import { permissionOf } from '../world.ts';
import type { Caller } from './identify-caller.ts';
import { allows, reaches } from './installation-tokens.ts';
import { acceptedPermissions, type Need } from './operation-permissions.ts';

const WRITERS = new Set(['admin', 'maintain', 'write']);

function authorizeUser(caller: Caller & { kind: 'user' }, need: Need, repository: Repository): void {
  const permission = permissionOf(repository, caller.account.login);
  if (permission === 'none') throw notFound();
  const contents = need.kind === 'permission' && need.name !== 'issues' && need.name !== 'pull_requests';
  if ('access' in need && need.access === 'write' && contents && !WRITERS.has(permission)) {
    throw new Refusal(403, 'Must have push access to view or change this.');
  }
}

/**
 * Throws what GitHub answers when the caller may not do this: 401 for the wrong kind of credential, 404 for a
 * repository out of reach (its existence is not disclosed), 403 for a permission that is missing.
 */
export function authorizeCall(caller: Caller, need: Need, repository?: Repository, issue?: Issue): void {
  if (need.kind === 'anybody') return;
  if (need.kind === 'app') {
    if (caller.kind !== 'app') throw new Refusal(401, 'A JSON web token could not be decoded');
    return;
  }
  if (caller.kind === 'app') throw forbidden();
  if (need.kind === 'token') {
    if (caller.kind === 'anonymous') throw new Refusal(401, 'Requires authentication');
    return;
  }
  if (!repository) throw notFound();
  if (caller.kind === 'user') {
    authorizeUser(caller, need, repository);
    return;
  }
  if (caller.kind === 'anonymous') {
    if (repository.private) throw notFound();
    if (need.access === 'write') throw new Refusal(401, 'Requires authentication');
    return;
  }
  const { grant } = caller;
  if (!reaches(grant, repository))
    throw repository.private || !repository.installed ? notFound() : forbidden();
  const accepted = acceptedPermissions(need, issue);
  if (!accepted.some((name) => allows(grant.permissions, name, need.access))) throw forbidden();
}
