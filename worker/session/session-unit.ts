import type { ControlEvent } from '../../protocol/control-events.ts';
import type { LoggedEvent, SessionEvent } from '../../protocol/events.ts';
import { splitTaskId, type TaskId } from '../../protocol/ids.ts';
import type { NumberedCommand } from '../../protocol/job.ts';
import type { MessageView, Person, TaskView } from '../../protocol/task.ts';
import { isTerminal } from '../../protocol/task-state.ts';
import { observeEvent } from '../metrics/observe-events.ts';
import type { Deadlines } from '../storage/deadlines.ts';
import type { Outbox } from '../storage/outbox.ts';
import { describeEvent } from '../webhooks/describe-event.ts';
import { carryOut } from './carry-out-effect.ts';
import { isBlocked } from './dependencies.ts';
import type { EventLog, LogPage } from './event-log.ts';
import { spendOf } from './note-spend.ts';
import { isSameQueue, queueViewOf } from './queue-view.ts';
import { eventRow, messageRow, messageTextRow, sessionRow, sessionTextRow, taskRow } from './record-rows.ts';
import type { MessageRecord, SessionRecord, TaskRecord } from './session-record.ts';
import type { SessionStore } from './session-store.ts';
import { metricsPut, newsPut, type SessionPut, type SessionWrite, spendPut } from './session-writes.ts';
import { endsAtOf } from './state-deadlines.ts';
import { deadlineOf } from './task-deadline.ts';
import type { TaskStep } from './task-draft.ts';
import { sessionCostUsd, statusOf, viewSession } from './view-session.ts';
import { writeTaskNews } from './write-task-news.ts';

/** What the object remembers between events; all of it is in the tables too. */
export type SessionMemory = { session: SessionRecord | null; tasks: ReadonlyMap<number, TaskRecord> };

/** What of a session the search knows. */
const TEXT_FIELDS = ['title', 'branch', 'labels', 'metadata', 'assignee'] as const;

export type UnitDeps = {
  store: SessionStore;
  log: EventLog;
  outbox: Outbox<SessionWrite>;
  deadlines: Deadlines;
  publicUrl: string;
  /** Between two edits of a tracking comment: edits count towards GitHub's limits. */
  editIntervalMs: number;
  newId: () => string;
};

/** What a unit came to, for memory, sockets and viewers. */
export type UnitResult = {
  memory: SessionMemory;
  page: LogPage | null;
  sessionChanged: boolean;
  tasks: TaskView[];
  messages: MessageView[];
  commands: { taskNumber: number; command: NumberedCommand }[];
  /** The outbox has something new. */
  hasPuts: boolean;
};

/**
 * Everything that one input changes, written in one SQLite transaction. Tables are written as it goes; memory is
 * replaced by `result` only when the transaction is through.
 */
export class SessionUnit {
  readonly deps: UnitDeps;
  readonly nowMs: number;
  readonly commands: UnitResult['commands'] = [];
  readonly #before: SessionMemory;
  #session: SessionRecord | null;
  readonly #tasks: Map<number, TaskRecord>;
  readonly #staged = new Set<number>();
  readonly #events: LoggedEvent[] = [];
  readonly #messages = new Map<string, MessageView>();
  #nextEventId: number;
  #hasPuts = false;

  constructor(deps: UnitDeps, memory: SessionMemory, nowMs: number) {
    this.deps = deps;
    this.nowMs = nowMs;
    this.#before = memory;
    this.#session = memory.session;
    this.#tasks = new Map(memory.tasks);
    this.#nextEventId = deps.log.lastId + 1;
  }

