import type { AppManifests } from './app-manifests.ts';
import type { TokenStore } from './auth/installation-tokens.ts';
import type { UserAuthorization } from './auth/user-authorization.ts';
import type { JsonObject } from './json.ts';
import type { Account, AccountType, App, Issue, Permission, PullIssue, Repository } from './model.ts';
import { notFound } from './refusal.ts';
import type { UserImages } from './user-images.ts';
import type { DeliveryLog } from './webhooks/delivery-log.ts';
import type { WebhookTarget } from './webhooks/send-webhook.ts';

/** Something that happened and that GitHub would tell the App's webhook about. */
export type Announcement = {
  event: string;
  action?: string;
  repository: Repository;
  sender: Account;
  /** The parts of the payload that belong to the event, such as `issue` and `comment`. */
  fields: JsonObject;
};

/** The double's whole state, and the few effects its routes have. */
export type World = {
  /** `http://127.0.0.1:port`, of the REST API, of git and of the pages alike. */
  baseUrl: string;
  app: App;
  owner: Account;
  accounts: Map<string, Account>;
  repositories: Repository[];
  tokens: TokenStore;
  userTokens: Map<string, Account>;
  authorization: UserAuthorization;
  /** What people are in the owner's organization, by lower-case login. */
  organizationRoles: Map<string, 'admin' | 'member'>;
  manifests: AppManifests;
  deliveries: DeliveryLog;
  images: UserImages;
  dataDir: string;
  nextId: () => number;
  now: () => number;
  /** Sends the webhook in the background. A target that fails is only noted in the delivery log. */
  announce: (announcement: Announcement) => void;
  /** Sends the webhook of an installation in the background. */
  installApp: () => void;
  setWebhookTarget: (target: WebhookTarget) => void;
  /** Redelivers in the background. */
  redeliver: (deliveryId: number) => void;
};

export const fullName = (repository: Repository): string => `${repository.owner.login}/${repository.name}`;

export const timestamp = (ms: number): string => new Date(ms).toISOString().replace(/\.\d{3}Z$/, 'Z');

/** The account of that login, created when it is new; logins differ by more than case. */
export function accountOf(world: World, login: string, type?: AccountType): Account {
  const key = login.toLowerCase();
  const known = world.accounts.get(key);
  if (known) return known;
  const account: Account = {
    id: world.nextId(),
    login,
    type: type ?? (login.endsWith('[bot]') ? 'Bot' : 'User'),
  };
  world.accounts.set(key, account);
  return account;
}

export function findRepository(world: World, owner: string, name: string): Repository | undefined {
  const wanted = `${owner}/${name}`.toLowerCase();
  return world.repositories.find((repository) => fullName(repository).toLowerCase() === wanted);
}

/** By `owner/name`, or by the name alone for a repository of the double's owner. Throws when there is none. */
export function repositoryNamed(world: World, name: string): Repository {
  const [first = '', second] = name.split('/');
  const found =
    second === undefined
      ? findRepository(world, world.owner.login, first)
      : findRepository(world, first, second);
  if (!found) throw new Error(`The GitHub double has no repository ${name}; name it in the options.`);
  return found;
}

export function issueOf(repository: Repository, number: number | string): Issue {
  const issue = repository.issues.get(Number(number));
  if (!issue) throw notFound();
  return issue;
}

export function pullOf(repository: Repository, number: number | string): PullIssue {
  const issue = issueOf(repository, number);
  if (!isPull(issue)) throw notFound();
  return issue;
}

export const isPull = (issue: Issue): issue is PullIssue => issue.pull !== null;

export function permissionOf(repository: Repository, login: string): Permission {
  const key = login.toLowerCase();
  if (repository.owner.login.toLowerCase() === key) return 'admin';
  return repository.collaborators.get(key) ?? (repository.private ? 'none' : 'read');
}

/** GitHub's `author_association` of somebody who wrote on this repository. */
export function associationOf(repository: Repository, author: Account): string {
  if (author.id === repository.owner.id) return 'OWNER';
  if (author.type === 'Bot') return 'NONE';
  const permission = permissionOf(repository, author.login);
  if (permission === 'none' || permission === 'read') return 'NONE';
  return repository.owner.type === 'Organization' ? 'MEMBER' : 'COLLABORATOR';
}
