import type { AttentionItem } from '../../../protocol/attention.ts';
import type { AuditActor } from '../../../protocol/audit.ts';
import {
  type PlannedSchedule,
  type Schedule,
  type ScheduleRun,
  scheduleSchema,
} from '../../../protocol/schedules.ts';
import type { TaskState } from '../../../protocol/task-state.ts';
import { configOf } from '../../config.ts';
import type { Attend, Refused } from '../../contracts.ts';
import type { Repositories } from '../../github/read-reach.ts';
import type { SendResult } from '../../storage/outbox-decide.ts';
import type { AccountParts } from '../account-parts.ts';
import type { AuditDesk } from '../audit/audit-desk.ts';
import { type CatalogBody, CatalogDesk, type CatalogResult } from '../catalog/catalog-desk.ts';
import type { Watchful } from '../desks.ts';
import type { WebhookDesk } from '../webhooks/webhook-desk.ts';
import { decideDue, nextAfter } from './decide-due.ts';
import { countFailure, judgeEnd } from './decide-run.ts';
import { describePaused, newsOfPause, reasonOfPause } from './describe-paused.ts';
import { planFile, type ScheduleFile } from './file-schedules.ts';
import { findReachable, pauseUnreachable } from './schedule-reach.ts';
import { notPaused, stillRuns, unknown } from './schedule-refusals.ts';
import { ScheduleRuns } from './schedule-runs.ts';
import { ScheduleStore } from './schedule-store.ts';

/** The desk's deadline: the earliest of all clocks, or a look at who waits. */
const DEADLINE = 'schedules';

/** A run that waits is let go by the end of the one before it; should that go unheard, after this long. */
const WAITING_LOOK_MS = 5 * 60_000;

type Desks = { webhooks: WebhookDesk; audit: AuditDesk };
export type RunResult = { status: 'ok'; run: ScheduleRun } | Refused;

/** When the account's schedules are due, what their runs come to, and what becomes of those that fail. */
export class ScheduleDesk implements Watchful {
  readonly #parts: AccountParts;
  readonly #desks: Desks;
  readonly #catalog: CatalogDesk<Schedule>;
  readonly #store: ScheduleStore;
  readonly #runs: ScheduleRuns;

