import type { RunnerView } from '../../protocol/fleet-view.ts';
import type { RunnerId } from '../../protocol/ids.ts';
import type { Logger } from '../logger.ts';
import type { Dispatcher } from './dispatcher.ts';
import type { FleetStore } from './fleet-store.ts';
import { type FleetOutboxEntry, runnerRecordWrite } from './fleet-writes.ts';
import { runnerStatus, viewRunner } from './view-fleet.ts';

export type RunnerDeskDeps = {
  store: FleetStore;
  dispatcher: Dispatcher;
  logger: Logger;
  now: () => number;
  tell: (entry: FleetOutboxEntry) => void;
  /** Ends what is connected as a runner that is none any more. */
  disconnect: (runnerId: RunnerId, reason: string) => void;
};

/** What people see of a runner and do with it. */
export class RunnerDesk {
  readonly #deps: RunnerDeskDeps;

  constructor(deps: RunnerDeskDeps) {
    this.#deps = deps;
  }

  /** Null when there is no such runner. */
  view(runnerId: RunnerId): RunnerView | null {
    const { store, dispatcher } = this.#deps;
    const row = store.runners.get(runnerId);
    return row === undefined ? null : viewRunner(dispatcher.contactOf(row), store.leases.values());
  }

  /** @returns whether there was such a runner */
  async remove(runnerId: RunnerId): Promise<boolean> {
    const { store, dispatcher, disconnect, tell, now } = this.#deps;
    const row = store.runners.get(runnerId);
    if (row === undefined) return false;
    store.deleteRunner(runnerId);
    for (const lease of [...store.leases.values()]) {
      if (lease.runnerId !== runnerId) continue;
      dispatcher.requeue(lease, `Runner "${row.name}" was removed.`, { preferredRunnerId: null });
    }
    disconnect(runnerId, 'This runner was removed.');
    tell(runnerRecordWrite(row, 'removed', now()));
    await dispatcher.match();
    return true;
  }

  /** Has a runner take no new jobs, or takes that back; what it has goes on. Null when there is no such runner. */
  async drain(runnerId: RunnerId, drainAsked: boolean): Promise<RunnerView | null> {
    const { store, dispatcher, logger, tell, now } = this.#deps;
    const row = store.runners.get(runnerId);
    if (row === undefined) return null;
    const changed = { ...row, drainAsked };
    store.saveRunner(changed);
    logger.info('fleet.runner_drain', { runnerId, drainAsked });
    tell(runnerRecordWrite(changed, runnerStatus(dispatcher.contactOf(changed)), now()));
    await dispatcher.match();
    return this.view(runnerId);
  }
}
