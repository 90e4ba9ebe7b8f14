import type { GitHubFailure } from '../github/classify-github-error.ts';
import type { Handled } from '../github/handled.ts';
import { withDeadline } from '../with-deadline.ts';
import { type Attempt, type DeliveryEnd, decideDelivery } from './decide-delivery.ts';
import type { InboxRow, InboxStore } from './inbox-store.ts';

/** Each waits for GitHub most of the time; an object may have six connections open at once. */
const MAX_CONCURRENT = 4;

/** Several calls of 12 s each may follow one another; beyond that something hangs. */
const HANDLER_DEADLINE_MS = 60_000;

/** While deliveries are worked on the alarm rings this often: should the object crash, it starts them again. */
const SAFETY_MS = 5_000;

/** GitHub redelivers for three days; copies that come later than this would not be known. */
const KEEP_ENDED_MS = 8 * 24 * 3_600_000;

export type InboxDeps = {
  store: InboxStore;
  handle: (row: InboxRow) => Promise<Handled>;
  /** Tells outages from refusals and bugs. */
  classify: (error: unknown) => GitHubFailure;
  /** After a delivery's row changed. */
  ended: (row: InboxRow, end: DeliveryEnd) => void;
  /** Null: nothing is open. */
  wakeAt: (atMs: number | null) => void;
  now: () => number;
  random: () => number;
};

/**
 * Works off stored deliveries: in order within a conversation, several conversations at once. What an eviction cuts
 * off is still in the store; the object's alarm starts it again.
 */
export class Inbox {
  readonly #deps: InboxDeps;
  readonly #running = new Map<string, Promise<void>>();

  constructor(deps: InboxDeps) {
    this.#deps = deps;
  }

  /** Starts what can be started. Resolves when nothing is left to do now. */
  async work(): Promise<void> {
    this.#start();
    while (this.#running.size > 0) await Promise.race(this.#running.values());
    this.#deps.store.prune(this.#deps.now() - KEEP_ENDED_MS);
  }

  #start(): void {
    const { store, now } = this.#deps;
    const due = store.due(now(), MAX_CONCURRENT + this.#running.size);
    for (const row of due) {
      if (this.#running.size >= MAX_CONCURRENT) break;
      if (this.#running.has(row.conversation)) continue;
      this.#running.set(row.conversation, this.#run(row));
    }
    this.#arm();
  }

  async #run(row: InboxRow): Promise<void> {
    const { store, now, random, ended } = this.#deps;
    try {
      const attempts = store.countAttempt(row.id);
      const attempt = await this.#attempt(row);
      const end = decideDelivery(attempt, attempts, now(), random());
      store.end(row.id, end, now());
      ended({ ...row, attempts }, end);
    } finally {
      this.#running.delete(row.conversation);
    }
    this.#start();
  }

  async #attempt(row: InboxRow): Promise<Attempt> {
    try {
      const handled = await withDeadline(this.#deps.handle(row), HANDLER_DEADLINE_MS, 'The handler');
      return { status: 'handled', handled };
    } catch (error) {
      return { status: 'failed', failure: this.#deps.classify(error) };
    }
  }

  /** The alarm rings although the work goes on here: this instance may be gone by then. */
  #arm(): void {
    const { store, now, wakeAt } = this.#deps;
    const dueMs = store.nextDueAt();
    if (dueMs === null) wakeAt(null);
    else wakeAt(this.#running.size === 0 ? dueMs : Math.max(dueMs, now() + SAFETY_MS));
  }
}
