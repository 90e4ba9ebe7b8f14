import type { SessionAnswer } from '../../protocol/http.ts';
import type { SessionView } from '../../protocol/session.ts';
import type { SessionSnapshot } from '../contracts.ts';
import { blankSession } from './erase-session.ts';
import type { TaskRecord } from './session-record.ts';
import type { SessionStore } from './session-store.ts';
import { type SessionMemory, SessionUnit, type UnitDeps, type UnitResult } from './session-unit.ts';
import { RECORD_LANE, type SessionPut } from './session-writes.ts';
import type { TaskStep } from './task-draft.ts';
import { livingTasks, viewSession } from './view-session.ts';

export type CoreDeps = {
  storage: DurableObjectStorage;
  /** Read anew for each change: settings may be wrong while the object is made. */
  unit: () => UnitDeps;
  store: SessionStore;
  lastEventId: () => number;
  /** Called after each transaction: acks are out, now everybody else hears of it. */
  announce: (result: UnitResult) => void;
};

/** The session in memory, and the one way to change it: a transaction, then the announcement. */
export class SessionCore {
  /** A cache of the tables, replaced after each transaction. */
  memory: SessionMemory;
  readonly #deps: CoreDeps;

  constructor(deps: CoreDeps) {
    this.#deps = deps;
    this.memory = { session: deps.store.readSession(), tasks: deps.store.readTasks() };
  }

  /** Applies a decision about one task, if there is that task. */
  step(taskNumber: number, decide: (task: TaskRecord, nowMs: number) => TaskStep): void {
    const task = this.memory.tasks.get(taskNumber);
    if (task === undefined) return;
    const step = decide(task, Date.now());
    if (step.task === task && step.events.length === 0 && step.effects.length === 0) return;
    this.change((unit) => unit.apply(step));
  }

  change<T>(work: (unit: SessionUnit) => T): T {
    const { value, result } = this.commit(work);
    this.#deps.announce(result);
    return value;
  }

  /** Without the announcement, which the caller makes once it has acked. */
  commit<T>(work: (unit: SessionUnit) => T): { value: T; result: UnitResult } {
    const deps = this.#deps.unit();
    const unit = new SessionUnit(deps, this.memory, Date.now());
    const done = this.#deps.storage.transactionSync(() => {
      const value = work(unit);
      return { value, result: unit.finish() };
    });
    this.memory = done.result.memory;
    if (done.result.page !== null) deps.log.lastId = done.result.page.lastId;
    return done;
  }

  /** Forgets everything; `puts` tell others of it. */
  erase(puts: readonly SessionPut[]): void {
    const { session, tasks } = this.memory;
    if (session === null) return;
    const { store, log, outbox } = this.#deps.unit();
    this.#deps.storage.transactionSync(() => {
      const lastTask = Math.max(store.erased()?.lastTask ?? 0, ...tasks.keys());
      store.eraseAll({ session: blankSession(session), lastTask });
      // What it cost is counted all the same.
      outbox.removeAll(RECORD_LANE, 'usage:');
      for (const put of puts) outbox.put(put);
    });
    log.forget();
    this.memory = { session: null, tasks: new Map() };
  }

  view(): SessionView {
    const { session, tasks } = this.memory;
    if (session === null) throw new Error('This object holds no session yet.');
    return viewSession(session, tasks, this.#deps.lastEventId());
  }

  overview(): SessionAnswer {
    return { session: this.view(), tasks: livingTasks(this.memory.tasks).map((task) => task.view) };
  }

  /** What a viewer gets first; of the messages only the newest. */
  snapshot(): SessionSnapshot {
    return { ...this.overview(), messages: this.#deps.store.recentMessageViews() };
  }

  wholeSnapshot(): SessionSnapshot {
    return { ...this.snapshot(), messages: this.#deps.store.messageViews() };
  }
}
