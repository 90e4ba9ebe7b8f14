import { z } from 'zod';
import type { Role } from '../../protocol/access.ts';
import type { AccountKey } from '../../protocol/ids.ts';

/** What GitHub gives somebody in one account, through this App. */
export type PersonAccess = {
  account: AccountKey;
  /** In the account as a whole; null: only its repositories. */
  role: Role | null;
  /** `all`: GitHub lets an owner read every repository. */
  repositories: 'all' | [id: number, role: Role][];
};

/** Asks GitHub with a person's own token. Answers what came, whatever its status. */
export type AskGitHub = (path: string) => Promise<{ status: number; body: unknown }>;

/** GitHub did not give an answer that could be used. */
export class GitHubAnswerError extends Error {
  override name = 'GitHubAnswerError';
  readonly status: number;

  constructor(path: string, status: number) {
    super(`GitHub answered ${status} to GET ${path}.`);
    this.status = status;
  }
}

const PAGE = 100;

/** Bounds of a person's reach: what lies beyond is out of it. */
const MAX_INSTALLATIONS = 50;
const MAX_REPOSITORY_PAGES = 20;

const installationsSchema = z.object({
  installations: z.array(
    z.object({
      id: z.int(),
      account: z.object({ id: z.int(), login: z.string() }),
      target_type: z.string(),
      suspended_at: z.string().nullish(),
    }),
  ),
});
type Installation = z.output<typeof installationsSchema>['installations'][number];

const repositoriesSchema = z.object({
  repositories: z.array(
    z.object({
      id: z.int(),
      permissions: z
        .object({
          admin: z.boolean(),
          maintain: z.boolean().optional(),
          push: z.boolean(),
          pull: z.boolean(),
        })
        .optional(),
    }),
  ),
});
type Permissions = z.output<typeof repositoriesSchema>['repositories'][number]['permissions'];

const membershipSchema = z.object({ state: z.string(), role: z.string() });

/** What somebody reaches on GitHub through this App. @throws GitHubAnswerError */
export async function readPersonAccess(ask: AskGitHub, person: { id: number }): Promise<PersonAccess[]> {
  const path = `/user/installations?per_page=${MAX_INSTALLATIONS}`;
  const { installations } = installationsSchema.parse(await read(ask, path));
  const active = installations.filter(({ suspended_at: suspended }) => (suspended ?? null) === null);
  const all = await Promise.all(active.map((installation) => readInstallation(ask, installation, person)));
  return all.filter(({ role, repositories }) => role !== null || repositories.length > 0);
}

async function readInstallation(
  ask: AskGitHub,
  { id, account, target_type: type }: Installation,
  person: { id: number },
): Promise<PersonAccess> {
  const key: AccountKey = `github:${account.id}`;
  const role = account.id === person.id ? 'admin' : await readAccountRole(ask, account.login, type);
  // Who owns an account reads all that is in it, also what joins it later.
  if (role === 'admin') return { account: key, role, repositories: 'all' };
  return { account: key, role, repositories: await readRepositories(ask, id) };
}

/**
 * An owner of the organization decides about it. A member has his repositories only: what belongs to the account as a
 * whole tells of every repository.
 */
async function readAccountRole(ask: AskGitHub, login: string, type: string): Promise<Role | null> {
  if (type !== 'Organization') return null;
  const path = `/user/memberships/orgs/${encodeURIComponent(login)}`;
  const { status, body } = await ask(path);
  // 403: the App was not given the organization's members to read; then nobody is known to own it.
  if (status === 403 || status === 404) return null;
  if (status !== 200) throw new GitHubAnswerError(path, status);
  const membership = membershipSchema.parse(body);
  if (membership.state !== 'active') return null;
  return membership.role === 'admin' ? 'admin' : null;
}

async function readRepositories(ask: AskGitHub, installationId: number): Promise<[number, Role][]> {
  const found: [number, Role][] = [];
  for (let page = 1; page <= MAX_REPOSITORY_PAGES; page += 1) {
    const path = `/user/installations/${installationId}/repositories?per_page=${PAGE}&page=${page}`;
    const { repositories } = repositoriesSchema.parse(await read(ask, path));
    for (const { id, permissions } of repositories) {
      const role = roleOf(permissions);
      if (role !== null) found.push([id, role]);
    }
    if (repositories.length < PAGE) break;
  }
  return found;
}

function roleOf(permissions: Permissions): Role | null {
  if (permissions === undefined || !permissions.pull) return null;
  if (permissions.admin) return 'admin';
  return permissions.maintain === true || permissions.push ? 'operator' : 'viewer';
}

async function read(ask: AskGitHub, path: string): Promise<unknown> {
  const { status, body } = await ask(path);
  if (status !== 200) throw new GitHubAnswerError(path, status);
  return body;
}
