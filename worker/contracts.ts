import type { Attachment } from '../protocol/attachments.ts';
import type { AttentionItem } from '../protocol/attention.ts';
import type { LoggedEvent } from '../protocol/events.ts';
import type { FleetView, RunnerView } from '../protocol/fleet-view.ts';
import type { DeliveryView } from '../protocol/http.ts';
import type { AccountKey, ConversationKey, RunnerId, SessionId, TaskId } from '../protocol/ids.ts';
import type { Job } from '../protocol/job.ts';
import type { QueueView } from '../protocol/queue.ts';
import type { RegistrationTokenView } from '../protocol/registration.ts';
import type { Metadata, SessionProject, SessionView } from '../protocol/session.ts';
import type { IfFailed, MessageSource, MessageView, Person, TaskQueue, TaskView } from '../protocol/task.ts';
import type { Concurrency, Priority, TaskOptions } from '../protocol/task-options.ts';
import type { Repository, SideRepository, Workspace } from '../protocol/workspace.ts';
import type { RunnerBound } from './fleet/runner-bound.ts';
import type { GitHubThread, GitHubWrite } from './github-write.ts';
import type { Sample } from './metrics/observation.ts';

/*
 * What the Durable Objects say to each other and what the HTTP routes ask of them, over Workers RPC.
 * Everything is plain data (structured clone). Expected refusals are values; anything thrown is a bug or an
 * outage, and the caller's outbox tries again.
 */

export type Refused = { status: 'refused'; code: RefusalCode; message: string; remedy: string };
export type RefusalCode =
  | 'not_found'
  | 'conflict'
  | 'not_allowed'
  | 'fenced'
  | 'unauthorized'
  | 'queue_full'
  | 'invalid';

export type NewSession = {
  id: SessionId;
  key: ConversationKey;
  account: AccountKey;
  title: string;
  source: MessageSource;
  workspace: Workspace;
  /** Null for conversations that are not on GitHub. */
  thread: GitHubThread | null;
  /** Through which the App reached the workspace's repository, where there is one and no thread leads to it. */
  installationId?: number | null;
  assignee?: string;
  labels?: string[];
  metadata?: Metadata;
  project?: SessionProject;
  /** What lies beside the workspace; branches are named once the session is made. */
  repositories?: SideRepository[];
};

export type ReviewOf = { headSha: string; base: string };

export type TaskRequest = {
  /** Names the trigger, the same for every copy of it: a second one answers with the first one's result. */
  triggerId: string;
  source: MessageSource;
  requester: Person;
  request: string;
  /** The thread as an already framed, untrusted block. */
  context: string | null;
  /** Images that came with it. */
  attachments?: Attachment[] | undefined;
  options: TaskOptions;
  name?: string | undefined;
  /** The commit of a pull request that the task reviews, and the branch that it is for. */
  reviewOf?: ReviewOf | undefined;
  /** It waits for `start`. */
  held?: true | undefined;
  /** Tasks of the account that must end before it starts, and what follows when one fails. */
  after?: TaskId[] | undefined;
  ifFailed?: IfFailed | undefined;
};

export type SubmitResult =
  | { status: 'task_created'; task: TaskView; duplicate: boolean }
  | { status: 'message_queued'; task: TaskView; messageId: string; duplicate: boolean }
  | Refused;

export type TaskResult = { status: 'ok'; task: TaskView } | Refused;

export type SessionSnapshot = { session: SessionView; tasks: TaskView[]; messages: MessageView[] };

/** What a person wants done about something that is stuck. */
export type Attend = { action: 'retry'; by: string } | { action: 'dismiss'; by: string; reason: string };

/** An item of a list: its object knows it by lane and key. */
export type StuckWrite = { lane: string; key: string };

export type EventPage = { events: LoggedEvent[]; lastEventId: number };

/** `installationId`: of a session without a thread, as it was made. `repository`: another of the task's, if asked for. */
export type GitGrant = {
  status: 'granted';
  account: AccountKey;
  thread: GitHubThread | null;
  installationId: number | null;
  repository?: Repository;
};

/** What became of a parked write. `id` makes copies of the news known. */
export type AttendedWrite = {
  id: string;
  taskId: TaskId | null;
  what: string;
  change: 'retried' | 'dismissed' | 'given_up';
  by: string | null;
  reason: string | null;
};

export type FleetJob = {
  taskId: TaskId;
  sessionId: SessionId;
  /** One writing task at a time a key. */
  lockKey: string;
  labels: string[];
  /** Who asked for it: people take turns. */
  requester: string;
  priority: Priority;
  concurrency: Concurrency | null;
  /** What it works on: jobs of one project take about as long as each other. */
  project: string;
  /** The runner that has the worktree and the transcript. */
  preferredRunnerId: RunnerId | null;
  enqueuedAt: number;
  job: Job;
};

export type RegisteredRunner = { id: RunnerId; name: string; credential: string; labels: string[] };

export type NewRegistrationToken = {
  name: string | null;
  labels: string[];
  expiresAt: number;
  /** What the runner is bound to; any work when left out. */
  bound?: RunnerBound;
};

