import { type Config, configOf } from '../config.ts';
import type { Env } from '../env.ts';
import { paceOf } from '../installation/pace-writes.ts';
import { createLogger, type Logger } from '../logger.ts';
import { Deadlines } from '../storage/deadlines.ts';
import { Outbox } from '../storage/outbox.ts';
import { announceResult } from './announce-result.ts';
import { AttachedDesk } from './attached/attached-desk.ts';
import { AttachmentStore } from './attachment-store.ts';
import { AttentionDesk } from './attention-desk.ts';
import { Checkpoints } from './checkpoints.ts';
import { Courier } from './courier.ts';
import { EventLog } from './event-log.ts';
import { JobSockets } from './job-sockets.ts';
import { meetSessionDeadline } from './meet-session-deadline.ts';
import { SessionCore } from './session-core.ts';
import { SessionStore } from './session-store.ts';
import type { UnitDeps, UnitResult } from './session-unit.ts';
import { SESSION_LANE_POLICY, type SessionWrite } from './session-writes.ts';
import { settleDependency } from './settle-dependency.ts';
import { ShareGuests } from './share-guests.ts';
import { takeRefusal } from './take-admission.ts';
import type { JobFrameDeps } from './take-job-frame.ts';
import { takeQueueAnswer } from './take-queue-answer.ts';
import { Viewers } from './viewers.ts';

/** Whether the object was ever asked for anything. */
export function hasTables({ sql }: DurableObjectStorage): boolean {
  return sql.exec("SELECT 1 FROM sqlite_master WHERE name = 'session'").toArray().length > 0;
}

/** What a session's object is made of, and how the parts are tied together. */
export class SessionParts {
  readonly #config: () => Config;
  readonly logger: Logger;
  readonly store: SessionStore;
  readonly log: EventLog;
  readonly outbox: Outbox<SessionWrite>;
  readonly deadlines: Deadlines;
  readonly viewers: Viewers;
  readonly guests: ShareGuests;
  readonly jobs: JobSockets;
  readonly desk: AttentionDesk;
  readonly courier: Courier;
  readonly frameDeps: JobFrameDeps;
  readonly checkpoints: Checkpoints;
  readonly core: SessionCore;
  readonly attached: AttachedDesk;
  readonly images: AttachmentStore;

  constructor(ctx: DurableObjectState, env: Env) {
    this.#config = () => configOf(env);
    this.store = new SessionStore(ctx.storage);
    this.log = new EventLog(ctx.storage);
    this.outbox = new Outbox<SessionWrite>(ctx.storage, () => SESSION_LANE_POLICY);
    this.deadlines = new Deadlines(ctx.storage);
    this.viewers = new Viewers(ctx, this.log, () => this.core.snapshot());
    this.guests = new ShareGuests(ctx.storage, this.deadlines, this.viewers);
    this.jobs = new JobSockets(ctx);
    this.desk = new AttentionDesk(ctx.storage, this.outbox);
    this.core = new SessionCore({
      storage: ctx.storage,
      unit: () => this.#unitDeps(),
      store: this.store,
      lastEventId: () => this.log.lastId,
      announce: (result) => this.#announce(result),
    });
    this.logger = createLogger({ part: 'session', sessionId: ctx.id.name });
    this.courier = new Courier({
      env,
      logger: this.logger,
      outbox: this.outbox,
      deadlines: this.deadlines,
      desk: this.desk,
      memory: () => this.core.memory,
      erased: () => this.store.erased(),
      onDependency: (number, taskId, ended) => settleDependency(this.core, number, taskId, ended),
      onQueued: (number, answer, admitted) =>
        this.core.step(number, (task, nowMs) => takeQueueAnswer(task, answer, admitted, nowMs)),
      onRefused: (number, failure) =>
        this.core.step(number, (task, nowMs) => takeRefusal(task, failure, nowMs)),
      waitUntil: (work) => ctx.waitUntil(work),
    });
    this.frameDeps = {
      logger: this.logger,
      sockets: this.jobs,
      store: this.store,
      taskOf: (number) => this.core.memory.tasks.get(number) ?? null,
      commit: (work) => this.core.commit(work).result,
      announce: (result) => this.#announce(result),
      now: Date.now,
    };
    this.checkpoints = new Checkpoints(ctx.storage, env, this.store, this.deadlines, this.core);
    this.images = new AttachmentStore(ctx.storage);
    this.attached = new AttachedDesk(ctx.storage, this.core);
  }

  /** Does what a deadline was set for. */
  meet(name: string): void | Promise<void> {
    const deps = { core: this.core, courier: this.courier, checkpoints: this.checkpoints };
    return meetSessionDeadline({ ...deps, guests: this.guests, deadlines: this.deadlines }, name);
  }

  #unitDeps(): UnitDeps {
    const { publicUrl, githubServer } = this.#config();
    return {
      store: this.store,
      log: this.log,
      outbox: this.outbox,
      deadlines: this.deadlines,
      publicUrl,
      editIntervalMs: paceOf(githubServer.writesAnHour).editIntervalMs,
      newId: () => crypto.randomUUID(),
    };
  }

  #announce(result: UnitResult): void {
    const view = () => this.core.view();
    announceResult({ jobs: this.jobs, viewers: this.viewers, view }, result);
    if (result.hasPuts) this.courier.drain();
  }
}
