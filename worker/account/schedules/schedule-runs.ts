import { taskIdOf } from '../../../protocol/ids.ts';
import type { Schedule, ScheduleRun } from '../../../protocol/schedules.ts';
import { isTerminal, type TaskState } from '../../../protocol/task-state.ts';
import type { Env } from '../../env.ts';
import { sessionOf } from '../../http/durable-objects.ts';
import type { SendResult } from '../../storage/outbox-decide.ts';
import { withDeadline } from '../../with-deadline.ts';
import type { AccountParts } from '../account-parts.ts';
import { type DueRun, describeSkipped } from './decide-due.ts';
import { decideOverlap } from './decide-run.ts';
import type { ScheduleStore } from './schedule-store.ts';
import { type StartResult, startRun } from './start-run.ts';

export type RunDeps = Pick<AccountParts, 'account' | 'env' | 'now' | 'newId' | 'logger'> & {
  store: ScheduleStore;
  find: (scheduleId: string) => Schedule | null;
  /** Has `attempt` called, durably and again until it is done. */
  send: (run: ScheduleRun) => void;
  /** A run has made its task. */
  started: (schedule: Schedule, run: ScheduleRun, title: string) => void;
  /** A run is over, or will never be: `first` is false when that was known, and its task went on since. */
  ended: (run: ScheduleRun, first: boolean) => void;
  /** The repository's file says something else than what is kept of it. */
  refresh: (schedule: Schedule, found: Extract<StartResult, { status: 'stale' }>) => void;
};

/** A session's object that hangs must not hold a schedule up for ever. */
const ASK_DEADLINE_MS = 20_000;

/** A run of a file's schedule is read anew at most so often before it starts. */
const MAX_REFRESHES = 2;

/** The runs of schedules: each makes one task, when the run before it lets it. */
export class ScheduleRuns {
  readonly #deps: RunDeps;

  constructor(deps: RunDeps) {
    this.#deps = deps;
  }

  /** A run that is to start as soon as it can; one that is skipped is only noted. */
  add(
    schedule: Schedule,
    due: Omit<DueRun, 'cause'> & Pick<ScheduleRun, 'cause'>,
    by: string | null,
  ): ScheduleRun {
    const { newId, now, store } = this.#deps;
    const run: ScheduleRun = {
      id: newId(),
      scheduleId: schedule.id,
      cause: due.cause,
      by,
      dueAt: due.dueAt,
      missed: due.missed,
      status: due.skip ? 'skipped' : 'starting',
      reason: due.skip ? describeSkipped(due.missed) : null,
      sessionId: null,
      taskId: null,
      taskState: null,
      startedAt: null,
      endedAt: due.skip ? now() : null,
    };
    store.addRun(run);
    if (!due.skip) this.#deps.send(run);
    return run;
  }

  /** One attempt to start a run. `isLast`: after it nobody tries again. */
  async attempt(runId: string, isLast: boolean): Promise<SendResult> {
    const { store, find } = this.#deps;
    const isOpen = () => store.run(runId)?.status === 'starting';
    if (!isOpen()) return DONE;
    const scheduleId = store.run(runId)?.scheduleId ?? '';
    const former = await this.former(scheduleId);
    // It may have been deleted while its former run was asked.
    const run = store.run(runId);
    const schedule = find(scheduleId);
    if (run === null || schedule === null || !isOpen()) return DONE;
    if (former !== null) return this.#meet(schedule, run, former);
    return this.#start(schedule, run, isLast);
  }

  /** The run whose task is not over, as its session says. @throws when the session can't be asked */
  async former(scheduleId: string): Promise<ScheduleRun | null> {
    for (const run of this.#deps.store.runsIn('running', scheduleId)) {
      const state = await askState(this.#deps.env, run);
      if (state !== null && !isTerminal(state)) return run;
      this.#settle(run, state);
    }
    return null;
  }

  /** The task of a run is over. Nothing happens for sessions that are none of a run. */
  taskEnded(sessionId: string, state: TaskState): void {
    const run = this.#deps.store.run(sessionId);
    if (run !== null) this.#settle(run, state);
  }

  /** Lets runs go whose former one is over without anybody having said so. */
  async lookAfterWaiting(): Promise<void> {
    const waiting = new Set(this.#deps.store.runsIn('waiting').map(({ scheduleId }) => scheduleId));
    for (const scheduleId of waiting) {
      if ((await this.former(scheduleId)) === null) this.#release(scheduleId);
    }
  }

  #settle(run: ScheduleRun, state: TaskState | null): void {
    const { store, now, ended } = this.#deps;
    const reason = state === null ? 'Its task was deleted.' : null;
    const first = run.status !== 'ended';
    const over: ScheduleRun = { ...run, status: 'ended', taskState: state, reason, endedAt: now() };
    store.setRun(over);
    ended(over, first);
    this.#release(run.scheduleId);
  }

  /** The run that waits may go. */
  #release(scheduleId: string): void {
    const { store, send } = this.#deps;
    const [next] = store.runsIn('waiting', scheduleId);
    if (next === undefined) return;
    const run: ScheduleRun = { ...next, status: 'starting', reason: null };
    store.setRun(run);
    send(run);
  }