  get session(): SessionRecord {
    if (this.#session === null) throw new Error('This object holds no session yet.');
    return this.#session;
  }

  hasSession(): boolean {
    return this.#session !== null;
  }

  setSession(session: SessionRecord): void {
    const before = this.#session;
    this.#session = session;
    // Texts of a session are found by its row, which has to be there before them.
    if (before === null) this.#putSession();
    if (before === null || TEXT_FIELDS.some((field) => before[field] !== session[field])) {
      this.put(sessionTextRow(session));
    }
  }

  get tasks(): ReadonlyMap<number, TaskRecord> {
    return this.#tasks;
  }

  task(number: number): TaskRecord {
    const task = this.#tasks.get(number);
    if (task === undefined) throw new Error(`This session has no task ${number}.`);
    return task;
  }

  stage(task: TaskRecord): void {
    this.#tasks.set(task.view.number, task);
    this.#staged.add(task.view.number);
  }

  logControl(taskId: TaskId | null, event: ControlEvent): void {
    this.log(taskId, event, this.nowMs);
  }

  log(taskId: TaskId | null, event: SessionEvent, atMs: number): void {
    this.#events.push({ id: this.#nextEventId, at: atMs, taskId, event });
    this.#nextEventId += 1;
  }

  /** Takes the outcome of a pure decision about one task. */
  apply(step: TaskStep): void {
    const { number, id } = step.task.view;
    if (step.task !== this.#tasks.get(number)) this.stage(step.task);
    for (const event of step.events) this.logControl(id, event);
    for (const effect of step.effects) carryOut(this, number, effect);
  }

  put(put: SessionPut): void {
    this.#hasPuts = true;
    this.deps.outbox.put(put);
  }

  writeMessage(message: MessageRecord): void {
    const isNew = this.deps.store.readMessage(message.view.id) === null;
    const place = this.deps.store.writeMessage(message);
    this.#messages.set(message.view.id, message.view);
    this.put(messageRow(this.session, message, this.nowMs));
    const text = isNew ? messageTextRow(this.session, place, message.view.content) : null;
    if (text !== null) this.put(text);
  }

  /** Writes what was staged. Call it last, inside the transaction. */
  finish(): UnitResult {
    const { store, log } = this.deps;
    for (const number of this.#staged) writeTaskNews(this, number);
    for (const number of this.#staged) {
      this.#setEnd(number);
      const task = this.task(number);
      store.writeTask(task);
      this.#setDeadlines(task);
    }
    const tasks = [...this.#staged]
      .map((number) => this.task(number).view)
      .filter((view) => this.#isNews(view) && this.task(view.number).deleted !== true);
    const sessionChanged = this.#session !== this.#before.session || tasks.length > 0;
    if (sessionChanged) this.#session = { ...this.session, updatedAt: this.nowMs };
    if (sessionChanged) store.writeSession(this.session);
    const page = log.write(this.#events);
    this.#writeRecord(tasks, sessionChanged);
    return {
      memory: { session: this.#session, tasks: this.#tasks },
      page,
      sessionChanged,
      tasks,
      messages: [...this.#messages.values()],
      commands: this.commands,
      hasPuts: this.#hasPuts,
    };
  }

  /** People see when a task would end by itself, and where it stands in the queue. */
  #setEnd(number: number): void {
    const task = this.task(number);
    const endsAt = endsAtOf(task);
    const queue = queueViewOf(task);
    const { view } = task;
    if (view.endsAt === endsAt && isSameQueue(view.queue, queue)) return;
    this.stage({ ...task, view: { ...view, endsAt, queue } });
  }

  #isNews(view: TaskView): boolean {
    return this.#before.tasks.get(view.number)?.view !== view;
  }

  #writeRecord(tasks: readonly TaskView[], sessionChanged: boolean): void {
    if (this.#session === null) return;
    for (const logged of this.#events) {
      const put = eventRow(this.#session, logged, this.#requesterOf(logged.taskId));
      if (put !== null) this.put(put);
      const spend = spendOf(this.#session, this.#tasks, logged, this.nowMs);
      if (spend !== null) this.put(spendPut(spend));
    }
    this.#tellMetrics();
    this.#tellNews();
    for (const { number } of tasks)
      if (this.task(number).deleted !== true) this.put(taskRow(this.#session, this.task(number), this.nowMs));
    if (sessionChanged) this.#putSession();
  }

  #putSession(): void {
    const view = viewSession(this.session, this.#tasks, this.#nextEventId - 1);
    this.put(sessionRow(this.session, view, sessionCostUsd(this.#tasks.values())));
  }

  #tellNews(): void {
    const context = {
      session: () => viewSession(this.session, this.#tasks, this.#nextEventId - 1),
      taskOf: (id: TaskId) => this.#tasks.get(splitTaskId(id).taskNumber)?.view ?? null,
      publicUrl: this.deps.publicUrl,
    };
    for (const logged of this.#events) {
      const news = describeEvent(logged, context);
      if (news !== null) this.put(newsPut(news));
    }
  }

  /** A session's status changes by nothing that is not an event too. */
  #tellMetrics(): void {
    const context = { nowMs: this.nowMs, taskOf: (number: number) => this.#tasks.get(number)?.view };
    const observations = this.#events.flatMap((logged) => observeEvent(logged, context));
    const status = statusOf(this.#tasks.values());
    if (observations.length === 0 && status === statusOf(this.#before.tasks.values())) return;
    if (this.#events.length === 0) return;
    const { id, createdAt: since } = this.session;
    const report = { since, number: this.#nextEventId - 1, status, observations };
    this.put(metricsPut(id, report, this.nowMs));
  }

  #requesterOf(taskId: TaskId | null): Person | null {
    if (taskId === null) return null;
    return this.#tasks.get(splitTaskId(taskId).taskNumber)?.view.requester ?? null;
  }

  #setDeadlines(task: TaskRecord): void {
    const { deadlines } = this.deps;
    const { number } = task.view;
    const before = this.#before.tasks.get(number);
    const dueMs = deadlineOf(task);
    if (before === undefined || deadlineOf(before) !== dueMs) setOrClear(deadlines, `task:${number}`, dueMs);
    if (before?.comment.dueAt !== task.comment.dueAt) {
      setOrClear(deadlines, `comment:${number}`, task.comment.dueAt);
    }
  }
}

/** The task that the Fleet has, or the next that it gets; null when all are over. */
export function currentTask(tasks: ReadonlyMap<number, TaskRecord>): TaskRecord | null {
  let next: TaskRecord | null = null;
  for (const task of tasks.values()) {
    if (isTerminal(task.view.state) || task.view.held === true) continue;
    if (task.active) return task;
    if (next === null || comesBefore(task, next)) next = task;
  }
  return next;
}

/** What waits for other tasks lets those behind it go first. */
function comesBefore(a: TaskRecord, b: TaskRecord): boolean {
  const [aWaits, bWaits] = [isBlocked(a), isBlocked(b)];
  return aWaits === bWaits ? a.view.number < b.view.number : bWaits;
}

function setOrClear(deadlines: Deadlines, name: string, atMs: number | null): void {
  if (atMs === null) deadlines.clear(name);
  else deadlines.set(name, atMs);
}
