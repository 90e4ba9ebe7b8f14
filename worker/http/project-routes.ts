import type { AccountKey } from '../../protocol/ids.ts';
import { type Project, type ProjectBody, projectBodySchema, projectSchema } from '../../protocol/projects.ts';
import { type Caller, mustReach } from '../access/caller.ts';
import { roleFor } from '../access/reach.ts';
import { accountOf } from '../account/account-of.ts';
import { findRepositoryNamed } from '../record/find-repository.ts';
import { catalogRoutes } from './catalog-routes.ts';
import { ProblemError } from './problem.ts';
import { readRecord } from './read-record.ts';
import type { AppContext, Route } from './route.ts';

const BODY = {
  name: 'shop',
  description: 'The shop and what it is made of.',
  repositories: [
    { repository: 'octo/shop', access: 'write' as const, base: null },
    { repository: 'octo/design', access: 'read' as const, base: 'main' },
  ],
  options: { labels: ['node'] },
};

const EXAMPLE: Project = {
  ...BODY,
  repositories: BODY.repositories.map((one, index) => ({ ...one, id: 98_765 + index })),
  id: '0a8f7a3b-1c7e-4c0e-9d53-0b8f7a3b1c7e',
  createdAt: 1_763_700_000_000,
  createdBy: 'octocat',
  updatedAt: 1_763_700_000_000,
  updatedBy: 'octocat',
};

export const projectRoutes: Route[] = catalogRoutes({
  one: 'project',
  operation: 'Project',
  path: '/api/projects',
  tag: 'Projects',
  about:
    'Repositories that belong together, with the options of tasks that work on them. Shown to those who may see all of its repositories.',
  body: projectBodySchema,
  view: projectSchema,
  bodyExample: BODY,
  example: EXAMPLE,
  problems: ['app_not_installed', 'record_unavailable'],
  desk: (env, account) => accountOf(env, account).projects,
  prepare: (c, caller, account, body) => prepare(c, caller, account, projectBodySchema.parse(body)),
  visible: async (_c, caller, account, items) => items.filter((item) => seesProject(caller, account, item)),
  mustChange: async (_c, caller, account, item) => mustOperate(caller, account, item),
  show: (item) => item,
});

/** Its repositories with their ids. The caller must be an operator of each: work on it would be his. */
async function prepare(c: AppContext, caller: Caller, account: AccountKey, body: ProjectBody) {
  const repositories = await Promise.all(
    body.repositories.map(async (one) => {
      const found = await readRecord(c, (db) => findRepositoryNamed(db, account, one.repository));
      if (found === null) throw notInstalledProblem(account, one.repository);
      const { id } = found.repository;
      mustReach(caller, { account, repositoryId: id }, 'operator', `repository ${one.repository}`);
      return { ...one, id };
    }),
  );
  return { ...body, repositories };
}

/** Whether somebody may see a project: all that it is made of. */
export function seesProject(caller: Caller, account: AccountKey, { repositories }: Project): boolean {
  return repositories.every(({ id }) => roleFor(caller.reach, { account, repositoryId: id }) !== null);
}

/** @throws ProblemError unless somebody may have work done on all of it */
export function mustOperate(caller: Caller, account: AccountKey, { name, repositories }: Project): void {
  for (const { id } of repositories) {
    mustReach(caller, { account, repositoryId: id }, 'operator', `project called ${name}`);
  }
}

function notInstalledProblem(account: AccountKey, name: string): ProblemError {
  return new ProblemError(422, 'app_not_installed', {
    title: 'The GitHub App is not installed there',
    detail: `The App reaches no repository ${name} of ${account}.`,
    remedy: `Install the App on ${name}, or give the repository access in the App's settings.`,
  });
}
