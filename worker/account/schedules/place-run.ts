import type { AccountKey } from '../../../protocol/ids.ts';
import type { Schedule } from '../../../protocol/schedules.ts';
import type { SessionProject } from '../../../protocol/session.ts';
import type { SideRepository, Workspace } from '../../../protocol/workspace.ts';
import type { Env } from '../../env.ts';
import { findRepository } from '../../record/find-repository.ts';
import { openRecord } from '../../record/open-record.ts';
import { accountOf } from '../account-of.ts';

/** Where a run works, and through which installation of the App. */
export type RunPlace = {
  status: 'placed';
  workspace: Workspace;
  installationId: number | null;
  project: SessionProject | null;
  /** What lies beside it. */
  repositories?: SideRepository[];
};
export type Misplaced = { status: 'refused'; reason: string };

/** Where a schedule's next run works. @throws when the record can't be asked */
export async function placeRun(
  env: Env,
  account: AccountKey,
  schedule: Schedule,
): Promise<RunPlace | Misplaced> {
  const { file, project, workspace } = schedule;
  if (file !== null) return inRepository(env, account, { id: file.repositoryId, name: file.repository });
  if (project !== null) return inProject(env, account, project);
  if (workspace === null) return refused('It names neither a project nor a workspace.');
  if (workspace.type !== 'github') {
    return { status: 'placed', workspace, installationId: null, project: null };
  }
  const { id, owner, name } = workspace.repository;
  const found = await inRepository(env, account, { id, name: `${owner}/${name}` });
  // Where it begins stays as it was asked for; the rest is what the App knows of the repository.
  if (found.status !== 'placed' || found.workspace.type !== 'github') return found;
  return { ...found, workspace: { ...found.workspace, ref: workspace.ref } };
}

async function inProject(env: Env, account: AccountKey, key: string): Promise<RunPlace | Misplaced> {
  const project = await accountOf(env, account).projects.find(key);
  if (project === null) return refused('Its project was deleted. Name another one.');
  const { id, name, repositories } = project;
  const first = repositories.find(({ access }) => access === 'write');
  if (first === undefined) return refused(`The project ${name} has no repository that is written to.`);
  const place = await inRepository(env, account, { id: first.id, name: first.repository }, first.base);
  if (place.status !== 'placed') return place;
  const sides: SideRepository[] = [];
  for (const other of repositories.filter((one) => one !== first)) {
    const found = await inRepository(env, account, { id: other.id, name: other.repository }, other.base);
    if (found.status !== 'placed') return found;
    if (found.workspace.type !== 'github' || found.workspace.ref.kind !== 'branch') continue;
    const { repository, ref } = found.workspace;
    sides.push({ repository, access: other.access, base: ref.base, branch: null });
  }
  const beside = sides.length === 0 ? {} : { repositories: sides };
  return { ...place, project: { id, name, repositories }, ...beside };
}

async function inRepository(
  env: Env,
  account: AccountKey,
  { id, name }: { id: number; name: string },
  base: string | null = null,
): Promise<RunPlace | Misplaced> {
  const found = await findRepository(openRecord(env), id);
  if (found === null || found.account !== account) {
    return refused(`The App can't reach ${name}. Give it access in the App's settings on GitHub.`);
  }
  const { repository, installationId } = found;
  const ref = { kind: 'branch' as const, base: base ?? repository.defaultBranch };
  return { status: 'placed', workspace: { type: 'github', repository, ref }, installationId, project: null };
}

function refused(reason: string): Misplaced {
  return { status: 'refused', reason };
}