/** Where a queued job stands; all empty when a runner has it already. */
export type QueueAnswer = ({ status: 'queued' } & TaskQueue & { ahead: number }) | Refused;

/** `place`: how many jobs to pass over. */
export type QueuePageAsk = { place: number; limit: number };
export type QueuePage = Omit<QueueView, 'next'>;

export interface FleetRpc {
  /** Idempotent by task id: a job that is queued or leased stays as it is. */
  enqueue(job: FleetJob): Promise<QueueAnswer>;
  /** The queue in the order in which it is looked at, from a place on. */
  queuePage(page: QueuePageAsk): Promise<QueuePage>;
  /** The job is over: its lease ends and the next one is matched. Unknown jobs and old epochs are ignored. */
  release(taskId: TaskId, epoch: number): Promise<void>;
  /** Takes a job out of the queue or revokes its lease. */
  withdraw(taskId: TaskId, reason: string): Promise<void>;
  registerRunner(account: AccountKey, name: string): Promise<RegisteredRunner>;
  makeRegistrationToken(
    account: AccountKey,
    asked: NewRegistrationToken,
  ): Promise<{ status: 'made'; id: string; token: string; expiresAt: number } | Refused>;
  registrationTokens(): Promise<RegistrationTokenView[]>;
  /** @returns whether there was such a token. */
  revokeRegistrationToken(id: string): Promise<boolean>;
  /** Uses a token up. Repeated with the same nonce it gives the same runner a fresh credential. */
  register(
    account: AccountKey,
    token: string,
    runner: { nonce: string; name: string | null },
  ): Promise<({ status: 'registered' } & RegisteredRunner) | Refused>;
  removeRunner(runnerId: RunnerId): Promise<boolean>;
  /** Has a runner take no new jobs, or takes that back. Null when there is no such runner. */
  drainRunner(runnerId: RunnerId, drainAsked: boolean): Promise<RunnerView | null>;
  /** Whether this is a runner that was not removed, and the task none that it may not have. */
  knowsRunner(runnerId: RunnerId, taskId: TaskId): Promise<boolean>;
  /** Lengthens the life of a runner that a run of a workflow has started. @returns whether it is its own. */
  renewJobRunner(runnerId: RunnerId, by: Omit<RunnerBound, 'label'>): Promise<boolean>;
  /** Constant-time check of a runner's credential. */
  runnerOf(credential: string): Promise<{ id: RunnerId; name: string } | null>;
  view(): Promise<FleetView>;
  /** What is stuck in the queue, the leases and the Fleet's own messages. */
  attention(account: AccountKey): Promise<AttentionItem[]>;
  attend(
    item: StuckWrite | { taskId: TaskId; epoch: number } | { taskId: TaskId },
    how: Attend,
  ): Promise<boolean>;
  /** What the Fleet and its runners are doing, for /metrics. */
  metrics(): Promise<Sample[]>;
  /** Looks after what an alarm that never rang has left undone. */
  sweep(): Promise<void>;
  runner(runnerId: RunnerId): Promise<RunnerView | null>;
}

/** For which attempt a token was asked. */
export type TokenHolder = { taskId: TaskId; epoch: number };

export type IncomingDelivery = {
  id: string;
  event: string;
  /** The raw body, already verified against its signature. */
  payload: string;
  receivedAt: number;
};

export interface InstallationRpc {
  /** Stores the delivery in one atomic insert; handlers run after the answer. */
  accept(account: AccountKey, delivery: IncomingDelivery): Promise<'stored' | 'duplicate' | 'full'>;
  deliveries(cursor: string | null, limit: number): Promise<{ items: DeliveryView[]; next: string | null }>;
  retryDelivery(deliveryId: string): Promise<boolean>;
  /** What is stuck here, and what the account's sessions have reported. */
  attention(account: AccountKey): Promise<AttentionItem[]>;
  attend(item: StuckWrite | { deliveryId: string }, how: Attend): Promise<boolean>;
  /** Session → Installation: everything of a session that is stuck; none takes the session off the list. */
  reportAttention(sessionId: SessionId, items: AttentionItem[], atMs: number): Promise<void>;
  /** Deliveries, writes, requests to GitHub and caches, for /metrics. */
  metrics(): Promise<Sample[]>;
  /** Looks after what an alarm that never rang has left undone. */
  sweep(): Promise<void>;
  /** Idempotent by key; a later write with a key replaces an unsent one. */
  write(account: AccountKey, sessionId: SessionId, write: GitHubWrite): Promise<void>;
  /** A token narrowed to one repository, contents read or write. Write tokens are minted anew for each push. */
  gitToken(
    account: AccountKey,
    installationId: number,
    repositoryId: number,
    access: 'read' | 'write',
    holder: TokenHolder,
  ): Promise<{ token: string; expiresAt: number }>;
  revokeToken(token: string): Promise<void>;
  /** Session → Installation: this attempt, and those before it, push nothing more. What is out is revoked. */
  endGitAccess(taskId: TaskId, epoch: number): Promise<void>;
}
