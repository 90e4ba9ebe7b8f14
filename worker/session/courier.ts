import { accountOf } from '../account/account-of.ts';
import { configOf } from '../config.ts';
import type { FleetJob } from '../contracts.ts';
import type { Env } from '../env.ts';
import type { Logger } from '../logger.ts';
import type { Deadlines } from '../storage/deadlines.ts';
import type { Outbox } from '../storage/outbox.ts';
import type { AttentionDesk } from './attention-desk.ts';
import { buildFleetJob } from './build-job.ts';
import { openDependencies } from './dependencies.ts';
import type { Erased } from './erase-session.ts';
import { recoversAt } from './recover-task.ts';
import { previousAttempt, taskToDiscard } from './resume-point.ts';
import { type SendDeps, sendSessionWrites } from './send-session-writes.ts';
import type { SessionRecord, TaskRecord } from './session-record.ts';
import type { SessionMemory } from './session-unit.ts';
import { BUDGET_LANE, type SessionWrite, sessionBatchSize, sessionDelayMs } from './session-writes.ts';
import { sessionCostUsd } from './view-session.ts';

export const OUTBOX_DEADLINE = 'outbox';

export type CourierDeps = {
  env: Env;
  logger: Logger;
  outbox: Outbox<SessionWrite>;
  deadlines: Deadlines;
  desk: AttentionDesk;
  memory: () => SessionMemory;
  /** Of a session that was erased the last writes are still sent. */
  erased: () => Erased | null;
  onQueued: SendDeps['onQueued'];
  onDependency: SendDeps['onDependency'];
  onRefused: SendDeps['onRefused'];
  waitUntil: (work: Promise<unknown>) => void;
};

/** Sends what the outbox holds, without holding anybody up, and sets the alarm for what has to wait. */
export class Courier {
  readonly #deps: CourierDeps;
  #toldBacklog = false;

  constructor(deps: CourierDeps) {
    this.#deps = deps;
  }

  drain(): void {
    const { outbox, desk, waitUntil, memory, erased } = this.#deps;
    const session = memory().session ?? erased()?.session ?? null;
    if (session === null) return;
    const sending = this.#sending(session);
    const drained = outbox.drain({
      now: Date.now,
      random: Math.random,
      send: (items) => sendSessionWrites(sending, items),
      batchSize: sessionBatchSize,
      delayMs: sessionDelayMs,
    });
    this.#wake();
    waitUntil(
      drained.then(() => {
        if (desk.noteChange(Date.now())) this.drain();
        this.#wake();
        return this.#tellBacklog(session);
      }),
    );
  }

  /** For metrics alone: what is failing tries again soon, and then tells it again. */
  async #tellBacklog({ id, account }: SessionRecord): Promise<void> {
    const { env, outbox } = this.#deps;
    if (!outbox.isInTrouble && !this.#toldBacklog) return;
    const backlog = outbox.backlog();
    const isFailing = backlog.failingSinceMs !== null;
    if (!isFailing && !this.#toldBacklog) return;
    this.#toldBacklog = isFailing;
    await accountOf(env, account)
      .metrics.noteBacklog(id, isFailing ? backlog : null)
      .catch(() => undefined);
  }

  #sending(session: SessionRecord): SendDeps {
    const { env, logger, outbox, desk, memory, onDependency, onQueued, onRefused } = this.#deps;
    return {
      env,
      logger,
      session,
      waiting: (number) => this.#waiting(number),
      jobOf: (task, botName) => this.#jobOf(memory().session ?? session, task, botName),
      unsentSpends: () =>
        outbox
          .unsent(BUDGET_LANE, sessionBatchSize(BUDGET_LANE))
          .flatMap((body) => (body.kind === 'spend' ? [body.spend] : [])),
      stuck: () => desk.report(session, Date.now()),
      openDependencies: (number) => {
        const task = memory().tasks.get(number);
        return task === undefined ? [] : openDependencies(task).map(({ taskId }) => taskId);
      },
      onDependency,
      onQueued,
      onRefused,
    };
  }

  #wake(): void {
    const { outbox, deadlines } = this.#deps;
    const dueMs = outbox.nextDueAt();
    if (dueMs === null) deadlines.clear(OUTBOX_DEADLINE);
    else deadlines.set(OUTBOX_DEADLINE, dueMs);
  }

  /** A task as it is now; null when it needs no runner any more. */
  #waiting(taskNumber: number): TaskRecord | null {
    const task = this.#deps.memory().tasks.get(taskNumber);
    if (task === undefined || task.view.state !== 'pending' || !task.active) return null;
    // An order from before its failure must not bring it back too early.
    return recoversAt(task) === null ? task : null;
  }

  #jobOf(session: SessionRecord, task: TaskRecord, botName: string): FleetJob {
    const tasks = [...this.#deps.memory().tasks.values()];
    return buildFleetJob(session, task, {
      publicUrl: configOf(this.#deps.env).publicUrl,
      botName,
      priorCostUsd: sessionCostUsd(tasks),
      previousAttempt: previousAttempt(tasks),
      discard: taskToDiscard(tasks),
    });
  }
}
