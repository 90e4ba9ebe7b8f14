import { githubConversationKey, splitTaskId } from '../../protocol/ids.ts';
import type { TaskView } from '../../protocol/task.ts';
import { isTerminal } from '../../protocol/task-state.ts';
import type { TaskResult } from '../contracts.ts';
import type { SessionRpc } from '../session/session-rpc.ts';
import { judgeAuthor, judgePermission } from './check-permission.ts';
import { done, type Handled, ignored } from './handled.ts';
import type { Trigger } from './read-payload.ts';
import type { RequestedAction } from './read-requested-action.ts';
import { requesterOf } from './session-of-trigger.ts';
import type { Deed, TriggerDeps } from './trigger-deps.ts';
import * as replies from './write-replies.ts';

export type ActionDeps = Pick<TriggerDeps, 'botName' | 'permissionOf' | 'configOf' | 'reply' | 'note'> & {
  session: (id: string) => Pick<SessionRpc, 'decide' | 'snapshot' | 'repeatTask' | 'orderTask'>;
};

/**
 * Does what somebody wants who pressed a button on a check run, or asked for it to be run again. He needs the same right
 * as for a comment, and a button decides about the work that it was shown with.
 */
export async function handleRequestedAction(deps: ActionDeps, action: RequestedAction): Promise<Handled> {
  const { author, taskId } = action;
  const person = judgeAuthor(author, deps.botName);
  if (person.status === 'refused') return ignored(person.reason);
  const { sessionId, taskNumber } = splitTaskId(taskId);
  const session = deps.session(sessionId);
  const snapshot = await session.snapshot();
  const task = snapshot?.tasks.find(({ number }) => number === taskNumber);
  const trigger = triggerOf(action, snapshot);
  if (task === undefined || trigger === null) return ignored('its session is not one of this repository');
  const [permission, config] = await Promise.all([deps.permissionOf(trigger), deps.configOf(trigger)]);
  const named = config.status === 'valid' ? config.config.authors : [];
  const right = judgePermission(author, permission, named);
  if (right.status === 'refused') return ignored(right.reason);

  const { deed, result } = await carryOut(session, task, action);
  const ok = result.status === 'ok';
  if (deed !== null) {
    deps.note(trigger, { action: deed, taskId, sessionId, refused: ok ? null : result.code });
  }
  if (ok) return done(result.task.id);
  deps.reply(trigger, replies.refusedTo(author.login, result.message, result.remedy));
  return ignored(`refused: ${result.message}`);
}

type CarriedOut = { deed: Deed['action'] | null; result: TaskResult };
type Session = ReturnType<ActionDeps['session']>;

async function carryOut(session: Session, task: TaskView, action: RequestedAction): Promise<CarriedOut> {
  const { press, author } = action;
  switch (press.type) {
    case 'decide': {
      const { verdict, treePrefix } = press;
      // The whole name of what was shown; where something else is shown now, what the button knows fits nothing.
      const tree = task.work?.tree.startsWith(treePrefix) === true ? task.work.tree : treePrefix;
      const answer = { verdict, by: author.login, via: 'check_run', reason: null, tree } as const;
      const deed = verdict === 'approved' ? 'task.approved' : 'task.rejected';
      return { deed, result: await session.decide(task.number, answer, 'github') };
    }
    case 'retry':
      return retry(session, task, action);
    case 'check':
      if (isTerminal(task.state) && task.state !== 'completed') return retry(session, task, action);
      return checkAgain(session, task, action);
  }
}

async function retry(session: Session, task: TaskView, action: RequestedAction): Promise<CarriedOut> {
  // The task that follows has a check run and a button of its own: this one counts once, whoever presses it.
  const triggerId = `check_retry:${action.taskId}`;
  const result = await session.repeatTask(task.number, 'retry', triggerId, requesterOf(action));
  return { deed: 'task.retried', result };
}

/** Gates that wait for somebody run again; what ended well is said again, on a run that GitHub waits for. */
async function checkAgain(
  session: Session,
  task: TaskView,
  { author, triggerId }: RequestedAction,
): Promise<CarriedOut> {
  const by = author.login;
  if (task.state === 'qa_failed') {
    const order = { type: 'retry_gates', how: 'gates', note: null, by } as const;
    return { deed: 'task.gates_retried', result: await session.orderTask(task.number, order) };
  }
  const order = { type: 'check_again', by, request: triggerId } as const;
  return { deed: null, result: await session.orderTask(task.number, order) };
}

/** The thread of the session, where it belongs to the repository that the button was pressed in. */
function triggerOf(
  { triggerId, account, author, installationId, repository }: RequestedAction,
  snapshot: Awaited<ReturnType<SessionRpc['snapshot']>>,
): ActionTrigger | null {
  if (snapshot === null) return null;
  const { key, url, title } = snapshot.session;
  const issueNumber = Number(key.split('#')[1]);
  if (!Number.isSafeInteger(issueNumber) || issueNumber < 1) return null;
  if (key !== githubConversationKey(repository.id, issueNumber)) return null;
  const page = url ?? `${repository.htmlUrl}/pull/${issueNumber}`;
  const thread = { installationId, repository, issueNumber, isPullRequest: true, url: page, headSha: null };
  return { triggerId, account, author, thread, title };
}

/** What is known of whoever pressed a button, and where. */
type ActionTrigger = Pick<Trigger, 'triggerId' | 'account' | 'author' | 'thread' | 'title'>;
