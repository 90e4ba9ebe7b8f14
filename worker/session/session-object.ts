import { DurableObject } from 'cloudflare:workers';
import type { RunnerId } from '../../protocol/ids.ts';
import { MAX_EVENT_PAGE, PING_TEXT, PONG_TEXT } from '../../protocol/limits.ts';
import type { SessionView } from '../../protocol/session.ts';
import type { Person } from '../../protocol/task.ts';
import type { ToViewer } from '../../protocol/viewer-socket.ts';
import { configOf } from '../config.ts';
import type {
  EventPage,
  GitHubWriteResult,
  NewSession,
  SessionRpc,
  SessionSnapshot,
  SubmitResult,
  TaskRequest,
  TaskResult,
} from '../contracts.ts';
import type { Env } from '../env.ts';
import { createLogger, type Logger } from '../logger.ts';
import { Deadlines } from '../storage/deadlines.ts';
import { Outbox } from '../storage/outbox.ts';
import { acceptConnection } from './accept-connection.ts';
import { judgeGitAccess } from './authorize-git.ts';
import { closeQuietly } from './close-quietly.ts';
import { Courier, OUTBOX_DEADLINE } from './courier.ts';
import { askToEnd } from './end-task.ts';
import { EventLog } from './event-log.ts';
import { JobSockets } from './job-sockets.ts';
import { takeGitHubResult, taskNumberIn } from './publish-result.ts';
import { adoptEpoch, loseJob } from './reduce-fleet-news.ts';
import { refuseUnknown } from './refuse-unknown.ts';
import { type TaskRecord, viewSession } from './session-record.ts';
import { SessionStore } from './session-store.ts';
import {
  currentTask,
  type SessionMemory,
  SessionUnit,
  type UnitDeps,
  type UnitResult,
} from './session-unit.ts';
import { SESSION_LANE_POLICY, type SessionWrite } from './session-writes.ts';
import { type JobFrameDeps, takeJobFrame } from './take-job-frame.ts';
import { takeQueueAnswer } from './take-queue-answer.ts';
import { ensureSession, queueTask, repeatTask, submitRequest } from './take-request.ts';
import { meetDeadline } from './task-deadline.ts';
import type { TaskStep } from './task-draft.ts';
import { Viewers } from './viewers.ts';
import { publishNews } from './write-task-news.ts';

