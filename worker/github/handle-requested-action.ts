import { githubConversationKey, splitTaskId } from '../../protocol/ids.ts';
import type { SessionRpc } from '../session/session-rpc.ts';
import { judgeAuthor, judgePermission } from './check-permission.ts';
import type { Handled } from './handled.ts';
import type { Trigger } from './read-payload.ts';
import type { RequestedAction } from './read-requested-action.ts';
import type { TriggerDeps } from './trigger-deps.ts';
import * as replies from './write-replies.ts';

export type ActionDeps = Pick<TriggerDeps, 'botName' | 'permissionOf' | 'configOf' | 'reply' | 'note'> & {
  session: (id: string) => Pick<SessionRpc, 'decide' | 'snapshot'>;
};

/**
 * Takes the answer of somebody who pressed Approve or Reject on a check run. He needs the same right as for a comment,
 * and the button decides about the work that it was shown with.
 */
export async function handleRequestedAction(deps: ActionDeps, action: RequestedAction): Promise<Handled> {
  const { author, taskId, verdict, treePrefix } = action;
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

  // The whole name of what was shown; where something else is shown now, what the button knows fits nothing.
  const tree = task.work?.tree.startsWith(treePrefix) === true ? task.work.tree : treePrefix;
  const answer = { verdict, by: author.login, via: 'check_run', reason: null, tree } as const;
  const result = await session.decide(taskNumber, answer, 'github');
  const ok = result.status === 'ok';
  const deed = verdict === 'approved' ? 'task.approved' : 'task.rejected';
  deps.note(trigger, { action: deed, taskId, sessionId, refused: ok ? null : result.code });
  if (ok) return { status: 'done', reason: null, taskId };
  deps.reply(trigger, replies.refusedTo(author.login, result.message, result.remedy));
  return ignored(`refused: ${result.message}`);
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
export type ActionTrigger = Pick<Trigger, 'triggerId' | 'account' | 'author' | 'thread' | 'title'>;

function ignored(reason: string): Handled {
  return { status: 'ignored', reason, taskId: null };
}
