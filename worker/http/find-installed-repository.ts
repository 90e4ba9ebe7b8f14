import type { Workspace } from '../../protocol/workspace.ts';
import { findRepository, type InstalledRepository } from '../record/find-repository.ts';
import { ProblemError } from './problem.ts';
import { readRecord } from './read-record.ts';
import type { AppContext } from './route.ts';

/** The App's knowledge of a workspace's repository. @throws ProblemError when the App can't reach it */
export async function findInstalledRepository(
  c: AppContext,
  workspace: Extract<Workspace, { type: 'github' }>,
): Promise<InstalledRepository> {
  const { id, owner, name } = workspace.repository;
  const found = await readRecord(c, (db) => findRepository(db, id));
  if (found !== null) return found;
  throw new ProblemError(422, 'app_not_installed', {
    title: 'The GitHub App is not installed there',
    detail: `The App can't reach the repository ${owner}/${name} (id ${id}).`,
    remedy: `Install the App on ${owner}/${name}, or give the repository access in the App's settings.`,
  });
}
