import type { Attached } from '../../protocol/attached.ts';
import type { Attachment } from '../../protocol/attachments.ts';
import type { RunnerEvent } from '../../protocol/events.ts';
import type { RunnerId, TaskId } from '../../protocol/ids.ts';
import { taskIdOf } from '../../protocol/ids.ts';
import type { QuestionView } from '../../protocol/questions.ts';
import type { SessionState } from '../../protocol/session.ts';
import type { Estimate, MessageView, Person, TaskView } from '../../protocol/task.ts';
import type { TaskOptions } from '../../protocol/task-options.ts';
import { NO_USAGE } from '../../protocol/usage.ts';
import type { NewSession, ReviewOf, TaskRequest } from '../contracts.ts';
import type { CheckAnnotation } from '../github-write.ts';
import { nameBranch } from './name-branch.ts';
import { nameSides, untouchedSides } from './side-repositories.ts';
import type { Admitted } from './take-admission.ts';

/** The session as its object stores it. Status, count and last event follow from the rest. */
export type SessionRecord = NewSession & {
  /** Given once; a new title does not rename it. */
  branch: string | null;
  claudeSessionId: string | null;
  /** What people want of it; `open` where it is left out. */
  state?: SessionState;
  /** The runner that has the worktree and Claude's transcript. */
  runnerId: RunnerId | null;
  /** It shows a Claude Code in somebody's terminal; no job is ever made in it. */
  attached?: Attached;
  createdAt: number;
  updatedAt: number;
};

/** What the tracking comment tells about the work, kept small so that it can be stored with each frame. */
export type TaskProgress = {
  turns: number;
  toolUses: number;
  lastTool: { name: string; input: string } | null;
  changes: { files: number; insertions: number; deletions: number } | null;
  failedGates: string[];
  /** The model's side makes Claude wait. */
  apiRetry: { attempt: number; status: number | null } | null;
  /** The turn failed and its runner takes it up again. Left out while it did not. */
  turnRetry?: { attempt: number; maxAttempts: number; message: string } | null;
};

export type Continues = NonNullable<Extract<RunnerEvent, { type: 'workspace.ready' }>['continues']>;

type Trees = NonNullable<Extract<RunnerEvent, { type: 'work.captured' }>['trees']>;

export type StagedCommits = Pick<
  Extract<RunnerEvent, { type: 'push.staged' }>,
  'sha' | 'tree' | 'branch' | 'ref' | 'commits'
> & {
  repositoryId: number;
  /** GitHub was asked to commit it. */
  asked: boolean;
  /** The last commit that GitHub made. */
  signed: string | null;
};

export type EndRequest = {
  how: 'cancel' | 'stop' | 'reject';
  by: string;
  reason: string | null;
  atMs: number;
};

/** A task as its session stores it. */
export type TaskRecord = {
  view: TaskView;
  triggerId: string;
  /** A prompt in somebody's terminal, not a job. */
  attached?: { claudeSessionId: string };
  context: string | null;
  /** Images that came with the request; left out where there are none. */
  attachments?: Attachment[];
  /** What a review is of, and what became of it on GitHub. Left out of other tasks. */
  reviewOf?: ReviewOf;
  /** How often Claude has reviewed it: a message may have it look once more. */
  reviews?: number;
  reviewed?: { url: string | null; fresh: number } | { problem: string };
  /** Why the task exists when nobody asked for it by itself. */
  origin: 'request' | 'left_over_messages' | 'retry';
  /** Messages that make up the request; they count as delivered when Claude starts. */
  requestMessageIds: string[];
  /** The Fleet has, or is to have, its job. One task of a session at a time. */
  active: boolean;
  /** When the job was handed to the Fleet (again); grows with each time, for the Fleet tells copies apart by it. */
  enqueuedAt: number;
  /** The Fleet's last answer. */
  queue: { ahead: number | null; reason: string | null; estimate?: Estimate | null } | null;
  /** Somebody lets it start although tasks that it waits for have not ended. */
  waitsNoMore?: true;
  /** Tasks that wait for this one, and are told when it ends. */
  dependents?: TaskId[] | undefined;
  queueChecks: number;
  /** When the Fleet was last asked how the job stands. */
  queueAskedAt?: number;
  /** The account lets it begin: what it had cost by then, and what it may cost beyond that. Null until it does. */
  admission?: Admitted | null;
  /** `stateSince` of the state in which people were reminded of this task. */
  remindedOf?: number;
  /** Times that a lease was lost or given back. */
  requeues: number;
  /** Who has had the task, the latest last. Left out by builds that did not write it down. */
  attempts?: { epoch: number; runnerId: RunnerId; runnerName: string | null }[];
  /** When the last of them began: among the tasks of a session it tells which one was worked on last. */
  assignedAt?: number;
  /** Another runner had begun: what of its work is continued. */
  continues?: Continues | null;
  /** Epochs whose assignment and loss are in the log. */
  assignedEpoch: number;
  lostEpoch: number;
  /** What Claude's work consists of, and what of it may leave the machine. */
  tree: string | null;
  approvedTree: string | null;
  /** What an admin let pass although required gates failed. */
  overridden?: { tree: string; by: string } | null;
  /** Who decided about failed gates last. */
  gateDecision?: { type: 'retry_gates' | 'override_gates'; by: string; at: number };
  /** False while Claude tries again by itself because of failed gates. */
  gatesWait?: boolean;
  /** What the gates of the last round found beside lines. */
  gateAnnotations?: CheckAnnotation[];
  /** Of each repository, where `tree` names several. */
  trees?: Trees | null;
  /** What runners laid beside branches for GitHub to commit, by repository: 0 for the session's own. */
  staged?: StagedCommits[];
  pushed: boolean;
  jobFinished: boolean;
  /** Of rejected work: a runner has put the folder back. Left out while none has said so. */
  reverted?: boolean;
  pullRequestAsked: boolean;
  /** Nothing was pushed to the repository that the session works in, only to others. */
  sidesOnly?: true;
  /** Pull requests that this task opened, by their repository's id, 0 for the session's own; others were there before. */
  opened?: number[];
  endRequest: EndRequest | null;
  /** What Claude asked last, however it stands. */
  question?: QuestionView;
  /** Who has taken the work of a task that waited for a person as it is. */
  finishedBy?: string | null;
  /** Who wants Claude to hold, from when he says so until it does. */
  pauseRequest?: { by: string } | null;
  /** Of a task that was deleted only the numbers are kept: what it cost, and where the session's work is. */
  deleted?: true;
  nextCommandId: number;
  progress: TaskProgress;
  /** When the tracking comment was last written, and when it is written next. */
  comment: { writtenAt: number; dueAt: number | null; url: string | null };
  /** What the check run said last, to write it only when it says something else. */
  checkRun: string | null;
};