  constructor(parts: AccountParts, desks: Desks) {
    this.#parts = parts;
    this.#desks = desks;
    this.#catalog = new CatalogDesk(parts, 'schedules', scheduleSchema);
    this.#store = new ScheduleStore(parts.storage.sql);
    this.#runs = new ScheduleRuns({
      ...parts,
      store: this.#store,
      find: (id) => this.#catalog.find(id),
      send: ({ id, scheduleId }) =>
        parts.tell(`schedule:${scheduleId}`, id, { kind: 'schedule_run', scheduleId, runId: id }),
      started: (...run) => this.#noteTask(...run),
      ended: (run, first) => this.#count(run, first),
      refresh: ({ file }, { schedules }) => {
        if (file !== null) this.sync({ ...file, schedules, by: null });
      },
    });
    // What another build has stored has no clock yet.
    for (const schedule of this.#catalog.list()) {
      if (!this.#store.hasClock(schedule.id)) this.#plan(schedule);
    }
  }

  list(): PlannedSchedule[] {
    return this.#catalog.list().map((schedule) => this.#show(schedule));
  }

  find(key: string): PlannedSchedule | null {
    const found = this.#catalog.find(key);
    return found === null ? null : this.#show(found);
  }

  create(body: CatalogBody<Schedule>, by: string): CatalogResult<PlannedSchedule> {
    return this.#planned(this.#catalog.create(body, by));
  }

  /** What was paused goes on: whoever writes it anew has mended it. */
  replace(key: string, body: CatalogBody<Schedule>, by: string): CatalogResult<PlannedSchedule> {
    return this.#planned(this.#catalog.replace(key, body, by));
  }

  /** What runs goes on; what waits does not come. */
  remove(key: string): CatalogResult<PlannedSchedule> {
    const removed = this.#catalog.remove(key);
    if (removed.status === 'refused') return removed;
    const item = this.#show(removed.item);
    this.#store.forget(item.id);
    return { status: 'ok', item };
  }

  /** The latest first. */
  runs(scheduleId: string, limit: number): ScheduleRun[] {
    return this.#store.runs(scheduleId, limit);
  }

  /** Runs it now, paused or not; the run before it counts as at any other time. */
  async run(key: string, by: string): Promise<RunResult> {
    const known = this.#catalog.find(key);
    if (known === null) return unknown(key);
    const busy = known.overlap === 'skip' ? await this.#runs.former(known.id) : null;
    // It may have been deleted meanwhile.
    const schedule = this.#catalog.find(known.id);
    if (schedule === null) return unknown(key);
    if (busy !== null || (schedule.overlap === 'skip' && this.#isStarting(schedule.id)))
      return stillRuns(schedule);
    const due = { dueAt: this.#parts.now(), cause: 'by_hand' as const, missed: 0, skip: false };
    return { status: 'ok', run: this.#runs.add(schedule, due, by) };
  }

  /** Lets a schedule go on that was paused. */
  resume(key: string): CatalogResult<PlannedSchedule> {
    const schedule = this.#catalog.find(key);
    if (schedule === null) return unknown(key);
    if (this.#store.clock(schedule.id).paused === null) return notPaused(schedule);
    this.#plan(schedule);
    return { status: 'ok', item: this.#show(schedule) };
  }

  /** Makes of this repository's schedules what its file says. */
  sync(file: ScheduleFile): { created: number; changed: number; removed: number } {
    const { by } = file;
    const actor: AuditActor =
      by === null
        ? { kind: 'signalbox', id: null, name: 'Signalbox' }
        : { kind: 'github', id: by.id === null ? null : `github:${by.id}`, name: by.login };
    const plan = planFile(file, this.#catalog.list());
    // First what goes: what comes may need its place.
    for (const { id } of plan.remove) this.#noteChange(actor, 'schedule.deleted', this.remove(id));
    for (const { id, body } of plan.replace) {
      this.#noteChange(actor, 'schedule.changed', this.replace(id, body, actor.name));
    }
    for (const body of plan.create)
      this.#noteChange(actor, 'schedule.created', this.create(body, actor.name));
    return { created: plan.create.length, changed: plan.replace.length, removed: plan.remove.length };
  }

  /** The App can't reach these repositories any more. */
  lose(repositories: Repositories, reason: string): void {
    pauseUnreachable(this.#store, this.#catalog.list(), repositories, reason, this.#parts.now());
  }

  regain(repositories: Repositories): void {
    for (const schedule of findReachable(this.#store, this.#catalog.list(), repositories))
      this.#plan(schedule);
  }

  /** A task that a schedule has started is over. */
  taskEnded(sessionId: string, state: TaskState): void {
    this.#runs.taskEnded(sessionId, state);
  }

  /** One attempt to start a run, for the outbox. */
  async attempt(runId: string, isLast: boolean): Promise<SendResult> {
    const result = await this.#runs.attempt(runId, isLast);
    this.#wake();
    return result;
  }

  /** Schedules that were paused because they failed. */
  attention(): AttentionItem[] {
    return this.#catalog.list().flatMap((schedule) => {
      const [last = null] = this.#store.runs(schedule.id, 1);
      return describePaused(this.#parts.account, schedule, this.#store.clock(schedule.id), last) ?? [];
    });
  }

  /** Lets such a schedule go on, or leaves it paused. @returns whether there was one */
  attend(id: string, { action }: Attend): boolean {
    const clock = this.#store.clock(id);
    if (clock.paused === null || clock.paused.dismissed) return false;
    if (action === 'retry') return this.resume(id).status === 'ok';
    this.#store.setClock(id, { ...clock, paused: { ...clock.paused, dismissed: true } });
    return true;
  }

  async onDeadline(_name: string): Promise<void> {
    const nowMs = this.#parts.now();
    for (const { id, dueMs } of this.#store.due(nowMs)) {
      const schedule = this.#catalog.find(id);
      if (schedule === null) this.#store.forget(id);
      else this.#runDue(schedule, dueMs, nowMs);
    }
    this.#wake();
    await this.#runs.lookAfterWaiting();
    this.#wake();
  }

  #runDue(schedule: Schedule, dueMs: number, nowMs: number): void {
    const { run, nextMs } = decideDue(schedule, dueMs, nowMs);
    this.#store.setClock(schedule.id, { ...this.#store.clock(schedule.id), dueMs: nextMs });
    this.#runs.add(schedule, run, null);
  }

  #isStarting(scheduleId: string): boolean {
    return this.#store.runsIn('starting', scheduleId).length > 0;
  }

  #planned(result: CatalogResult<Schedule>): CatalogResult<PlannedSchedule> {
    if (result.status === 'refused') return result;
    this.#plan(result.item);
    return { status: 'ok', item: this.#show(result.item) };
  }

  #plan(schedule: Schedule): void {
    const dueMs = schedule.enabled ? nextAfter(schedule, this.#parts.now()) : null;
    this.#store.setClock(schedule.id, { dueMs, failures: 0, paused: null });
    this.#wake();
  }

  #wake(): void {
    const dueMs = this.#store.nextDueMs();
    if (dueMs !== null) this.#parts.wakeAt(DEADLINE, dueMs);
    if (this.#store.runsIn('waiting').length > 0) {
      this.#parts.wakeAt(DEADLINE, this.#parts.now() + WAITING_LOOK_MS);
    }
  }

  /** @param first it was not over before: an end counts once, but what was mended since counts as mended */
  #count(run: ScheduleRun, first: boolean): void {
    const schedule = this.#catalog.find(run.scheduleId);
    if (schedule === null) return;
    const judged = judgeEnd(run);
    const clock = this.#store.clock(schedule.id);
    const { failures, pause } = countFailure(clock.failures, first || judged === 'good' ? judged : 'nothing');
    const isNew = pause && clock.paused === null;
    const at = this.#parts.now();
    const paused = isNew ? { at, reason: reasonOfPause(failures, run), dismissed: false } : clock.paused;
    this.#store.setClock(schedule.id, { dueMs: paused === null ? clock.dueMs : null, failures, paused });
    if (isNew && paused !== null) this.#tellPause(schedule, paused, run);
  }

  #tellPause(schedule: Schedule, paused: { at: number; reason: string }, run: ScheduleRun): void {
    const { account, env, logger } = this.#parts;
    const { id, name } = schedule;
    logger.warn('schedule.paused', { scheduleId: id, reason: paused.reason });
    this.#desks.webhooks.tell([newsOfPause(account, schedule, paused, run, configOf(env).publicUrl)]);
    const actor: AuditActor = { kind: 'signalbox', id: null, name: 'Signalbox' };
    this.#note(`${id}:${paused.at}`, actor, 'schedule.paused', { id, name }, { reason: paused.reason });
  }

  #noteTask({ id, name }: Schedule, run: ScheduleRun, title: string): void {
    const actor: AuditActor = { kind: 'schedule', id, name };
    const target = { kind: 'session', id: run.id, name: title };
    const intent = { id: `run:${run.id}`, actor, action: 'task.created', target, details: { by: run.by } };
    this.#desks.audit.add({ ...intent, at: this.#parts.now(), address: null, userAgent: null });
  }

  #noteChange(actor: AuditActor, action: string, result: CatalogResult<PlannedSchedule>): void {
    if (result.status === 'ok') this.#note(this.#parts.newId(), actor, action, result.item, {});
    else
      this.#parts.logger.warn('schedule.not_synced', { action, code: result.code, reason: result.message });
  }

  #note(
    id: string,
    actor: AuditActor,
    action: string,
    schedule: { id: string; name: string },
    details: Record<string, unknown>,
  ): void {
    const target = { kind: 'schedule', id: schedule.id, name: schedule.name };
    const at = this.#parts.now();
    this.#desks.audit.add({ id, at, actor, action, target, address: null, userAgent: null, details });
  }

  #show(schedule: Schedule): PlannedSchedule {
    const { failures, paused } = this.#store.clock(schedule.id);
    const [lastRun = null] = this.#store.runs(schedule.id, 1);
    const shown = paused === null ? null : { at: paused.at, reason: paused.reason };
    return { ...schedule, failures, paused: shown, lastRun };
  }
}
