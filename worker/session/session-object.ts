import { DurableObject } from 'cloudflare:workers';
import type { AttachmentView } from '../../protocol/attachments.ts';
import type { AttentionItem } from '../../protocol/attention.ts';
import { CLOSE } from '../../protocol/close-codes.ts';
import type { SessionAnswer, UpdateSession } from '../../protocol/http.ts';
import type { RunnerId, TaskId } from '../../protocol/ids.ts';
import { MAX_EVENT_PAGE, PING_TEXT, PONG_TEXT } from '../../protocol/limits.ts';
import type { QuestionView } from '../../protocol/questions.ts';
import type { SessionView } from '../../protocol/session.ts';
import type { CheckpointAnswer, CheckpointAsk } from '../checkpoint/checkpoint-ask.ts';
import type {
  Attend,
  AttendedWrite,
  EventPage,
  NewSession,
  Refused,
  SessionSnapshot,
  StuckWrite,
  SubmitResult,
  TaskRequest,
  TaskResult,
} from '../contracts.ts';
import type { Env } from '../env.ts';
import type { GitHubWriteResult } from '../github-write.ts';
import { acceptConnection } from './accept-connection.ts';
import type { HookAsk, HookTaken } from './attached/hook-ask.ts';
import { judgeGitAccess } from './authorize-git.ts';
import { closeQuietly } from './close-quietly.ts';
import type { DependencyEnd } from './dependencies.ts';
import { refuseErasing } from './erase-session.ts';
import { followRepository } from './follow-repository.ts';
import { logAttended, noteAttended } from './note-attended.ts';
import { adoptEpoch, loseJob } from './reduce-fleet-news.ts';
import { refuseUnknown } from './refuse-unknown.ts';
import { remindRecord } from './remind-record.ts';
import { headOf, type SessionHead } from './session-head.ts';
import type { MessagePage, MessageQuery, TaskOrder } from './session-orders.ts';
import { hasTables, SessionParts } from './session-parts.ts';
import type { SessionRpc } from './session-rpc.ts';
import { erasePuts } from './session-writes.ts';
import { settleDependency, takeDependent } from './settle-dependency.ts';
import { takeAnswer } from './take-answer.ts';
import { takeDecision } from './take-decision.ts';
import { takeGitHubWritten } from './take-github-written.ts';
import { takeJobFrame } from './take-job-frame.ts';
import { findTask, takeEnd, takeOrder, takeRepeat } from './take-order.ts';
import { addInput, ensureSession, queueTask, refuseClosed, submitRequest } from './take-request.ts';
import { updateSession } from './update-session.ts';