  async #meet(schedule: Schedule, run: ScheduleRun, former: ScheduleRun): Promise<SendResult> {
    const { store, env } = this.#deps;
    const [waiting] = store.runsIn('waiting', schedule.id);
    const decision = decideOverlap(schedule.overlap, waiting !== undefined);
    if (decision.status === 'skip') {
      this.#skip(run, decision.reason);
      return DONE;
    }
    if (decision.instead && waiting !== undefined) this.#skip(waiting, 'A later run took its place.');
    store.setRun({ ...run, status: 'waiting', reason: decision.reason });
    if (decision.cancel && former.sessionId !== null) {
      const why = 'The next run of its schedule is due.';
      await sessionOf(env, former.sessionId).endTask(1, 'cancel', schedule.name, why);
    }
    // It may be over by now, and whoever says so found nobody waiting.
    if ((await this.former(schedule.id)) === null) this.#release(schedule.id);
    return DONE;
  }

  #skip(run: ScheduleRun, reason: string): void {
    this.#deps.store.setRun({ ...run, status: 'skipped', reason, endedAt: this.#deps.now() });
  }

  async #start(schedule: Schedule, run: ScheduleRun, isLast: boolean, refreshes = 0): Promise<SendResult> {
    const { env, account, store, logger, find, refresh } = this.#deps;
    const result = await startRun(env, account, schedule, run);
    // Deleted meanwhile, or its task is over already.
    const now = store.run(run.id);
    if (now === null) return DONE;
    switch (result.status) {
      case 'started':
        this.#noteStarted(schedule, now, result);
        return DONE;
      case 'stale': {
        refresh(schedule, result);
        const fresh = find(schedule.id);
        if (fresh === null) return DONE;
        if (refreshes < MAX_REFRESHES) return this.#start(fresh, run, isLast, refreshes + 1);
        return { status: 'retry', reason: "The repository's file changes all the time." };
      }
      case 'unavailable':
        logger.warn('schedule.unavailable', {
          scheduleId: schedule.id,
          runId: run.id,
          reason: result.reason,
        });
        if (isLast) return this.#fail(now, result.reason);
        store.setRun({ ...now, reason: result.reason });
        return { status: 'retry', reason: result.reason };
      case 'refused':
        return this.#fail(now, result.reason);
    }
  }

  #noteStarted(
    schedule: Schedule,
    run: ScheduleRun,
    { taskId, session }: Extract<StartResult, { status: 'started' }>,
  ): void {
    const { store, now, started } = this.#deps;
    const status = run.status === 'starting' ? 'running' : run.status;
    const known: ScheduleRun = {
      ...run,
      status,
      reason: null,
      sessionId: session.id,
      taskId,
      startedAt: now(),
    };
    store.setRun(known);
    started(schedule, known, session.title);
  }

  #fail(run: ScheduleRun, reason: string): SendResult {
    const failed: ScheduleRun = { ...run, status: 'failed', reason, endedAt: this.#deps.now() };
    this.#deps.store.setRun(failed);
    this.#deps.ended(failed, true);
    this.#release(run.scheduleId);
    return DONE;
  }
}

const DONE: SendResult = { status: 'done' };

/** Null: there is no such task any more. */
async function askState(env: Env, { id, taskId }: ScheduleRun): Promise<TaskState | null> {
  const answer = await withDeadline(sessionOf(env, id).overview(), ASK_DEADLINE_MS, 'Session.overview');
  return answer?.tasks.find((task) => task.id === (taskId ?? taskIdOf(id, 1)))?.state ?? null;
}
