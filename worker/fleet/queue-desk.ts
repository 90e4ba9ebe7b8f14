import type { TaskId } from '../../protocol/ids.ts';
import { PRIORITIES } from '../../protocol/task-options.ts';
import type { FleetJob, QueueAnswer, QueuePage, QueuePageAsk } from '../contracts.ts';
import type { Dispatcher } from './dispatcher.ts';
import type { FleetStore } from './fleet-store.ts';
import { priorityOf } from './order-queue.ts';
import { fullForPerson, MAX_QUEUED_JOBS, MAX_QUEUED_OF_ONE, queueFull } from './queue-full.ts';
import type { QueuePlan } from './queue-plan.ts';

export type QueueDeskDeps = {
  store: FleetStore;
  dispatcher: Dispatcher;
  plan: QueuePlan;
  now: () => number;
};

/** What sessions ask of the queue, and what people see of it. */
export class QueueDesk {
  readonly #deps: QueueDeskDeps;

  constructor(deps: QueueDeskDeps) {
    this.#deps = deps;
  }

  async enqueue(job: FleetJob): Promise<QueueAnswer> {
    const { store, dispatcher, plan, now } = this.#deps;
    if (store.hasJob(job.taskId)) {
      store.refreshJob(job);
    } else if (!store.isEnded(job.taskId, job.enqueuedAt)) {
      if (store.queue.size >= MAX_QUEUED_JOBS) return queueFull();
      if (store.waitingOf(job.requester) >= MAX_QUEUED_OF_ONE) return fullForPerson(job.requester);
      store.addJob(job, now());
      await dispatcher.match();
    }
    const queued = store.queue.get(job.taskId);
    if (queued === undefined) return { status: 'queued', ahead: 0, reason: null, estimate: null };
    return { status: 'queued', ...plan.placeOf(queued) };
  }

  async release(taskId: TaskId, epoch: number): Promise<void> {
    const { store, dispatcher, now } = this.#deps;
    const lease = store.leases.get(taskId);
    const job = lease ?? store.queue.get(taskId);
    // A lease may be taken back just before its end arrives: then the job waits in the queue, and is over too.
    if (job === undefined || epoch < store.epochOf(taskId)) return;
    if (lease?.leasedAt !== undefined) store.history.add(lease.project, now() - lease.leasedAt);
    if (lease === undefined) dispatcher.revokeFormer(job, 'The job is over.');
    store.endJob(job);
    await dispatcher.match();
  }

  async withdraw(taskId: TaskId, reason: string): Promise<void> {
    const { store, dispatcher } = this.#deps;
    const lease = store.leases.get(taskId);
    const job = lease ?? store.queue.get(taskId);
    if (job === undefined) return;
    if (lease === undefined) dispatcher.revokeFormer(job, reason);
    else dispatcher.revoke(lease.runnerId, taskId, lease.epoch, reason);
    store.endJob(job);
    await dispatcher.match();
  }

  /** The queue from a place on, and all that is at work. */
  page({ place, limit }: QueuePageAsk): QueuePage {
    const { store, plan, now } = this.#deps;
    const nowMs = now();
    const waiting = plan.ordered().slice(place, place + limit);
    return {
      waiting: waiting.map((job, index) => ({
        taskId: job.taskId,
        sessionId: job.sessionId,
        requester: job.requester,
        concurrency: job.concurrency,
        ...plan.placeOf(job),
        ahead: place + index,
        priority: job.priority,
        countsAs: PRIORITIES[priorityOf(job, nowMs)] ?? job.priority,
        labels: [...job.labels],
        enqueuedAt: job.enqueuedAt,
      })),
      working: [...store.leases.values()]
        .sort((a, b) => (a.leasedAt ?? 0) - (b.leasedAt ?? 0))
        .map((lease) => ({
          taskId: lease.taskId,
          sessionId: lease.sessionId,
          requester: lease.requester,
          concurrency: lease.concurrency,
          epoch: lease.epoch,
          runnerId: lease.runnerId,
          runnerName: store.runners.get(lease.runnerId)?.name ?? null,
          startedAt: lease.leasedAt ?? null,
          usualMs: store.history.usual(lease.project)?.durationMs ?? null,
        })),
      total: store.queue.size,
      limit: MAX_QUEUED_JOBS,
      limitOfOne: MAX_QUEUED_OF_ONE,
    };
  }
}
