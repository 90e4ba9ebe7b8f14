/** What the double remembers. Branches, commits and diffs are not here: they are read from git. Times are epoch milliseconds. */
import type { JsonObject } from './json.ts';

export type AccountType = 'User' | 'Organization' | 'Bot';
export type Account = { id: number; login: string; type: AccountType };

export type Permission = 'admin' | 'maintain' | 'write' | 'triage' | 'read' | 'none';
export type Access = 'read' | 'write';
/** Permissions of a GitHub App or of one of its tokens, such as `{ contents: 'write' }`. */
export type Grants = Record<string, Access>;

export type ReactionContent = '+1' | '-1' | 'laugh' | 'confused' | 'heart' | 'hooray' | 'rocket' | 'eyes';
export type Reaction = { id: number; content: ReactionContent; user: Account; createdAt: number };
export type Label = { id: number; name: string; color: string; description: string | null };

/** One version of a text; the first is what was posted. */
export type Edit = { body: string; at: number; by: string };

export type Comment = {
  id: number;
  issueNumber: number;
  author: Account;
  viaApp: boolean;
  body: string;
  edits: Edit[];
  reactions: Reaction[];
  createdAt: number;
  updatedAt: number;
};

export type Side = 'LEFT' | 'RIGHT';
export type ReviewComment = Comment & {
  path: string;
  line: number | null;
  startLine: number | null;
  side: Side;
  commitId: string;
  diffHunk: string;
  reviewId: number;
  inReplyToId: number | null;
  /** Of a comment that begins a thread. */
  isResolved?: boolean;
};

export type ReviewState = 'APPROVED' | 'CHANGES_REQUESTED' | 'COMMENTED' | 'PENDING';
export type Review = {
  id: number;
  author: Account;
  body: string;
  state: ReviewState;
  commitId: string;
  submittedAt: number;
};

export type Pull = {
  id: number;
  baseRef: string;
  headRef: string;
  headRepository: Repository;
  draft: boolean;
  maintainerCanModify: boolean;
  reviews: Review[];
  reviewComments: ReviewComment[];
  /** Issues of the same repository that somebody has linked to it by hand, by their numbers. */
  linkedIssues: Set<number>;
};

export type Issue = {
  id: number;
  number: number;
  title: string;
  body: string | null;
  state: 'open' | 'closed';
  stateReason: string | null;
  author: Account;
  viaApp: boolean;
  labels: Label[];
  comments: Comment[];
  reactions: Reaction[];
  createdAt: number;
  updatedAt: number;
  closedAt: number | null;
  pull: Pull | null;
};
export type PullIssue = Issue & { pull: Pull };

export type CheckRunStatus = 'queued' | 'in_progress' | 'completed' | 'waiting' | 'requested' | 'pending';
export type CheckRun = {
  id: number;
  name: string;
  headSha: string;
  status: CheckRunStatus;
  conclusion: string | null;
  detailsUrl: string;
  externalId: string;
  output: { title: string | null; summary: string | null; text: string | null };
  annotations: JsonObject[];
  actions: JsonObject[];
  startedAt: number | null;
  completedAt: number | null;
  /** How often the run was written, the creation included. */
  writes: number;
  /** Of GitHub Actions: a job of a workflow, with its log. Left out of what this App makes. */
  job?: { log: string };
};

export type CommitStatus = {
  id: number;
  sha: string;
  state: string;
  context: string;
  description: string | null;
  targetUrl: string | null;
  creator: Account;
  createdAt: number;
};

export type Repository = {
  id: number;
  owner: Account;
  name: string;
  private: boolean;
  fork: boolean;
  /** Whether the App is installed on it; a contributor's fork is out of its reach. */
  installed: boolean;
  defaultBranch: string;
  /** The bare repository that git serves. */
  gitDir: string;
  createdAt: number;
  collaborators: Map<string, Permission>;
  labels: Map<string, Label>;
  issues: Map<number, Issue>;
  checkRuns: Map<number, CheckRun>;
  statuses: CommitStatus[];
  /** Branch heads already announced by a `push` webhook: what the next push is compared with. */
  announcedRefs: Map<string, string>;
  /** Commits that were made over the API by the App itself, which GitHub signs. */
  signedCommits: Set<string>;
};

export type App = {
  id: number;
  slug: string;
  name: string;
  clientId: string;
  publicKeyPem: string;
  installationId: number;
  permissions: Grants;
  events: string[];
  bot: Account;
  /** On the double's owner. One that was made of a manifest is not yet. */
  installed: boolean;
  /** Where a person is sent who has installed it. */
  setupUrl: string | null;
  createdAt: number;
};
