import type { Job } from '../../protocol/job.ts';
import type { Person } from '../../protocol/task.ts';
import { projectKey, workspaceLockKey } from '../../protocol/workspace.ts';
import type { FleetJob } from '../contracts.ts';
import { breakReferences } from './render/escape-markdown.ts';
import type { SessionRecord, TaskRecord } from './session-record.ts';

/** Git's convention for subjects; longer ones are cut by most tools. */
const MAX_SUBJECT_CHARS = 72;

/** Below this a first line ("fix this", "try again") says less than the issue's title. */
const MIN_SUBJECT_CHARS = 16;

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
    prompt: { request: view.request, context },
    ...openQuestionOf(task),
    options: { ...view.options, maxUsd: affordable(task) },
    claudeSessionId: session.claudeSessionId,
    priorCostUsd: jobContext.priorCostUsd,
    previousAttempt: jobContext.previousAttempt,
    queuedEpoch: view.epoch,
    overriddenTree: task.overridden?.tree ?? null,
    discard: jobContext.discard,
    commit: {
      subject: commitSubject(session, view.request, view.number),
      body: commitBody(session, view.requester, jobContext.publicUrl),
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

/** The first task of an issue is the issue; later ones, and work on pull requests, are what was asked. */
function commitSubject(session: SessionRecord, request: string, taskNumber: number): string {
  const asked = oneLine(request);
  const isIssue = session.thread !== null && !session.thread.isPullRequest;
  const useTitle = asked.length < MIN_SUBJECT_CHARS || (isIssue && taskNumber === 1);
  const title = oneLine(session.title);
  // Whoever wrote the title may have no right to close anything; the commit will be merged by somebody who has.
  const subject = useTitle && title !== '' ? breakReferences(title) : asked;
  return subject === '' ? 'Work by Claude' : subject;
}

function oneLine(text: string): string {
  const line = (text.trim().split('\n', 1)[0] ?? '')
    // A subject must not look like an option of git or a trailer to it; control characters hide text.
    .replace(/[\p{Cc}\p{Cf}]/gu, '')
    .replace(/^[-#*>\s]+/, '')
    .trim();
  const characters = [...line];
  if (characters.length <= MAX_SUBJECT_CHARS) return line;
  return `${characters
    .slice(0, MAX_SUBJECT_CHARS - 1)
    .join('')
    .trimEnd()}…`;
}

function commitBody(session: SessionRecord, requester: Person, publicUrl: string): string {
  const where = session.thread === null ? '' : ` in ${session.thread.url}`;
  return `Requested by ${requester.login}${where}\nSession: ${publicUrl}/sessions/${session.id}`;
}

/** GitHub credits a person by the address that belongs to the account; without any there is nobody to credit. */
function coAuthorOf(person: Person): Person | null {
  if (person.email !== null) return person;
  if (person.id === null) return null;
  return { ...person, email: `${person.id}+${person.login}@users.noreply.github.com` };
}
