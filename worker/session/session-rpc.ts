import type { AttentionItem } from '../../protocol/attention.ts';
import type { GitTokenBody } from '../../protocol/git-access.ts';
import type { SessionAnswer } from '../../protocol/http.ts';
import type { RunnerId, TaskId } from '../../protocol/ids.ts';
import type { SessionView } from '../../protocol/session.ts';
import type { Person } from '../../protocol/task.ts';
import type { GivenTaskOptions } from '../../protocol/task-options.ts';
import type { Repository } from '../../protocol/workspace.ts';
import type { CheckpointAnswer, CheckpointAsk } from '../checkpoint/checkpoint-ask.ts';
import type {
  Attend,
  AttendedWrite,
  EventPage,
  GitGrant,
  NewSession,
  Refused,
  SessionSnapshot,
  StuckWrite,
  SubmitResult,
  TaskRequest,
  TaskResult,
} from '../contracts.ts';
import type { GitHubWriteResult } from '../github-write.ts';
import type { HookAsk, HookTaken } from './attached/hook-ask.ts';
import type { DependencyEnd } from './dependencies.ts';
import type { SessionHead } from './session-head.ts';
import type { SessionOrders } from './session-orders.ts';

/** One conversation. WebSockets reach it through `fetch` with the paths of `session/socket-paths.ts`. */
export interface SessionRpc extends SessionOrders {
  /** Makes the session if it is new (else its title and thread are refreshed) and a task or a follow-up in it. */
  submit(session: NewSession, request: TaskRequest): Promise<SubmitResult>;
  /** Makes the session without a task. */
  create(session: NewSession): Promise<SessionView>;
  snapshot(): Promise<SessionSnapshot | null>;
  /** Without the messages, which may be many. */
  overview(): Promise<SessionAnswer | null>;
  head(): Promise<SessionHead | null>;
  eventsAfter(afterId: number, limit: number): Promise<EventPage | null>;
  /** Adds a task (queued behind a running one). Null session: `not_found`. */
  addTask(request: TaskRequest): Promise<TaskResult>;
  /** Steers the running task, or starts one when nothing runs. */
  addMessage(request: TaskRequest): Promise<SubmitResult>;
  /** `taskNumber` null: the task that is running or queued. */
  endTask(
    taskNumber: number | null,
    how: 'cancel' | 'stop',
    by: string,
    reason: string | null,
  ): Promise<TaskResult>;
  /** A new task from an old one (`retry`), or one that was stopped, paused or held goes on (`resume`). Null: the last. */
  repeatTask(
    taskNumber: number | null,
    how: 'retry' | 'resume',
    triggerId: string,
    by: Person,
    /** Instead of those that the task has. */
    options?: GivenTaskOptions,
  ): Promise<TaskResult>;

  /** Fleet → Session. Both are idempotent and in any order safe: the higher epoch wins. */
  jobAssigned(taskNumber: number, epoch: number, runner: { id: RunnerId; name: string }): Promise<void>;
  jobLost(taskNumber: number, epoch: number, reason: string): Promise<void>;

  /** Session → Session: a task there waits for one here. @returns how it ended; null: it will be told. */
  addDependent(taskNumber: number, dependent: TaskId): Promise<DependencyEnd | null>;
  /** Session → Session: a task that one here waits for has ended. */
  dependencyEnded(taskNumber: number, dependency: TaskId, ended: DependencyEnd): Promise<void>;

  /** Installation → Session: the repository has another name, address or default branch. */
  repositoryChanged(repository: Repository, formerBranch: string | null): Promise<void>;
  /** Installation → Session. */
  githubWritten(result: GitHubWriteResult): Promise<void>;
  /** Installation → Session: somebody attended to a write of this session that was parked, or time ran out for it. */
  writeAttended(news: AttendedWrite): Promise<void>;

  /** What of this session is stuck. */
  attention(): Promise<AttentionItem[]>;
  /** @returns whether there was such an item. */
  attend(item: StuckWrite, how: Attend): Promise<boolean>;
  /** Account → Session: whoever looks through this share link is let go. */
  endShare(shareId: string): Promise<void>;
  /** Looks after what an alarm that never rang has left undone. */
  sweep(): Promise<void>;

  /** Checkpoints and rescues: what a runner stores, or says of, the work of one attempt. */
  checkpoint(ask: CheckpointAsk): Promise<CheckpointAnswer>;

  /** What a Claude Code in somebody's terminal did. Copies change nothing. */
  report(ask: HookAsk): Promise<HookTaken>;

  /** For the token route: does this epoch hold the task, and may this tree leave the machine? */
  authorizeGit(taskNumber: number, runnerId: RunnerId, want: GitTokenBody): Promise<GitGrant | Refused>;
}
