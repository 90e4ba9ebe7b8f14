import { createPublicKey } from 'node:crypto';
import { join } from 'node:path';
import { createAppManifests } from './app-manifests.ts';
import { createTokenStore } from './auth/installation-tokens.ts';
import { createUserAuthorization } from './auth/user-authorization.ts';
import { commitFiles } from './git/commit-files.ts';
import { createBareRepository } from './git/create-bare-repository.ts';
import { listRefs } from './git/read-refs.ts';
import type { Account, App, Permission, Repository } from './model.ts';
import {
  DEFAULT_EVENTS,
  DEFAULT_FILES,
  DEFAULT_PERMISSIONS,
  type GitHubDoubleOptions,
  type RepositoryOptions,
  type UserOptions,
} from './options.ts';
import { createUserImages } from './user-images.ts';
import { createDeliveryLog } from './webhooks/delivery-log.ts';
import { accountOf, type World } from './world.ts';

const FIRST_ID = 1_001;

const publicKeyOf = (privateKey: string): string =>
  createPublicKey(privateKey).export({ type: 'spki', format: 'pem' }).toString();

function createApp(options: GitHubDoubleOptions, privateKey: string, nextId: () => number, now: number): App {
  const slug = options.app?.slug ?? 'signalbox';
  return {
    id: options.app?.id ?? nextId(),
    slug,
    name: slug,
    clientId: `Iv23li${Buffer.from(slug).toString('hex').slice(0, 14)}`,
    publicKeyPem: publicKeyOf(privateKey),
    installationId: nextId(),
    permissions: options.app?.permissions ?? DEFAULT_PERMISSIONS,
    events: options.app?.events ?? DEFAULT_EVENTS,
    bot: { id: nextId(), login: `${slug}[bot]`, type: 'Bot' },
    installed: true,
    setupUrl: null,
    createdAt: now,
  };
}

function collaboratorsOf(name: string, users: UserOptions[]): Map<string, Permission> {
  return new Map(
    users.map(({ login, permission, permissions }) => [
      login.toLowerCase(),
      permissions?.[name] ?? permission ?? 'none',
    ]),
  );
}

function rolesOf(users: UserOptions[]): World['organizationRoles'] {
  return new Map(
    users.flatMap(({ login, organizationRole: role }) =>
      role === undefined ? [] : [[login.toLowerCase(), role] as const],
    ),
  );
}

/** Remembers the refs a repository starts with, so that only later ones are announced as pushes. */
export async function noteRefs(repository: Repository): Promise<void> {
  const refs = await listRefs(repository.gitDir, 'refs/heads');
  repository.announcedRefs = new Map(refs.map(({ name, sha }) => [name, sha]));
}

export function describeRepository(
  world: World,
  owner: Account,
  name: string,
  more: Pick<Repository, 'private' | 'fork' | 'installed' | 'defaultBranch' | 'collaborators'>,
): Repository {
  return {
    id: world.nextId(),
    owner,
    name,
    ...more,
    gitDir: join(world.dataDir, 'repositories', owner.login, `${name}.git`),
    createdAt: world.now(),
    labels: new Map(),
    issues: new Map(),
    checkRuns: new Map(),
    statuses: [],
    announcedRefs: new Map(),
    signedCommits: new Set(),
  };
}

async function addRepository(world: World, options: RepositoryOptions, users: UserOptions[]): Promise<void> {
  const defaultBranch = options.defaultBranch ?? 'main';
  const repository = describeRepository(world, world.owner, options.name, {
    private: options.private ?? true,
    fork: false,
    installed: options.installed ?? true,
    defaultBranch,
    collaborators: collaboratorsOf(options.name, users),
  });
  world.repositories.push(repository);
  await createBareRepository(repository.gitDir, defaultBranch);
  await commitFiles(repository.gitDir, {
    branch: defaultBranch,
    files: options.files ?? DEFAULT_FILES,
    message: 'Start',
    author: { name: world.owner.login, email: `${world.owner.login}@users.noreply.github.com` },
    at: world.now(),
  });
  await noteRefs(repository);
}

export type WorldDeps = {
  baseUrl: string;
  dataDir: string;
  privateKey: string;
  announce: World['announce'];
  redeliver: World['redeliver'];
  installApp: World['installApp'];
  setWebhookTarget: World['setWebhookTarget'];
};

/** Builds the double's state and its bare repositories from the options. */
export async function createWorld(options: GitHubDoubleOptions, deps: WorldDeps): Promise<World> {
  let id = FIRST_ID;
  const nextId = () => id++;
  const now = options.now ?? Date.now;
  const { privateKey, ...effects } = deps;
  const app = createApp(options, privateKey, nextId, now());
  const { login, type } = options.owner ?? { login: 'acme', type: 'Organization' as const };
  const owner: Account = { id: nextId(), login, type };
  const accounts = new Map([owner, app.bot].map((account) => [account.login.toLowerCase(), account]));
  const userTokens = new Map<string, Account>();
  const users = options.users ?? [];
  const world: World = {
    ...effects,
    app,
    owner,
    accounts,
    repositories: [],
    tokens: createTokenStore(),
    userTokens,
    authorization: createUserAuthorization({ clientId: app.clientId, userTokens, now }),
    organizationRoles: rolesOf(users),
    manifests: createAppManifests(),
    deliveries: createDeliveryLog(),
    images: createUserImages(),
    nextId,
    now,
  };
  for (const user of users) accountOf(world, user.login, user.type);
  await Promise.all(
    (options.repositories ?? [{ name: 'demo' }]).map((each) => addRepository(world, each, users)),
  );
  return world;
}
