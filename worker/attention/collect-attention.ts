import { type AttentionItem, type AttentionList, MAX_ATTENTION_ITEMS } from '../../protocol/attention.ts';
import { type AccountKey, type SessionId, splitTaskId } from '../../protocol/ids.ts';
import type { TaskState } from '../../protocol/task-state.ts';
import { accountOf } from '../account/account-of.ts';
import type { Env } from '../env.ts';
import { fleetOf, installationOf, sessionOf } from '../http/durable-objects.ts';
import { withDeadline } from '../with-deadline.ts';
import { attentionIdOf } from './attention-id.ts';
import { cutLine, redactError } from './redact-error.ts';

/** A part that does not answer in this time is shown as one that does not answer. */
const PART_DEADLINE_MS = 10_000;

/** A long-held lease is none of these states' fault: a person is waited for, within a deadline of its own. */
const WAITS_FOR_A_PERSON: readonly TaskState[] = ['waiting_input', 'paused', 'waiting_approval'];

/** Everything of some accounts that is stuck, the oldest first. A part that can't be asked is an item itself. */
export async function collectAttention(
  env: Env,
  accounts: readonly AccountKey[],
  nowMs: number,
): Promise<AttentionList> {
  const lists = await Promise.all(
    accounts.flatMap((account) => [
      ask(
        account,
        'the inbox and the writes to GitHub',
        installationOf(env, account).attention(account),
        nowMs,
      ),
      ask(account, 'the queue and the runners', fleetAttention(env, account), nowMs),
      ask(account, 'the account', accountOf(env, account).attention.items(), nowMs),
    ]),
  );
  return cutList(lists.flat());
}

/** What of one session is stuck, from its own object and from those of its account. */
export async function collectOfSession(
  env: Env,
  account: AccountKey,
  sessionId: SessionId,
  nowMs: number,
): Promise<AttentionList> {
  const own = ask(account, 'the session', sessionOf(env, sessionId).attention(), nowMs);
  const { items } = await collectAttention(env, [account], nowMs);
  // The session knows its own state better than its last report.
  const byId = new Map([...items, ...(await own)].map((item) => [item.id, item]));
  const about = [...byId.values()].filter((item) => item.sessionId === sessionId || item.kind === 'source');
  return cutList(about);
}

/** The item that stands for a part that could not be asked. */
export function sourceItem(
  account: AccountKey,
  name: string,
  what: string,
  error: unknown,
  nowMs: number,
): AttentionItem {
  return {
    id: attentionIdOf({ at: 'source', account, name }),
    account,
    kind: 'source',
    status: 'held_up',
    what: cutLine(what),
    since: nowMs,
    attempts: 0,
    lastError: redactError(causeText(error)),
    remedy: "This list may lack something until it answers. Look at the Worker's log.",
    sessionId: null,
    taskId: null,
    canRetry: false,
    canDismiss: false,
  };
}

/** What is behind an error: drizzle's own words repeat the whole statement. */
function causeText(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? causeText(error.cause) : error.message;
}

export function cutList(items: readonly AttentionItem[]): AttentionList {
  const sorted = [...items].sort((a, b) => a.since - b.since);
  return { items: sorted.slice(0, MAX_ATTENTION_ITEMS), more: sorted.length > MAX_ATTENTION_ITEMS };
}

async function fleetAttention(env: Env, account: AccountKey): Promise<AttentionItem[]> {
  const items = await fleetOf(env, account).attention(account);
  const kept = await Promise.all(
    items.map(async (item) => (item.kind === 'lease' && (await waitsForPerson(env, item)) ? [] : [item])),
  );
  return kept.flat();
}

async function waitsForPerson(env: Env, { taskId }: AttentionItem): Promise<boolean> {
  if (taskId === null) return false;
  const { sessionId, taskNumber } = splitTaskId(taskId);
  const snapshot = await sessionOf(env, sessionId).snapshot();
  const task = snapshot?.tasks.find(({ number }) => number === taskNumber);
  return task !== undefined && WAITS_FOR_A_PERSON.includes(task.state);
}

async function ask(
  account: AccountKey,
  name: string,
  call: PromiseLike<AttentionItem[]>,
  nowMs: number,
): Promise<AttentionItem[]> {
  try {
    return await withDeadline(call, PART_DEADLINE_MS, name);
  } catch (error) {
    return [sourceItem(account, name, `What is stuck in ${name} of ${account} is not known.`, error, nowMs)];
  }
}
