import type { AttentionItem } from '../../protocol/attention.ts';
import { type SessionId, splitTaskId, type TaskId, taskIdOf } from '../../protocol/ids.ts';
import type { Failure } from '../../protocol/outcome.ts';
import { isTerminal } from '../../protocol/task-state.ts';
import { accountOf } from '../account/account-of.ts';
import type { Spend } from '../account/budgets/admission.ts';
import { deleteOldAttachments } from '../attachments/attachment-bodies.ts';
import { deleteOldBodies } from '../checkpoint/checkpoint-bodies.ts';
import type { FleetJob, QueueAnswer } from '../contracts.ts';
import type { Env } from '../env.ts';
import type { Logger } from '../logger.ts';
import type { MetricsReport } from '../metrics/metrics-report.ts';
import { appOf } from '../read-app.ts';
import { sendToRecord } from '../record/send-to-record.ts';
import type { OutboxItem } from '../storage/outbox.ts';
import type { SendResult } from '../storage/outbox-decide.ts';
import type { SessionNews } from '../webhooks/describe-event.ts';
import { withDeadline } from '../with-deadline.ts';
import type { DependencyEnd } from './dependencies.ts';
import type { SessionRecord, TaskRecord } from './session-record.ts';
import type { SessionWrite } from './session-writes.ts';
import { type Admitted, admissionAskOf } from './take-admission.ts';

/** Another object of this deployment answers in milliseconds; one that hangs must not hold a lane for ever. */
const RPC_DEADLINE_MS = 20_000;
const inTime = <T>(call: PromiseLike<T>, what: string) => withDeadline(call, RPC_DEADLINE_MS, what);

export type SendDeps = {
  env: Env;
  logger: Logger;
  session: SessionRecord;
  /** A task as it is now; null when it needs no runner any more. */
  waiting: (taskNumber: number) => TaskRecord | null;
  jobOf: (task: TaskRecord, botName: string) => FleetJob;
  /** What turns have cost that the account has not been told yet. */
  unsentSpends: () => Spend[];
  /** The account lets the task not begin. */
  onRefused: (taskNumber: number, failure: Failure) => void;
  /** What of the session is stuck now. */
  stuck: () => AttentionItem[];
  /** What a task waits for and has not been told of. */
  openDependencies: (taskNumber: number) => TaskId[];
  onDependency: (taskNumber: number, dependency: TaskId, ended: DependencyEnd) => void;
  /** The Fleet has answered an enqueue; `admitted` where the account was asked before it. */
  onQueued: (taskNumber: number, answer: QueueAnswer, admitted: Admitted | null) => void;
};

/** Delivers one batch of one lane of a session's outbox. */
export async function sendSessionWrites(
  deps: SendDeps,
  items: readonly OutboxItem<SessionWrite>[],
): Promise<SendResult> {
  const rows = items.flatMap(({ body }) => (body.kind === 'record' ? [body.row] : []));
  if (rows.length > 0) return sendToRecord(deps.env, deps.logger, deps.session.account, rows);
  const spends = items.flatMap(({ body }) => (body.kind === 'spend' ? [body.spend] : []));
  if (spends.length > 0) await tellSpends(deps, spends);
  const reports = items.flatMap(({ body }) => (body.kind === 'metrics' ? [body.report] : []));
  if (reports.length > 0) await tellMetrics(deps, reports);
  const news = items.flatMap(({ body }) => (body.kind === 'news' ? [body.news] : []));
  if (news.length > 0) await tellNews(deps, news);
  for (const { body } of items) await sendOne(deps, body);
  return { status: 'done' };
}

