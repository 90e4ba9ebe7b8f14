import { DurableObject } from 'cloudflare:workers';
import type { AttentionItem } from '../../protocol/attention.ts';
import type { SessionAnswer } from '../../protocol/http.ts';
import type { RunnerId } from '../../protocol/ids.ts';
import { MAX_EVENT_PAGE, PING_TEXT, PONG_TEXT } from '../../protocol/limits.ts';
import type { SessionView } from '../../protocol/session.ts';
import type { Person } from '../../protocol/task.ts';
import type { CheckpointAnswer, CheckpointAsk } from '../checkpoint/checkpoint-ask.ts';
import { configOf } from '../config.ts';
import type {
  Attend,
  AttendedWrite,
  EventPage,
  GitHubWriteResult,
  NewSession,
  SessionRpc,
  SessionSnapshot,
  StuckWrite,
  SubmitResult,
  TaskRequest,
  TaskResult,
} from '../contracts.ts';
import type { Env } from '../env.ts';
import { createLogger, type Logger } from '../logger.ts';
import { Deadlines } from '../storage/deadlines.ts';
import { Outbox } from '../storage/outbox.ts';
import { acceptConnection } from './accept-connection.ts';
import { announceResult } from './announce-result.ts';
import { AttachedDesk } from './attached/attached-desk.ts';
import type { HookAsk, HookTaken } from './attached/hook-ask.ts';
import { AttentionDesk } from './attention-desk.ts';
import { judgeGitAccess } from './authorize-git.ts';
import { Checkpoints } from './checkpoints.ts';
import { closeQuietly } from './close-quietly.ts';
import { Courier } from './courier.ts';
import { askToEnd } from './end-task.ts';
import { EventLog } from './event-log.ts';
import { JobSockets } from './job-sockets.ts';
import { meetSessionDeadline } from './meet-session-deadline.ts';
import { logAttended, noteAttended } from './note-attended.ts';
import { takeGitHubResult, taskNumberIn } from './publish-result.ts';
import { adoptEpoch, loseJob } from './reduce-fleet-news.ts';
import { refuseUnknown } from './refuse-unknown.ts';
import { SessionCore } from './session-core.ts';
import { headOf, type SessionHead } from './session-head.ts';
import { statusOf } from './session-record.ts';
import { SessionStore } from './session-store.ts';
import { currentTask, type UnitDeps, type UnitResult } from './session-unit.ts';
import { SESSION_LANE_POLICY, type SessionWrite } from './session-writes.ts';
import { ShareGuests } from './share-guests.ts';
import { takeAdmission } from './take-admission.ts';
import { type JobFrameDeps, takeJobFrame } from './take-job-frame.ts';
import { takeQueueAnswer } from './take-queue-answer.ts';
import { ensureSession, queueTask, repeatTask, submitRequest } from './take-request.ts';
import { Viewers } from './viewers.ts';