/** One conversation: its tasks, its numbered log, the sockets of its jobs and viewers. Only wires; see README.md. */
export class SessionObject extends DurableObject<Env> implements SessionRpc {
  #made: SessionParts | null = null;

  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env);
    ctx.setWebSocketAutoResponse(new WebSocketRequestResponsePair(PING_TEXT, PONG_TEXT));
    // A new object has nothing to look after.
    if (!hasTables(ctx.storage)) return;
    void ctx.blockConcurrencyWhile(() => this.#parts.deadlines.rearm());
    this.#parts.courier.drain();
  }

  /** Made by the first call: the tables of a new object and its first rows then wait for the disk once, together. */
  get #parts(): SessionParts {
    this.#made ??= new SessionParts(this.ctx, this.env);
    return this.#made;
  }

  async submit(session: NewSession, request: TaskRequest): Promise<SubmitResult> {
    return this.#parts.core.change((unit) => {
      const refused = ensureSession(unit, session, request.requester.login);
      return refused ?? submitRequest(unit, request);
    });
  }

  async create(session: NewSession): Promise<SessionView> {
    this.#parts.core.change((unit) => ensureSession(unit, session));
    return this.#parts.core.view();
  }

  async snapshot(): Promise<SessionSnapshot | null> {
    this.#parts.deadlines.keepWatch(Date.now());
    return this.#parts.core.memory.session === null ? null : this.#parts.core.wholeSnapshot();
  }

  async overview(): Promise<SessionAnswer | null> {
    this.#parts.deadlines.keepWatch(Date.now());
    return this.#parts.core.memory.session === null ? null : this.#parts.core.overview();
  }

  async head(): Promise<SessionHead | null> {
    return headOf(this.#parts.core.memory.session);
  }

  async eventsAfter(afterId: number, limit: number): Promise<EventPage | null> {
    if (this.#parts.core.memory.session === null) return null;
    const events = this.#parts.log.eventsAfter(afterId, Math.min(limit, MAX_EVENT_PAGE));
    return { events, lastEventId: this.#parts.log.lastId };
  }

  async addTask(request: TaskRequest): Promise<TaskResult> {
    const refused = this.#refuseWork();
    return refused ?? this.#parts.core.change((unit) => queueTask(unit, request));
  }

  async addMessage(request: TaskRequest): Promise<SubmitResult> {
    const refused = this.#refuseWork();
    return refused ?? this.#parts.core.change((unit) => submitRequest(unit, request));
  }

  async addInput(taskNumber: number, request: TaskRequest): Promise<SubmitResult> {
    const task = findTask(this.#parts.core, taskNumber);
    if (task === null) return refuseUnknown('task');
    return this.#parts.core.change((unit) => addInput(unit, task, request));
  }

  async endTask(...[number, how, by, reason]: Parameters<SessionRpc['endTask']>): Promise<TaskResult> {
    return takeEnd(this.#parts.core, number, how, by, reason);
  }

  async repeatTask(...asked: Parameters<SessionRpc['repeatTask']>): Promise<TaskResult> {
    return takeRepeat(this.#parts.core, ...asked);
  }

  async orderTask(taskNumber: number | null, order: TaskOrder): Promise<TaskResult> {
    const result = takeOrder(this.#parts.core, taskNumber, order);
    if (order.type === 'delete' && result.status === 'ok') {
      this.#parts.viewers.endAll(CLOSE.changed, 'A task was deleted; connect again.');
    }
    return result;
  }

  async diff(...[number, turn]: Parameters<SessionRpc['diff']>): ReturnType<SessionRpc['diff']> {
    return findTask(this.#parts.core, number) === null ? null : this.#parts.store.diffs.read(number, turn);
  }

  async decide(...[number, answer, source]: Parameters<SessionRpc['decide']>): Promise<TaskResult> {
    return takeDecision(this.#parts.core, number, answer, source);
  }

  async attachments(): Promise<AttachmentView[]> {
    return this.#parts.images.all();
  }

  async addAttachment(attachment: AttachmentView): ReturnType<SessionRpc['addAttachment']> {
    return this.#parts.images.add(attachment);
  }

  async questions(taskNumber: number): Promise<QuestionView[] | null> {
    return findTask(this.#parts.core, taskNumber) === null ? null : this.#parts.store.questions(taskNumber);
  }

  async answerQuestion(
    ...[taskNumber, answer]: Parameters<SessionRpc['answerQuestion']>
  ): ReturnType<SessionRpc['answerQuestion']> {
    return takeAnswer(this.#parts.core, this.#parts.store, taskNumber, answer);
  }

  async messages(query: MessageQuery): Promise<MessagePage | null> {
    return this.#parts.core.memory.session === null
      ? null
      : { items: this.#parts.store.pageOfMessages(query) };
  }

  async update(changes: UpdateSession, by: string): ReturnType<SessionRpc['update']> {
    if (this.#parts.core.memory.session === null) return refuseUnknown('session');
    const refused = this.#parts.core.change((unit) => updateSession(unit, changes, by));
    return refused ?? { status: 'ok', answer: this.#parts.core.overview() };
  }

  async erase(by: string): ReturnType<SessionRpc['erase']> {
    const { session } = this.#parts.core.memory;
    if (session === null) return refuseUnknown('session');
    const refused = refuseErasing(this.#parts.core.memory);
    if (refused !== null) return refused;
    this.#parts.core.erase(erasePuts(session.id, Date.now()));
    this.#parts.logger.info('session.erased', { by });
    this.#parts.viewers.endAll(CLOSE.notFound, 'The session was deleted.');
    this.#parts.courier.drain();
    return { status: 'erased' };
  }

  #refuseWork(): Refused | null {
    const { session } = this.#parts.core.memory;
    return session === null ? refuseUnknown('session') : refuseClosed(session);
  }

  async jobAssigned(...[taskNumber, epoch, runner]: Parameters<SessionRpc['jobAssigned']>): Promise<void> {
    this.#parts.core.step(taskNumber, (task, nowMs) => adoptEpoch(task, epoch, runner, nowMs));
    // A runner may journal events and die before its socket ever opens; its next life sends them.
    if (this.#parts.core.memory.tasks.has(taskNumber))
      this.#parts.store.addPosition(taskNumber, epoch, runner.id);
    this.#parts.jobs.fenceBelow(taskNumber, epoch);
  }

  async jobLost(taskNumber: number, epoch: number, reason: string): Promise<void> {
    this.#parts.core.step(taskNumber, (task, nowMs) => loseJob(task, epoch, reason, nowMs));
    // Whoever held it may be gone, or be no runner of ours any more: nothing of this epoch is heard from here on.
    this.#parts.jobs.fenceBelow(taskNumber, epoch + 1);
  }

  async addDependent(taskNumber: number, dependent: TaskId): Promise<DependencyEnd | null> {
    return takeDependent(this.#parts.core, taskNumber, dependent);
  }

  async dependencyEnded(
    ...[number, dependency, ended]: Parameters<SessionRpc['dependencyEnded']>
  ): Promise<void> {
    settleDependency(this.#parts.core, number, dependency, ended);
  }

  async githubWritten(result: GitHubWriteResult): Promise<void> {
    takeGitHubWritten(this.#parts.core, this.#parts.logger, result);
  }

  async writeAttended(news: AttendedWrite): Promise<void> {
    if (this.#parts.core.memory.session !== null) this.#parts.core.change((unit) => noteAttended(unit, news));
  }

  async attention(): Promise<AttentionItem[]> {
    return this.#parts.core.memory.session === null
      ? []
      : this.#parts.desk.items(this.#parts.core.memory.session, Date.now());
  }

  async attend(item: StuckWrite, how: Attend): Promise<boolean> {
    const found = this.#parts.desk.attend(item, how);
    this.#parts.logger.info('session.attended', { ...item, ...how, found });
    if (found) this.#parts.core.change((unit) => logAttended(unit, item, how));
    this.#parts.courier.drain();
    return found;
  }

  async sweep(): Promise<void> {
    if (this.#made === null) return;
    if (await this.#parts.deadlines.mend(Date.now())) await this.alarm();
    remindRecord(this.#parts.core);
  }

  async repositoryChanged(
    ...[repository, former]: Parameters<SessionRpc['repositoryChanged']>
  ): Promise<void> {
    followRepository(this.#parts.core, repository, former);
  }

  async authorizeGit(
    taskNumber: number,
    runnerId: RunnerId,
    want: Parameters<SessionRpc['authorizeGit']>[2],
  ): ReturnType<SessionRpc['authorizeGit']> {
    // The ticket proves the epoch, also when the Fleet's own word is still on its way.
    this.#parts.core.step(taskNumber, (task, nowMs) =>
      adoptEpoch(task, want.epoch, { id: runnerId, name: null }, nowMs),
    );
    const { session, tasks } = this.#parts.core.memory;
    const task = tasks.get(taskNumber);
    if (session === null || task === undefined) return refuseUnknown('task');
    return judgeGitAccess(session, task, runnerId, want);
  }

  async checkpoint(ask: CheckpointAsk): Promise<CheckpointAnswer> {
    return this.#parts.checkpoints.answer(ask);
  }

  async endShare(shareId: string): Promise<void> {
    this.#parts.guests.end(shareId, Date.now());
  }

  async report(ask: HookAsk): Promise<HookTaken> {
    return this.#parts.attached.take(ask);
  }

  override async fetch(request: Request): Promise<Response> {
    const { core, deadlines, jobs, viewers, log, guests } = this.#parts;
    deadlines.keepWatch(Date.now());
    const snapshot = core.memory.session === null ? null : core.snapshot();
    return acceptConnection({ jobs, viewers, log, guests, snapshot }, request);
  }

  override webSocketMessage(socket: WebSocket, message: string | ArrayBuffer): void {
    if (this.#parts.jobs.has(socket)) takeJobFrame(this.#parts.frameDeps, socket, message);
    else this.#parts.viewers.hear(socket, message);
  }

  /** Says nothing about the job: deploys, restarts and networks close sockets. */
  override webSocketClose(socket: WebSocket): void {
    this.#parts.viewers.drop(socket);
    closeQuietly(socket, 1000, 'closed');
  }

  override webSocketError(socket: WebSocket): void {
    this.webSocketClose(socket);
  }

  override async alarm(): Promise<void> {
    const { deadlines, logger } = this.#parts;
    const failed = await deadlines.runDue(Date.now(), (name) => this.#parts.meet(name));
    for (const { name, error } of failed) logger.error('session.deadline_failed', { name, error });
  }
}