async function sendOne(deps: SendDeps, body: SessionWrite): Promise<void> {
  const { env, session } = deps;
  const fleet = () => env.FLEET.get(env.FLEET.idFromName(session.account));
  switch (body.kind) {
    case 'record':
    case 'spend':
    case 'metrics':
    case 'news':
      return;
    case 'github': {
      const installation = env.INSTALLATION.get(env.INSTALLATION.idFromName(session.account));
      return inTime(installation.write(session.account, session.id, body.write), 'Installation.write');
    }
    case 'end_git_access': {
      const installation = env.INSTALLATION.get(env.INSTALLATION.idFromName(session.account));
      const ended = installation.endGitAccess(taskIdOf(session.id, body.taskNumber), body.epoch);
      return inTime(ended, 'Installation.endGitAccess');
    }
    case 'delete_bodies':
      await inTime(deleteOldBodies(env, session.id, body.beforeMs), 'R2');
      return inTime(deleteOldAttachments(env, session.id, body.beforeMs), 'R2');
    case 'attention': {
      const installation = env.INSTALLATION.get(env.INSTALLATION.idFromName(session.account));
      const report = installation.reportAttention(session.id, deps.stuck(), Date.now());
      return inTime(report, 'Installation.reportAttention');
    }
    case 'watch_dependencies':
      return watchDependencies(deps, body.taskNumber);
    case 'tell_dependent': {
      const { sessionId, taskNumber } = splitTaskId(body.dependent);
      const told = sessionAt(env, sessionId).dependencyEnded(
        taskNumber,
        taskIdOf(session.id, body.taskNumber),
        body.ended,
      );
      return inTime(told, 'Session.dependencyEnded');
    }
    case 'enqueue':
      return enqueue(deps, body.taskNumber);
    case 'release':
      return inTime(fleet().release(taskIdOf(session.id, body.taskNumber), body.epoch), 'Fleet.release');
    case 'withdraw':
      return inTime(fleet().withdraw(taskIdOf(session.id, body.taskNumber), body.reason), 'Fleet.withdraw');
  }
}

/** Copies are harmless: whoever was asked already is asked again, and tells what it told before. */
async function watchDependencies(deps: SendDeps, taskNumber: number): Promise<void> {
  const dependent = taskIdOf(deps.session.id, taskNumber);
  for (const dependency of deps.openDependencies(taskNumber)) {
    const place = splitTaskId(dependency);
    const asked = sessionAt(deps.env, place.sessionId).addDependent(place.taskNumber, dependent);
    const ended = await inTime<DependencyEnd | null>(asked, 'Session.addDependent');
    if (ended !== null) deps.onDependency(taskNumber, dependency, ended);
  }
}

function sessionAt(env: Env, sessionId: SessionId) {
  return env.SESSION.get(env.SESSION.idFromName(sessionId));
}

/**
 * Asks the account whether the task may begin, then hands its job to the Fleet. An account that does not answer holds
 * the task up: it stays queued and is tried again, for nobody would know what it may cost. What it is let in with is
 * stored together with the Fleet's answer: to store it before would have the job wait for the disk once more.
 */
async function enqueue(deps: SendDeps, taskNumber: number): Promise<void> {
  const { env, session } = deps;
  const { botName } = await appOf(env);
  const before = deps.waiting(taskNumber);
  if (before === null) return;
  const ask = admissionAskOf(session, before);
  let admitted: Admitted | null = null;
  if (ask !== null) {
    const { budgets } = accountOf(env, session.account);
    const answer = await inTime(budgets.admit(ask, deps.unsentSpends()), 'Account.budgets.admit');
    if (answer.status === 'refused') return deps.onRefused(taskNumber, answer.failure);
    admitted = { atUsd: before.view.usage.costUsd, leftUsd: answer.leftUsd };
  }
  // It may have ended meanwhile.
  const task = deps.waiting(taskNumber);
  if (task === null) return;
  const job = deps.jobOf({ ...task, admission: task.admission ?? admitted }, botName);
  const fleet = env.FLEET.get(env.FLEET.idFromName(session.account));
  deps.onQueued(taskNumber, await inTime<QueueAnswer>(fleet.enqueue(job), 'Fleet.enqueue'), admitted);
}

function tellSpends({ env, session }: SendDeps, spends: Spend[]): Promise<void> {
  return inTime(accountOf(env, session.account).budgets.spend(spends), 'Account.budgets.spend');
}

function tellMetrics({ env, session }: SendDeps, reports: MetricsReport[]): Promise<void> {
  return inTime(accountOf(env, session.account).metrics.take(session.id, reports), 'Account.metrics.take');
}

async function tellNews({ env, session }: SendDeps, news: SessionNews[]): Promise<void> {
  const { webhooks, schedules } = accountOf(env, session.account);
  await inTime(webhooks.tell(news), 'Account.webhooks.tell');
  for (const { data } of news) {
    const { task } = data;
    if (task === null || task.source !== 'schedule' || !isTerminal(task.state)) continue;
    await inTime(schedules.taskEnded(session.id, task.state), 'Account.schedules.taskEnded');
  }
}
