import type { FileChanges } from './git/commit-files.ts';
import type { Grants, Permission } from './model.ts';
import type { WebhookTarget } from './webhooks/send-webhook.ts';

export type RepositoryOptions = {
  name: string;
  /** A private repository unless this is false. */
  private?: boolean;
  defaultBranch?: string;
  /** Contents by path, for the first commit; a README when left out. */
  files?: Record<string, string>;
  /** False for a repository that the App was not given. */
  installed?: boolean;
};

export type UserOptions = {
  login: string;
  type?: 'User' | 'Bot';
  /** On every repository; `none` when left out. */
  permission?: Permission;
  /** By repository name, over `permission`. */
  permissions?: Record<string, Permission>;
  /** In the owner's organization; nothing when left out. */
  organizationRole?: 'admin' | 'member';
};

export type GitHubDoubleOptions = {
  /** A free one when left out. */
  port?: number;
  webhook?: WebhookTarget;
  app?: {
    id?: number;
    slug?: string;
    permissions?: Grants;
    /** Webhook events the App is subscribed to. */
    events?: string[];
    /** PEM of the App's RSA key; a new one when left out. */
    privateKey?: string;
  };
  owner?: { login: string; type: 'User' | 'Organization' };
  repositories?: RepositoryOptions[];
  users?: UserOptions[];
  /** Added to every request, as if GitHub were that far away. */
  latencyMs?: number;
  /** Where the bare repositories go; a temporary folder, removed on close, when left out. */
  dataDir?: string;
  /** Answers as GitHub does to more than 80 content-creating requests a minute. */
  enforceSecondaryLimit?: boolean;
  /** Epoch milliseconds. */
  now?: () => number;
};

export const DEFAULT_PERMISSIONS: Grants = {
  metadata: 'read',
  actions: 'read',
  contents: 'write',
  issues: 'write',
  pull_requests: 'write',
  checks: 'write',
  statuses: 'write',
};

export const DEFAULT_EVENTS = [
  'issues',
  'issue_comment',
  'pull_request',
  'pull_request_review',
  'pull_request_review_comment',
  'push',
  'check_run',
  'check_suite',
  'status',
];

export const DEFAULT_FILES: FileChanges = { 'README.md': '# Demo\n' };
