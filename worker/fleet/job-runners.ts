import type { RunnerId, TaskId } from '../../protocol/ids.ts';
import { LEASE_MS } from '../../protocol/limits.ts';
import type { Logger } from '../logger.ts';
import type { RunnerRow } from './fleet-state.ts';
import type { FleetStore } from './fleet-store.ts';
import { isOver, mayHave, type RunnerBound } from './runner-bound.ts';
import type { RunnerSockets } from './runner-sockets.ts';

/** From its registration to its first word: the job that made it starts it at once. */
const FIRST_WORD_MS = 2 * 60_000;

/** How often those that are there are looked at; there are none for most of the time. */
const LOOK_MS = 15_000;

export type JobRunnersDeps = {
  store: FleetStore;
  sockets: RunnerSockets;
  logger: Logger;
  now: () => number;
  /** Whether one may still be registered. */
  awaited: () => boolean;
  remove: (runnerId: RunnerId) => Promise<unknown>;
  /** Has `look` called. */
  wakeAt: (atMs: number) => void;
};

/** The runners that runs of workflows have started inside their jobs: they go with the job. */
export class JobRunners {
  readonly #deps: JobRunnersDeps;

  constructor(deps: JobRunnersDeps) {
    this.#deps = deps;
  }

  /** Has them looked at from now on. */
  watch(): void {
    this.#deps.wakeAt(this.#deps.now() + LOOK_MS);
  }

  /** Removes those whose time is over, or of whom nothing was heard for as long as a lease lives. */
  async look(): Promise<void> {
    const { remove, awaited, logger } = this.#deps;
    for (const row of this.#all()) {
      if (!this.#isGone(row)) continue;
      logger.info('fleet.job_runner_gone', { runnerId: row.id, name: row.name });
      await remove(row.id);
    }
    if (this.#all().length > 0 || awaited()) this.watch();
  }

  /** A longer life for the runner of this run. @returns whether it is one */
  renew(runnerId: RunnerId, { repositoryId, run, until }: Omit<RunnerBound, 'label'>): boolean {
    const { store, now } = this.#deps;
    const row = store.runners.get(runnerId);
    const bound = row?.bound;
    if (row === undefined || bound === undefined || isOver(bound, now())) return false;
    if (bound.repositoryId !== repositoryId || bound.run !== run) return false;
    store.saveRunner({ ...row, bound: { ...bound, until: Math.max(bound.until, until) } });
    return true;
  }

  /** Whether a ticket of this runner for this task counts: never for what it is not bound to. */
  mayWorkOn(row: RunnerRow, taskId: TaskId): boolean {
    const { store, now } = this.#deps;
    if (row.bound === undefined) return true;
    if (isOver(row.bound, now())) return false;
    const lease = store.leases.get(taskId);
    return lease === undefined || (lease.runnerId === row.id && mayHave(row.bound, lease));
  }

  #all(): RunnerRow[] {
    return [...this.#deps.store.runners.values()].filter(({ bound }) => bound !== undefined);
  }

  #isGone({ id, bound, draining, missingSince, lastSeenAt, createdAt }: RunnerRow): boolean {
    const { sockets, now } = this.#deps;
    if (isOver(bound, now())) return true;
    const socket = sockets.welcomedOf(id);
    if (socket !== null) return now() - sockets.heardAt(socket) >= LEASE_MS;
    // Its step was told to end.
    if (draining) return true;
    return lastSeenAt === null
      ? now() - createdAt >= FIRST_WORD_MS
      : now() - (missingSince ?? lastSeenAt) >= LEASE_MS;
  }
}