/** One conversation: its tasks, its numbered log, the sockets of its jobs and viewers. Only wires; see README.md. */
export class SessionObject extends DurableObject<Env> implements SessionRpc {
  readonly #logger: Logger;
  readonly #store: SessionStore;
  readonly #log: EventLog;
  readonly #outbox: Outbox<SessionWrite>;
  readonly #deadlines: Deadlines;
  readonly #viewers: Viewers;
  readonly #guests: ShareGuests;
  readonly #jobs: JobSockets;
  readonly #desk: AttentionDesk;
  readonly #courier: Courier;
  readonly #frameDeps: JobFrameDeps;
  readonly #checkpoints: Checkpoints;
  readonly #core: SessionCore;
  readonly #attached: AttachedDesk;

  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env);
    this.#store = new SessionStore(ctx.storage);
    this.#log = new EventLog(ctx.storage);
    this.#outbox = new Outbox<SessionWrite>(ctx.storage, () => SESSION_LANE_POLICY);
    this.#deadlines = new Deadlines(ctx.storage);
    this.#viewers = new Viewers(ctx, this.#log, () => this.#core.snapshot());
    this.#guests = new ShareGuests(ctx.storage, this.#deadlines, this.#viewers);
    this.#jobs = new JobSockets(ctx);
    this.#desk = new AttentionDesk(ctx.storage, this.#outbox);
    this.#core = new SessionCore({
      storage: ctx.storage,
      unit: () => this.#unitDeps(),
      store: this.#store,
      lastEventId: () => this.#log.lastId,
      announce: (result) => this.#announce(result),
    });
    this.#logger = createLogger({ part: 'session', sessionId: ctx.id.name });
    this.#courier = new Courier({
      env,
      logger: this.#logger,
      outbox: this.#outbox,
      deadlines: this.#deadlines,
      desk: this.#desk,
      memory: () => this.#core.memory,
      onQueued: (number, answer) =>
        this.#core.step(number, (task, nowMs) => takeQueueAnswer(task, answer, nowMs)),
      onAdmission: (number, answer) =>
        this.#core.step(number, (task, nowMs) => takeAdmission(task, answer, nowMs)),
      waitUntil: (work) => ctx.waitUntil(work),
    });
    this.#frameDeps = {
      logger: this.#logger,
      sockets: this.#jobs,
      store: this.#store,
      taskOf: (number) => this.#core.memory.tasks.get(number) ?? null,
      commit: (work) => this.#core.commit(work).result,
      announce: (result) => this.#announce(result),
      now: Date.now,
    };
    this.#checkpoints = new Checkpoints(ctx.storage, env, this.#store, this.#deadlines, this.#core);
    this.#attached = new AttachedDesk(ctx.storage, this.#core);
    ctx.setWebSocketAutoResponse(new WebSocketRequestResponsePair(PING_TEXT, PONG_TEXT));
    void ctx.blockConcurrencyWhile(() => this.#deadlines.rearm());
    this.#courier.drain();
  }

  async submit(session: NewSession, request: TaskRequest): Promise<SubmitResult> {
    return this.#core.change((unit) => {
      ensureSession(unit, session);
      return submitRequest(unit, request);
    });
  }

  async create(session: NewSession): Promise<SessionView> {
    this.#core.change((unit) => ensureSession(unit, session));
    return this.#core.view();
  }

  async snapshot(): Promise<SessionSnapshot | null> {
    this.#deadlines.keepWatch(Date.now());
    return this.#core.memory.session === null ? null : this.#core.wholeSnapshot();
  }

  async overview(): Promise<SessionAnswer | null> {
    this.#deadlines.keepWatch(Date.now());
    return this.#core.memory.session === null ? null : this.#core.overview();
  }

  async head(): Promise<SessionHead | null> {
    return headOf(this.#core.memory.session);
  }

  async eventsAfter(afterId: number, limit: number): Promise<EventPage | null> {
    if (this.#core.memory.session === null) return null;
    const events = this.#log.eventsAfter(afterId, Math.min(limit, MAX_EVENT_PAGE));
    return { events, lastEventId: this.#log.lastId };
  }

  async addTask(request: TaskRequest): Promise<TaskResult> {
    if (this.#core.memory.session === null) return refuseUnknown('session');
    return this.#core.change((unit) => queueTask(unit, request));
  }

  async addMessage(request: TaskRequest): Promise<SubmitResult> {
    if (this.#core.memory.session === null) return refuseUnknown('session');
    return this.#core.change((unit) => submitRequest(unit, request));
  }

  async endTask(
    taskNumber: number | null,
    how: 'cancel' | 'stop',
    by: string,
    reason: string | null,
  ): Promise<TaskResult> {
    const task =
      taskNumber === null ? currentTask(this.#core.memory.tasks) : this.#core.memory.tasks.get(taskNumber);
    if (task === undefined || task === null) return refuseUnknown('task that waits or runs');
    const atMs = Date.now();
    const step = askToEnd(task, { how, by, reason, atMs }, atMs);
    if ('status' in step) return step;
    return this.#core.change((unit) => {
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
    const number = taskNumber ?? Math.max(0, ...this.#core.memory.tasks.keys());
    const task = this.#core.memory.tasks.get(number);
    if (task === undefined) return refuseUnknown('task');
    return this.#core.change((unit) => repeatTask(unit, task, how, triggerId, by));
  }

  async jobAssigned(...[taskNumber, epoch, runner]: Parameters<SessionRpc['jobAssigned']>): Promise<void> {
    this.#core.step(taskNumber, (task, nowMs) => adoptEpoch(task, epoch, runner, nowMs));
    // A runner may journal events and die before its socket ever opens; its next life sends them.
    if (this.#core.memory.tasks.has(taskNumber)) this.#store.addPosition(taskNumber, epoch, runner.id);
    this.#jobs.fenceBelow(taskNumber, epoch);
  }

  async jobLost(taskNumber: number, epoch: number, reason: string): Promise<void> {
    this.#core.step(taskNumber, (task, nowMs) => loseJob(task, epoch, reason, nowMs));
    // Whoever held it may be gone, or be no runner of ours any more: nothing of this epoch is heard from here on.
    this.#jobs.fenceBelow(taskNumber, epoch + 1);
  }

  async githubWritten(result: GitHubWriteResult): Promise<void> {
    const number = taskNumberIn(result.key);
    if (result.status === 'parked') {
      this.#logger.warn('session.github_write_parked', { key: result.key, reason: result.message });
    }
    if (number !== null) this.#core.step(number, (task, nowMs) => takeGitHubResult(task, result, nowMs));
  }

  async writeAttended(news: AttendedWrite): Promise<void> {
    if (this.#core.memory.session !== null) this.#core.change((unit) => noteAttended(unit, news));
  }

  async attention(): Promise<AttentionItem[]> {
    return this.#core.memory.session === null ? [] : this.#desk.items(this.#core.memory.session, Date.now());
  }

  async attend(item: StuckWrite, how: Attend): Promise<boolean> {
    const found = this.#desk.attend(item, how);
    this.#logger.info('session.attended', { ...item, ...how, found });
    if (found) this.#core.change((unit) => logAttended(unit, item, how));
    this.#courier.drain();
    return found;
  }

  async sweep(): Promise<void> {
    if (await this.#deadlines.mend(Date.now())) await this.alarm();
    // The record takes this session for one that is busy.
    if (this.#core.memory.session !== null && statusOf(this.#core.memory.tasks.values()) === 'idle') {
      this.#core.change((unit) => unit.setSession({ ...unit.session }));
    }
  }

  async authorizeGit(
    taskNumber: number,
    runnerId: RunnerId,
    want: Parameters<SessionRpc['authorizeGit']>[2],
  ): ReturnType<SessionRpc['authorizeGit']> {
    // The ticket proves the epoch, also when the Fleet's own word is still on its way.
    this.#core.step(taskNumber, (task, nowMs) =>
      adoptEpoch(task, want.epoch, { id: runnerId, name: null }, nowMs),
    );
    const { session, tasks } = this.#core.memory;
    const task = tasks.get(taskNumber);
    if (session === null || task === undefined) return refuseUnknown('task');
    return judgeGitAccess(session, task, runnerId, want);
  }

  async checkpoint(ask: CheckpointAsk): Promise<CheckpointAnswer> {
    return this.#checkpoints.answer(ask);
  }

  async endShare(shareId: string): Promise<void> {
    this.#guests.end(shareId, Date.now());
  }

  async report(ask: HookAsk): Promise<HookTaken> {
    return this.#attached.take(ask);
  }

  override async fetch(request: Request): Promise<Response> {
    this.#deadlines.keepWatch(Date.now());
    const snapshot = this.#core.memory.session === null ? null : this.#core.snapshot();
    const deps = { jobs: this.#jobs, viewers: this.#viewers, log: this.#log, guests: this.#guests };
    return acceptConnection({ ...deps, snapshot }, request);
  }

  override webSocketMessage(socket: WebSocket, message: string | ArrayBuffer): void {
    if (this.#jobs.has(socket)) takeJobFrame(this.#frameDeps, socket, message);
    else this.#viewers.hear(socket, message);
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

  #meet(name: string): void | Promise<void> {
    const deps = { core: this.#core, courier: this.#courier, checkpoints: this.#checkpoints };
    return meetSessionDeadline({ ...deps, guests: this.#guests, deadlines: this.#deadlines }, name);
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
    const view = () => this.#core.view();
    announceResult({ jobs: this.#jobs, viewers: this.#viewers, view }, result);
    if (result.hasPuts) this.#courier.drain();
  }
}
