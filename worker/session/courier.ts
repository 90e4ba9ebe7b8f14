import { configOf } from '../config.ts';
import type { FleetJob } from '../contracts.ts';
import type { Env } from '../env.ts';
import type { Logger } from '../logger.ts';
import type { Deadlines } from '../storage/deadlines.ts';
import type { Outbox } from '../storage/outbox.ts';
import type { AttentionDesk } from './attention-desk.ts';
import { buildFleetJob } from './build-job.ts';
import { previousAttempt } from './resume-point.ts';
import { type QueueAnswer, sendSessionWrites } from './send-session-writes.ts';
import { sessionCostUsd } from './session-record.ts';
import type { SessionMemory } from './session-unit.ts';
import { type SessionWrite, sessionBatchSize, sessionDelayMs } from './session-writes.ts';

export const OUTBOX_DEADLINE = 'outbox';

export type CourierDeps = {
  env: Env;
  logger: Logger;
  outbox: Outbox<SessionWrite>;
  deadlines: Deadlines;
  desk: AttentionDesk;
  memory: () => SessionMemory;
  onQueued: (taskNumber: number, answer: QueueAnswer) => void;
  waitUntil: (work: Promise<unknown>) => void;
};

/** Sends what the outbox holds, without holding anybody up, and sets the alarm for what has to wait. */
export class Courier {
  readonly #deps: CourierDeps;

  constructor(deps: CourierDeps) {
    this.#deps = deps;
  }

  drain(): void {
    const { env, logger, outbox, desk, onQueued, waitUntil, memory } = this.#deps;
    const { session } = memory();
    if (session === null) return;
    const jobOf = (number: number) => this.#jobOf(number);
    const stuck = () => desk.report(session, Date.now());
    const drained = outbox.drain({
      now: Date.now,
      random: Math.random,
      send: (items) => sendSessionWrites({ env, logger, session, jobOf, stuck, onQueued }, items),
      batchSize: sessionBatchSize,
      delayMs: sessionDelayMs,
    });
    this.#wake();
    waitUntil(
      drained.then(() => {
        if (desk.noteChange(Date.now())) this.drain();
        this.#wake();
      }),
    );
  }

  #wake(): void {
    const { outbox, deadlines } = this.#deps;
    const dueMs = outbox.nextDueAt();
    if (dueMs === null) deadlines.clear(OUTBOX_DEADLINE);
    else deadlines.set(OUTBOX_DEADLINE, dueMs);
  }

  /** The job of a task as it is now; null when it needs no runner any more. */
  #jobOf(taskNumber: number): FleetJob | null {
    const { session, tasks } = this.#deps.memory();
    const task = tasks.get(taskNumber);
    if (session === null || task === undefined || task.view.state !== 'pending' || !task.active) return null;
    const { publicUrl, botName } = configOf(this.#deps.env);
    return buildFleetJob(session, task, {
      publicUrl,
      botName,
      priorCostUsd: sessionCostUsd(tasks.values()),
      previousAttempt: previousAttempt(tasks.values()),
    });
  }
}
