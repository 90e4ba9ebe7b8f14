import type { AccountKey } from '../../protocol/ids.ts';
import type { ProjectBody } from '../../protocol/projects.ts';
import { MAX_WRITABLE_SIDES, type Repository, type SideRepository } from '../../protocol/workspace.ts';
import { type Caller, mustReach } from '../access/caller.ts';
import { findRepository, findRepositoryNamed } from '../record/find-repository.ts';
import { ProblemError } from './problem.ts';
import { readRecord } from './read-record.ts';
import type { AppContext } from './route.ts';

/** By name, or by the id that a project has of it. */
export type AskedRepository = ProjectBody['repositories'][number] & { id?: number };

/**
 * What a session gets beside the repository that it works in. The caller must be an operator of each: work on it would
 * be his, and what Claude reads of it is shown to whoever sees the session.
 *
 * @throws ProblemError
 */
export async function placeRepositories(
  c: AppContext,
  caller: Caller,
  account: AccountKey,
  own: number,
  asked: readonly AskedRepository[],
): Promise<SideRepository[]> {
  const sides = await Promise.all(asked.map((one) => placeOne(c, caller, account, one)));
  if (sides.some(({ repository }) => repository.id === own)) {
    throw badRepositories('The repository that the session works in is among them.', 'Leave it out.');
  }
  const writable = sides.filter(({ access }) => access === 'write').length;
  if (writable > MAX_WRITABLE_SIDES) {
    const remedy = 'Have those that are only looked at opened with "access": "read".';
    throw badRepositories(`${writable} are to be written to; ${MAX_WRITABLE_SIDES} can be.`, remedy);
  }
  return sides;
}

async function placeOne(
  c: AppContext,
  caller: Caller,
  account: AccountKey,
  { access, base, ...asked }: AskedRepository,
): Promise<SideRepository> {
  const repository = await reachRepository(c, caller, account, asked);
  return { repository, access, base: base ?? repository.defaultBranch, branch: null };
}

/** A repository of the account that the App reaches and the caller may have worked in. @throws ProblemError */
export async function reachRepository(
  c: AppContext,
  caller: Caller,
  account: AccountKey,
  { id, repository: name }: Pick<AskedRepository, 'id' | 'repository'>,
): Promise<Repository> {
  const found = await readRecord(c, (db) =>
    id === undefined ? findRepositoryNamed(db, account, name) : findRepository(db, id),
  );
  if (found === null || found.account !== account) {
    throw new ProblemError(422, 'app_not_installed', {
      title: 'The GitHub App is not installed there',
      detail: `The App reaches no repository ${name} of ${account}.`,
      remedy: `Install the App on ${name}, or give the repository access in the App's settings.`,
    });
  }
  const { repository } = found;
  mustReach(caller, { account, repositoryId: repository.id }, 'operator', `repository ${name}`);
  return repository;
}

function badRepositories(detail: string, remedy: string): ProblemError {
  return new ProblemError(422, 'invalid_body', {
    title: 'The repositories do not fit',
    detail,
    remedy,
    errors: [{ path: 'repositories', message: detail }],
  });
}
