import type { RunnerMetrics } from '../../protocol/control-socket.ts';
import type { AccountKey, RunnerId, SessionId, TaskId } from '../../protocol/ids.ts';
import type { Concurrency, Priority } from '../../protocol/task-options.ts';
import type { RunnerBound } from './runner-bound.ts';

/** A job without its body, as the matcher looks at it. Times are ms since 1970. */
export type QueuedJob = {
  taskId: TaskId;
  sessionId: SessionId;
  lockKey: string;
  labels: readonly string[];
  /** Who asked for it: people take turns. */
  requester: string;
  priority: Priority;
  concurrency: Concurrency | null;
  /** What it works on: jobs of one project take about as long as each other. */
  project: string;
  /** GitHub's ids of the repositories that it is given; unknown in rows of an earlier build. */
  repositories?: readonly number[];
  preferredRunnerId: RunnerId | null;
  /** When the session asked for it; gives its place in the queue and stays through requeues. */
  enqueuedAt: number;
  /** The latest time the session asked for it; copies of older requests come too late. */
  requestedAt: number;
  /** Since when it has nobody to work on it: its arrival, or its last runner's last sign of life. */
  waitingSince: number;
  /** Runners that declined it, why, and until when they are not asked again. */
  avoid: readonly { runnerId: RunnerId; untilMs: number; message?: string }[];
};

/** A job that a runner holds. It lives as long as the runner's control socket does. */
export type Lease = QueuedJob & {
  runnerId: RunnerId;
  epoch: number;
  /** When the runner got it; unknown in rows of an earlier build. */
  leasedAt?: number;
};

export type RunnerRow = {
  id: RunnerId;
  account: AccountKey;
  name: string;
  /** SHA-256 of the credential, hex. */
  credentialHash: string;
  labels: readonly string[];
  capacity: number;
  version: string | null;
  claudeVersion: string | null;
  platform: string | null;
  /** Its own word, until it says hello again. */
  draining: boolean;
  /** A person has it take no new jobs, until that is taken back. */
  drainAsked?: boolean;
  metrics: RunnerMetrics | null;
  lastSeenAt: number | null;
  /** Since when the runner has no control socket; null while it has one or never had one. */
  missingSince: number | null;
  createdAt: number;
  /** Set where a run of a workflow started it inside its job. */
  bound?: RunnerBound;
};
