import type { TaskId } from '../../protocol/ids.ts';
import type { Estimate } from '../../protocol/task.ts';
import { estimateStarts } from './estimate-starts.ts';
import { explainWait, type NamedRunner } from './explain-wait.ts';
import type { QueuedJob } from './fleet-state.ts';
import type { FleetStore } from './fleet-store.ts';
import { orderQueue } from './order-queue.ts';

/** So long a queue is put in order and played through at most once in `PLAN_MS`: its end is hours away. */
const LONG_QUEUE = 100;
const PLAN_MS = 1_000;

export type QueuePlanDeps = {
  store: FleetStore;
  runners: () => NamedRunner[];
  now: () => number;
};

/** Where a job stands, for people. */
export type QueuePlace = { ahead: number; reason: string; estimate: Estimate | null };

type Plan = {
  atMs: number;
  ordered: QueuedJob[];
  places: Map<TaskId, number>;
  estimates: Map<TaskId, Estimate>;
};

/** What people are told of the queue: order, reasons and estimates. Assignments are made without it. */
export class QueuePlan {
  readonly #deps: QueuePlanDeps;
  #last: Plan | null = null;

  constructor(deps: QueuePlanDeps) {
    this.#deps = deps;
  }

  /** In a long queue this may be a moment old. */
  placeOf(job: QueuedJob): QueuePlace {
    const { places, estimates, ordered } = this.#plan();
    return {
      ahead: places.get(job.taskId) ?? ordered.length,
      reason: this.reasonOf(job),
      estimate: estimates.get(job.taskId) ?? null,
    };
  }

  /** Why a job waits. */
  reasonOf(job: QueuedJob): string {
    const { store, runners, now } = this.#deps;
    return explainWait(job, runners(), [...store.leases.values()], now());
  }

  /** Those that still wait, in their order. */
  ordered(): QueuedJob[] {
    return this.#plan().ordered.filter(({ taskId }) => this.#deps.store.queue.has(taskId));
  }

  #plan(): Plan {
    const { store, now } = this.#deps;
    const atMs = now();
    const isLong = store.queue.size > LONG_QUEUE;
    if (isLong && this.#last !== null && atMs - this.#last.atMs < PLAN_MS && atMs >= this.#last.atMs) {
      return this.#last;
    }
    const plan = this.#make(atMs);
    this.#last = isLong ? plan : null;
    return plan;
  }

  #make(atMs: number): Plan {
    const { store, runners } = this.#deps;
    const leases = [...store.leases.values()];
    const ordered = orderQueue([...store.queue.values()], leases, store.lastGrants, atMs);
    return {
      atMs,
      ordered,
      places: new Map(ordered.map(({ taskId }, place) => [taskId, place])),
      estimates: estimateStarts({
        ordered,
        runners: runners(),
        leases,
        usual: (project) => store.history.usual(project),
        nowMs: atMs,
      }),
    };
  }
}