/** A message and what is needed to make a task of it. */
export type MessageRecord = {
  view: MessageView;
  taskNumber: number | null;
  /** Null for outgoing messages. */
  asked: { requester: Person; options: TaskOptions } | null;
  /** Where it was written: the trigger that brought it. */
  trigger?: string;
};

export const NO_PROGRESS: TaskProgress = {
  turns: 0,
  toolUses: 0,
  lastTool: null,
  changes: null,
  failedGates: [],
  apiRetry: null,
};

export function newSessionRecord(session: NewSession, nowMs: number): SessionRecord {
  return {
    ...session,
    ...nameSides(session),
    branch: nameBranch(session),
    claudeSessionId: null,
    runnerId: null,
    createdAt: nowMs,
    updatedAt: nowMs,
  };
}

/** What a new trigger knows better: titles change, pull requests get new heads. The rest stays. */
export function refreshSession(known: SessionRecord, session: NewSession, nowMs: number): SessionRecord {
  const { title, thread } = session;
  const workspace = session.workspace.type === known.workspace.type ? session.workspace : known.workspace;
  const refreshed = { ...known, title, workspace, thread: thread ?? known.thread, updatedAt: nowMs };
  if (session.account === known.account) return refreshed;
  // It has another owner: its runners have neither the folder nor Claude's memory of it.
  return { ...refreshed, account: session.account, runnerId: null, claudeSessionId: null };
}

export function newTaskRecord(
  session: SessionRecord,
  number: number,
  request: TaskRequest,
  origin: TaskRecord['origin'],
  requestMessageIds: string[],
  nowMs: number,
): TaskRecord {
  const view: TaskView = {
    id: taskIdOf(session.id, number),
    number,
    sessionId: session.id,
    state: 'pending',
    stateSince: nowMs,
    request: request.request,
    source: request.source,
    requester: request.requester,
    options: request.options,
    ...(request.name === undefined ? {} : { name: request.name }),
    ...(request.held === true ? { held: true } : {}),
    ...dependenciesOf(request),
    epoch: 0,
    runnerId: null,
    runnerName: null,
    usage: NO_USAGE,
    branch: session.branch,
    commitSha: null,
    pullRequest: null,
    ...untouchedSides(session),
    summary: null,
    failure: null,
    rescueRef: null,
    createdAt: nowMs,
    startedAt: null,
    endedAt: null,
  };
  return {
    view,
    triggerId: request.triggerId,
    context: request.context,
    ...(request.attachments === undefined ? {} : { attachments: request.attachments }),
    ...(request.reviewOf === undefined ? {} : { reviewOf: request.reviewOf }),
    origin,
    requestMessageIds,
    active: false,
    enqueuedAt: 0,
    queue: null,
    queueChecks: 0,
    requeues: 0,
    assignedEpoch: 0,
    lostEpoch: 0,
    tree: null,
    approvedTree: null,
    pushed: false,
    jobFinished: false,
    pullRequestAsked: false,
    endRequest: null,
    nextCommandId: 1,
    progress: NO_PROGRESS,
    comment: { writtenAt: 0, dueAt: null, url: null },
    checkRun: null,
  };
}

function dependenciesOf({ after, ifFailed = 'fail' }: TaskRequest): Pick<TaskView, 'after' | 'ifFailed'> {
  if (after === undefined || after.length === 0) return {};
  return { after: after.map((taskId) => ({ taskId, ended: null })), ifFailed };
}
