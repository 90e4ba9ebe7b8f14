import { type AttentionItem, MAX_ATTENTION_ITEMS } from '../../protocol/attention.ts';
import type { AccountKey, TaskId } from '../../protocol/ids.ts';
import { attentionIdOf } from '../attention/attention-id.ts';
import { type Description, itemOfTrouble } from '../attention/make-item.ts';
import { cutLine } from '../attention/redact-error.ts';
import type { Attend, StuckWrite } from '../contracts.ts';
import type { Logger } from '../logger.ts';
import type { Outbox } from '../storage/outbox.ts';
import type { Dispatcher } from './dispatcher.ts';
import type { Lease } from './fleet-state.ts';
import type { FleetStore } from './fleet-store.ts';
import type { FleetWrite } from './fleet-writes.ts';
import type { QueuePlan } from './queue-plan.ts';

/** A job that waits longer than this is not just behind others: somebody may have to start a runner. */
export const JOB_WAITS_MS = 15 * 60_000;

/**
 * Beyond a task's own minutes: fetching, starting, gates, pushing, and the session's own deadline, which takes a job
 * back by itself. What is held longer than this was overlooked, or waits for a person.
 */
export const LEASE_SLACK_MS = 60 * 60_000;

export type FleetDeskDeps = {
  store: FleetStore;
  outbox: Outbox<FleetWrite>;
  dispatcher: Dispatcher;
  plan: QueuePlan;
  logger: Logger;
  now: () => number;
};

type What = StuckWrite | { taskId: TaskId; epoch: number } | { taskId: TaskId };

/** What of an account's queue and leases is stuck, and what people do about it. */
export class AttentionDesk {
  readonly #deps: FleetDeskDeps;

  constructor(deps: FleetDeskDeps) {
    this.#deps = deps;
  }

  /** The oldest first, one more than a list holds when there is more. */
  items(account: AccountKey): AttentionItem[] {
    const { store, outbox, now } = this.#deps;
    const limit = MAX_ATTENTION_ITEMS + 1;
    const writes = outbox.troubles(now(), limit).map((trouble) => {
      const { lane, key, body } = trouble;
      return itemOfTrouble({ at: 'fleet', account, lane, key }, trouble, describeStuckWrite(body));
    });
    const leases = [...store.leases.values()].flatMap((lease) => this.#leaseItem(account, lease));
    return [...writes, ...leases, ...this.#jobItems(account, limit)]
      .sort((a, b) => a.since - b.since)
      .slice(0, limit);
  }

  /** @returns whether there was such an item. Match jobs afterwards. */
  attend(what: What, how: Attend): boolean {
    const found = this.#attend(what, how);
    this.#deps.logger.info('attention.attended', { ...what, ...how, found });
    return found;
  }

  #attend(what: What, { action, by }: Attend): boolean {
    const { store, outbox, dispatcher } = this.#deps;
    if ('lane' in what) {
      const { lane, key } = what;
      return action === 'retry' ? outbox.retry(lane, key) : outbox.dropParked(lane, key) !== null;
    }
    if (action !== 'retry') return false;
    if ('epoch' in what) {
      const lease = store.leases.get(what.taskId);
      if (lease === undefined || lease.epoch !== what.epoch) return false;
      const reason = `${by} had the job taken back.`;
      dispatcher.requeue(lease, reason, { preferredRunnerId: null });
      dispatcher.revoke(lease.runnerId, lease.taskId, lease.epoch, reason);
      return true;
    }
    return store.forgive(what.taskId);
  }

  #leaseItem(account: AccountKey, lease: Lease): AttentionItem[] {
    const { store, now } = this.#deps;
    const { taskId, epoch, runnerId, sessionId, leasedAt } = lease;
    if (leasedAt === undefined || now() - leasedAt < LEASE_SLACK_MS) return [];
    const { maxMinutes } = store.bodyOf(taskId).options;
    if (now() - leasedAt < maxMinutes * 60_000 + LEASE_SLACK_MS) return [];
    const runner = store.runners.get(runnerId)?.name ?? runnerId;
    return [
      {
        id: attentionIdOf({ at: 'lease', account, taskId, epoch }),
        account,
        kind: 'lease',
        status: 'held_up',
        what: cutLine(`Runner "${runner}" holds a job far beyond its limit of ${maxMinutes} minutes.`),
        since: leasedAt,
        attempts: epoch,
        lastError: null,
        remedy:
          "Look at the runner's log. Retrying takes the job back and gives it to a runner again; what the first one did is kept there.",
        sessionId,
        taskId,
        canRetry: true,
        canDismiss: false,
      },
    ];
  }

  #jobItems(account: AccountKey, limit: number): AttentionItem[] {
    const { store, plan, now } = this.#deps;
    return [...store.queue.values()]
      .filter(({ waitingSince }) => now() - waitingSince >= JOB_WAITS_MS)
      .sort((a, b) => a.waitingSince - b.waitingSince)
      .slice(0, limit)
      .map((job) => ({
        id: attentionIdOf({ at: 'job', account, taskId: job.taskId }),
        account,
        kind: 'job',
        status: 'held_up',
        what: cutLine(`A job waits for a runner. ${plan.reasonOf(job)}`),
        since: job.waitingSince,
        attempts: store.epochOf(job.taskId),
        lastError: null,
        remedy:
          'Start a runner that fits, or cancel the task. Retrying asks runners again that declined the job.',
        sessionId: job.sessionId,
        taskId: job.taskId,
        canRetry: true,
        canDismiss: false,
      }));
  }
}

function describeStuckWrite(body: FleetWrite): Description {
  if (body.kind === 'record') {
    return {
      kind: 'record_write',
      what: 'The record (libSQL) does not take rows about runners.',
      remedy: 'Check the database behind LIBSQL_URL and its migrations. Nothing is lost meanwhile.',
      sessionId: null,
      taskId: null,
    };
  }
  const { sessionId, taskNumber } = body;
  return {
    kind: 'message',
    what:
      body.kind === 'assigned'
        ? `A session can't be told that a runner has the job of its task ${taskNumber}.`
        : `A session can't be told that the job of its task ${taskNumber} was lost.`,
    remedy: "Look at the Worker's log. It is tried again by itself, and at once when you retry.",
    sessionId,
    taskId: `${sessionId}.${taskNumber}`,
  };
}
