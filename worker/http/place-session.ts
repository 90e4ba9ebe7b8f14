import type { Project } from '../../protocol/projects.ts';
import type { Workspace } from '../../protocol/workspace.ts';
import { accountFor, accountNamed } from '../access/account-for.ts';
import type { Caller } from '../access/caller.ts';
import { accountOf } from '../account/account-of.ts';
import { findRepository } from '../record/find-repository.ts';
import { reachRepository } from './place-repositories.ts';
import type { CreateSession, PlacedSession } from './plan-session.ts';
import { notFoundProblem, ProblemError } from './problem.ts';
import { mustOperate, seesProject } from './project-routes.ts';
import { readRecord } from './read-record.ts';
import type { AppContext } from './route.ts';

/** Where a session is to work: as its call says, or in the repository or project that it names. @throws ProblemError */
export async function placeSession(
  c: AppContext,
  caller: Caller,
  { workspace, project: name, repository, ref, ...body }: CreateSession,
): Promise<PlacedSession> {
  if (workspace !== undefined) return { ...body, workspace };
  if (repository !== undefined) {
    const account = accountNamed(c, caller, body.account);
    const found = await reachRepository(c, caller, account, { repository });
    const at = ref ?? { kind: 'branch' as const, base: found.defaultBranch };
    return { ...body, account, workspace: { type: 'github', repository: found, ref: at } };
  }
  if (name === undefined)
    throw new Error('A session needs a workspace or a project; the body was not checked.');
  const account = accountFor(c, caller, body.account, 'viewer');
  const project = await accountOf(c.env, account).projects.find(name);
  if (project === null || !seesProject(caller, account, project))
    throw notFoundProblem(`project called ${name}`);
  mustOperate(caller, account, project);
  const { id, repositories } = project;
  const first = repositories.find(({ access }) => access === 'write');
  return {
    ...body,
    account,
    workspace: await workspaceOf(c, project),
    repositories: repositories.filter((one) => one !== first),
    project: { id, name: project.name, repositories },
  };
}

/** Its first repository that is written to. */
async function workspaceOf(c: AppContext, { name, repositories }: Project): Promise<Workspace> {
  const first = repositories.find(({ access }) => access === 'write');
  const found = first === undefined ? null : await readRecord(c, (db) => findRepository(db, first.id));
  if (first === undefined || found === null) {
    throw new ProblemError(422, 'app_not_installed', {
      title: 'The GitHub App is not installed there',
      detail: `The App can't reach ${first?.repository ?? 'any repository'} of the project ${name}.`,
      remedy: "Give the repository access in the App's settings, or take it out of the project.",
    });
  }
  const { repository } = found;
  const ref = { kind: 'branch' as const, base: first.base ?? repository.defaultBranch };
  return { type: 'github', repository, ref };
}