/** One conversation: its tasks, its numbered log, the sockets of its jobs and viewers. Only wires; see README.md. */
export class SessionObject extends DurableObject<Env> implements SessionRpc {
  readonly #logger: Logger;
  readonly #store: SessionStore;
  readonly #log: EventLog;
  readonly #outbox: Outbox<SessionWrite>;
  readonly #deadlines: Deadlines;
  readonly #viewers: Viewers;
  readonly #jobs: JobSockets;
  readonly #courier: Courier;
  readonly #frameDeps: JobFrameDeps;
  /** A cache of the tables, replaced after each transaction. */
  #memory: SessionMemory;

  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env);
    this.#store = new SessionStore(ctx.storage);
    this.#log = new EventLog(ctx.storage);
    this.#outbox = new Outbox<SessionWrite>(ctx.storage, () => SESSION_LANE_POLICY);
    this.#deadlines = new Deadlines(ctx.storage);
    this.#viewers = new Viewers(ctx, this.#log, () => this.#snapshot());
    this.#jobs = new JobSockets(ctx);
    this.#memory = { session: this.#store.readSession(), tasks: this.#store.readTasks() };
    this.#logger = createLogger({ part: 'session', sessionId: ctx.id.name });
    this.#courier = new Courier({
      env,
      logger: this.#logger,
      outbox: this.#outbox,
      deadlines: this.#deadlines,
      memory: () => this.#memory,
      onQueued: (number, answer) => this.#step(number, (task, nowMs) => takeQueueAnswer(task, answer, nowMs)),
      waitUntil: (work) => ctx.waitUntil(work),
    });
    this.#frameDeps = {
      logger: this.#logger,
      sockets: this.#jobs,
      store: this.#store,
      taskOf: (number) => this.#memory.tasks.get(number) ?? null,
      commit: (work) => this.#commit(work).result,
      announce: (result) => this.#announce(result),
      now: Date.now,
    };
    ctx.setWebSocketAutoResponse(new WebSocketRequestResponsePair(PING_TEXT, PONG_TEXT));
    void ctx.blockConcurrencyWhile(() => this.#deadlines.rearm());
    this.#courier.drain();
  }

  async submit(session: NewSession, request: TaskRequest): Promise<SubmitResult> {
    return this.#change((unit) => {
      ensureSession(unit, session);
      return submitRequest(unit, request);
    });
  }

  async create(session: NewSession): Promise<SessionView> {
    this.#change((unit) => ensureSession(unit, session));
    return this.#view();
  }

  async snapshot(): Promise<SessionSnapshot | null> {
    return this.#memory.session === null ? null : this.#snapshot();
  }

  async eventsAfter(afterId: number, limit: number): Promise<EventPage | null> {
    if (this.#memory.session === null) return null;
    const events = this.#log.eventsAfter(afterId, Math.min(limit, MAX_EVENT_PAGE));
    return { events, lastEventId: this.#log.lastId };
  }

  async addTask(request: TaskRequest): Promise<TaskResult> {
    if (this.#memory.session === null) return refuseUnknown('session');
    return this.#change((unit) => queueTask(unit, request));
  }

  async addMessage(request: TaskRequest): Promise<SubmitResult> {
    if (this.#memory.session === null) return refuseUnknown('session');
    return this.#change((unit) => submitRequest(unit, request));
  }

  async endTask(
    taskNumber: number | null,
    how: 'cancel' | 'stop',
    by: string,
    reason: string | null,
  ): Promise<TaskResult> {
    const task = taskNumber === null ? currentTask(this.#memory.tasks) : this.#memory.tasks.get(taskNumber);
    if (task === undefined || task === null) return refuseUnknown('task that waits or runs');
    const atMs = Date.now();
    const step = askToEnd(task, { how, by, reason, atMs }, atMs);
    if ('status' in step) return step;
    return this.#change((unit) => {
      unit.apply(step);
      return { status: 'ok', task: unit.task(task.view.number).view };
    });
  }

  async repeatTask(
    taskNumber: number | null,
    how: 'retry' | 'resume',
    triggerId: string,
    by: Person,
  ): Promise<TaskResult> {
    const number = taskNumber ?? Math.max(0, ...this.#memory.tasks.keys());
    const task = this.#memory.tasks.get(number);
    if (task === undefined) return refuseUnknown('task');
    return this.#change((unit) => repeatTask(unit, task, how, triggerId, by));
  }

  async jobAssigned(
    taskNumber: number,
    epoch: number,
    runner: { id: RunnerId; name: string },
  ): Promise<void> {
    this.#step(taskNumber, (task, nowMs) => adoptEpoch(task, epoch, runner, nowMs));
    this.#jobs.fenceBelow(taskNumber, epoch);
  }

  async jobLost(taskNumber: number, epoch: number, reason: string): Promise<void> {
    this.#step(taskNumber, (task, nowMs) => loseJob(task, epoch, reason, nowMs));
  }

  async githubWritten(result: GitHubWriteResult): Promise<void> {
    const number = taskNumberIn(result.key);
    if (result.status === 'parked') {
      this.#logger.warn('session.github_write_parked', { key: result.key, reason: result.message });
    }
    if (number !== null) this.#step(number, (task, nowMs) => takeGitHubResult(task, result, nowMs));
  }

  async authorizeGit(
    taskNumber: number,
    runnerId: RunnerId,
    want: Parameters<SessionRpc['authorizeGit']>[2],
  ): ReturnType<SessionRpc['authorizeGit']> {
    // The ticket proves the epoch, also when the Fleet's own word is still on its way.
    this.#step(taskNumber, (task, nowMs) =>
      adoptEpoch(task, want.epoch, { id: runnerId, name: null }, nowMs),
    );
    const { session, tasks } = this.#memory;
    const task = tasks.get(taskNumber);
    if (session === null || task === undefined) return refuseUnknown('task');
    return judgeGitAccess(session, task, runnerId, want);
  }

  override async fetch(request: Request): Promise<Response> {
    const deps = { jobs: this.#jobs, viewers: this.#viewers, log: this.#log };
    return acceptConnection({ ...deps, snapshot: await this.snapshot() }, request);
  }

  override webSocketMessage(socket: WebSocket, message: string | ArrayBuffer): void {
    if (this.#jobs.has(socket)) takeJobFrame(this.#frameDeps, socket, message);
  }

  /** Says nothing about the job: deploys, restarts and networks close sockets. */
  override webSocketClose(socket: WebSocket): void {
    this.#viewers.drop(socket);
    closeQuietly(socket, 1000, 'closed');
  }

  override webSocketError(socket: WebSocket): void {
    this.webSocketClose(socket);
  }

  override async alarm(): Promise<void> {
    for (const { name, error } of await this.#deadlines.runDue(Date.now(), (due) => this.#meet(due))) {
      this.#logger.error('session.deadline_failed', { name, error });
    }
  }

  #meet(name: string): void {
    if (name === OUTBOX_DEADLINE) {
      this.#courier.drain();
      return;
    }
    const [what, number] = name.split(':');
    const task = this.#memory.tasks.get(Number(number));
    if (task === undefined) return;
    if (what === 'comment') this.#step(task.view.number, publishNews);
    else this.#step(task.view.number, meetDeadline);
  }

  /** Applies a decision about one task, if there is that task. */
  #step(taskNumber: number, decide: (task: TaskRecord, nowMs: number) => TaskStep): void {
    const task = this.#memory.tasks.get(taskNumber);
    if (task === undefined) return;
    const step = decide(task, Date.now());
    if (step.task === task && step.events.length === 0 && step.effects.length === 0) return;
    this.#change((unit) => unit.apply(step));
  }

  #change<T>(work: (unit: SessionUnit) => T): T {
    const { value, result } = this.#commit(work);
    this.#announce(result);
    return value;
  }

  #commit<T>(work: (unit: SessionUnit) => T): { value: T; result: UnitResult } {
    const unit = new SessionUnit(this.#unitDeps(), this.#memory, Date.now());
    const done = this.ctx.storage.transactionSync(() => {
      const value = work(unit);
      return { value, result: unit.finish() };
    });
    this.#memory = done.result.memory;
    if (done.result.page !== null) this.#log.lastId = done.result.page.lastId;
    return done;
  }

  #unitDeps(): UnitDeps {
    return {
      store: this.#store,
      log: this.#log,
      outbox: this.#outbox,
      deadlines: this.#deadlines,
      publicUrl: configOf(this.env).publicUrl,
      newId: () => crypto.randomUUID(),
    };
  }

  #announce(result: UnitResult): void {
    for (const { taskNumber, command } of result.commands) this.#jobs.sendCommand(taskNumber, command);
    if (this.#viewers.hasAny()) {
      const { tasks, messages, sessionChanged } = result;
      const news = sessionChanged || messages.length > 0;
      const changed: ToViewer | null = news
        ? { type: 'changed', session: this.#view(), tasks, messages }
        : null;
      this.#viewers.announce(result.page?.json ?? null, changed === null ? null : JSON.stringify(changed));
    }
    if (result.hasPuts) this.#courier.drain();
  }

  #view(): SessionView {
    const { session, tasks } = this.#memory;
    if (session === null) throw new Error('This object holds no session yet.');
    return viewSession(session, tasks, this.#log.lastId);
  }

  #snapshot(): SessionSnapshot {
    const tasks = [...this.#memory.tasks.values()].map((task) => task.view);
    return { session: this.#view(), tasks, messages: this.#store.messageViews() };
  }
}
