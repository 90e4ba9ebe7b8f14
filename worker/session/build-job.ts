import type { Job } from '../../protocol/job.ts';
import type { Person } from '../../protocol/task.ts';
import { projectKey, workspaceLockKey } from '../../protocol/workspace.ts';
import type { FleetJob } from '../contracts.ts';
import { commitText } from './commit-text.ts';
import type { SessionRecord, TaskRecord } from './session-record.ts';

export type JobContext = {
  publicUrl: string;
  botName: string;
  /** Of all tasks of the session so far. */
  priorCostUsd: number;
  previousAttempt: Job['previousAttempt'];
  /** A task of the session whose rejected work may still lie in the folder. */
  discard: number | null;
};

/** The task as the Fleet queues it and a runner works it off. Holds no credential. */
export function buildFleetJob(session: SessionRecord, task: TaskRecord, context: JobContext): FleetJob {
  const { view } = task;
  return {
    taskId: view.id,
    sessionId: session.id,
    lockKey: workspaceLockKey(session.id, session.workspace),
    labels: view.options.labels,
    requester: view.requester.login,
    // Tasks of older builds say nothing of the two.
    priority: view.options.priority ?? 'normal',
    concurrency: view.options.concurrency ?? null,
    project: projectKey(session.id, session.workspace),
    preferredRunnerId: session.runnerId,
    enqueuedAt: task.enqueuedAt,
    job: buildJob(session, task, context),
  };
}

function buildJob(session: SessionRecord, task: TaskRecord, jobContext: JobContext): Job {
  const { view, context } = task;
  const bot = `${jobContext.botName}[bot]`;
  return {
    taskId: view.id,
    taskNumber: view.number,
    sessionId: session.id,
    account: session.account,
    origin: session.thread === null ? 'api' : 'github',
    workspace: session.workspace,
    branch: session.branch,
    ...(session.repositories === undefined ? {} : { repositories: session.repositories }),
    prompt: {
      request: view.request,
      context,
      ...(task.attachments === undefined ? {} : { attachments: task.attachments }),
    },
    ...openQuestionOf(task),
    options: { ...view.options, maxUsd: affordable(task) },
    claudeSessionId: session.claudeSessionId,
    priorCostUsd: jobContext.priorCostUsd,
    previousAttempt: jobContext.previousAttempt,
    queuedEpoch: view.epoch,
    overriddenTree: task.overridden?.tree ?? null,
    discard: jobContext.discard,
    commit: {
      ...commitText(session, task, jobContext.publicUrl),
      author: { name: bot, email: `${bot}@users.noreply.github.com` },
      coAuthor: coAuthorOf(view.requester),
    },
  };
}

/** Whoever gets the job asks again what an earlier attempt asked. */
function openQuestionOf({ view: { question } }: TaskRecord): Pick<Job, 'question'> {
  if (question === undefined) return {};
  const { id: questionId, kind, items, tool } = question;
  return { question: { questionId, kind, items, tool } };
}

/** What the task may cost in all: its own limit, or less when a budget has less left. */
function affordable({ view, admission }: TaskRecord): number | null {
  const { maxUsd } = view.options;
  if (admission === null || admission === undefined || admission.leftUsd === null) return maxUsd;
  const budgetUsd = admission.atUsd + admission.leftUsd;
  return maxUsd === null ? budgetUsd : Math.min(maxUsd, budgetUsd);
}

/** GitHub credits a person by the address that belongs to the account; without any there is nobody to credit. */
function coAuthorOf(person: Person): Person | null {
  if (person.email !== null) return person;
  if (person.id === null) return null;
  return { ...person, email: `${person.id}+${person.login}@users.noreply.github.com` };
}
