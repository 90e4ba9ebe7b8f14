import type { Attachment } from '../../protocol/attachments.ts';
import type { SessionId, TaskId } from '../../protocol/ids.ts';
import type { Project } from '../../protocol/projects.ts';
import type { Prompt } from '../../protocol/prompts.ts';
import type { RepositoryConfigState } from '../../protocol/repository-config.ts';
import type { GivenTaskOptions } from '../../protocol/task-options.ts';
import type { InstalledRepository } from '../record/find-repository.ts';
import type { SessionRpc } from '../session/session-rpc.ts';
import type { ThreadEntry } from './build-prompt.ts';
import type { PermissionAnswer } from './check-permission.ts';
import type { LinkedIssue } from './linked-issues.ts';
import type { PullRef, Trigger } from './read-payload.ts';
import type { DiffFile } from './review/parse-patch.ts';
import type { FindingThread } from './review/plan-review.ts';

/** What somebody with the right to it asked for on GitHub, and whether it was done. */
export type Deed = {
  action:
    | 'task.created'
    | 'message.posted'
    | 'task.stopped'
    | 'task.retried'
    | 'task.resumed'
    | 'task.approved'
    | 'task.finished'
    | 'task.gates_retried'
    | 'task.gates_overridden'
    | 'task.rejected'
    | 'task.reworked';
  taskId: TaskId | null;
  sessionId: SessionId;
  /** The code of a refusal; null when it was done. */
  refused: string | null;
};

export type TriggerDeps = {
  botName: string;
  permissionOf: (trigger: Pick<Trigger, 'thread' | 'author'>) => Promise<PermissionAnswer>;
  readThread: (trigger: Trigger) => Promise<ThreadEntry[]>;
  /** The pull request with the head that it had at the trigger. */
  readPull: (trigger: Trigger) => Promise<PullRef>;
  /** Issues that the conversation names, and those that are linked to the pull request, as they were at the trigger. */
  readLinked: (trigger: Trigger, named: readonly number[]) => Promise<LinkedIssue[]>;
  /** What a pull request changes up to that head. */
  readDiff: (trigger: Trigger, pull: PullRef) => Promise<DiffFile[]>;
  /** The diff of a pull request up to that commit, and the findings of earlier reviews. */
  readReview: (trigger: Trigger, pull: PullRef) => Promise<{ files: DiffFile[]; threads: FindingThread[] }>;
  /** Fetches the images of what was written and stores them with its session. */
  imagesOf: (trigger: Trigger, sessionId: SessionId) => Promise<Attachment[]>;
  /** What the repository's own file says. */
  configOf: (trigger: Pick<Trigger, 'thread'>) => Promise<RepositoryConfigState>;
  /** Options of tasks that the account has settled. */
  taskDefaults: (trigger: Trigger) => Promise<GivenTaskOptions>;
  /** A template of the account, by its name; null when there is none. */
  templateOf: (trigger: Trigger, name: string) => Promise<Prompt | null>;
  templateNames: (trigger: Trigger) => Promise<string[]>;
  /** A project of the account, by its name; null when there is none. */
  projectOf: (trigger: Trigger, name: string) => Promise<Project | null>;
  /** What the App knows of a repository of the account; null when it does not reach it. */
  repositoryOf: (id: number) => Promise<Pick<InstalledRepository, 'installationId' | 'repository'> | null>;
  session: (
    id: SessionId,
  ) => Pick<
    SessionRpc,
    'submit' | 'addTask' | 'endTask' | 'repeatTask' | 'decide' | 'orderTask' | 'snapshot' | 'overview'
  >;
  /** Both are queued, not waited for. */
  react: (trigger: Trigger, content: 'eyes' | 'confused') => void;
  reply: (trigger: Pick<Trigger, 'triggerId' | 'thread'>, body: string) => void;
  /** Has the account's audit log say what came of it; queued as well. */
  note: (trigger: Pick<Trigger, 'triggerId' | 'account' | 'author' | 'thread' | 'title'>, deed: Deed) => void;
};
