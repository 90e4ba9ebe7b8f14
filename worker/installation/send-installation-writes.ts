import type { AccountKey } from '../../protocol/ids.ts';
import { accountOf } from '../account/account-of.ts';
import type { Env } from '../env.ts';
import { sessionOf } from '../http/durable-objects.ts';
import type { Logger } from '../logger.ts';
import { sendToRecord } from '../record/send-to-record.ts';
import type { OutboxItem } from '../storage/outbox.ts';
import type { SendResult } from '../storage/outbox-decide.ts';
import { withDeadline } from '../with-deadline.ts';
import type { GitHubSender } from './github-sender.ts';
import type { InstallationWrite } from './installation-writes.ts';

/** Another object of this deployment answers in milliseconds; one that hangs must not hold a lane for ever. */
const RPC_DEADLINE_MS = 20_000;

export type InstallationSendDeps = {
  env: Env;
  logger: Logger;
  account: AccountKey;
  sender: GitHubSender;
};

/** Delivers one batch of one lane of an installation's outbox. */
export async function sendInstallationWrites(
  { env, logger, account, sender }: InstallationSendDeps,
  items: readonly OutboxItem<InstallationWrite>[],
): Promise<SendResult> {
  const rows = items.flatMap(({ body }) => (body.kind === 'record' ? [body.row] : []));
  if (rows.length > 0) return sendToRecord(env, logger, account, rows);
  const [item] = items;
  if (item === undefined || item.body.kind === 'record') return { status: 'done' };
  switch (item.body.kind) {
    case 'github':
      return sender.sendWrite(item.body.write, item.body.sessionId, item.attempts);
    case 'reaction':
      return sender.sendReaction(item.body.key, item.body.thread, item.body.reaction, item.attempts);
    case 'written':
      return told(sessionOf(env, item.body.sessionId).githubWritten(item.body.result), 'The session');
    case 'audit':
      return told(
        accountOf(env, item.body.account).audit.add(item.body.intent, item.body.end),
        'The audit log',
      );
    case 'attended':
      return told(sessionOf(env, item.body.sessionId).writeAttended(item.body.news), 'The session');
  }
}

/** @throws Error when the other object refuses or is late: the outbox tells it again */
async function told(call: PromiseLike<unknown>, who: string): Promise<SendResult> {
  await withDeadline(call, RPC_DEADLINE_MS, who);
  return { status: 'done' };
}
