import { type Checkpoint, checkpointBytes } from '../../protocol/checkpoint.ts';
import type { RunnerId, SessionId } from '../../protocol/ids.ts';
import { isTerminal } from '../../protocol/task-state.ts';
import type { CheckpointAnswer, CheckpointAsk } from '../checkpoint/checkpoint-ask.ts';
import { deleteCheckpointBody, listCheckpointBodies } from '../checkpoint/checkpoint-bodies.ts';
import type { Env } from '../env.ts';
import type { Deadlines } from '../storage/deadlines.ts';
import { CheckpointStore } from './checkpoint-store.ts';
import { judgeCheckpoint, judgeHolder } from './judge-checkpoint.ts';
import { noteRescueReport } from './note-rescue.ts';
import { adoptEpoch } from './reduce-fleet-news.ts';
import { refuseUnknown } from './refuse-unknown.ts';
import { resumePoint } from './resume-point.ts';
import type { SessionCore } from './session-core.ts';
import type { SessionStore } from './session-store.ts';

/** Rings when bodies that nothing names may be there. */
const SWEEP_DEADLINE = 'checkpoint_sweep';

/** Rings when a session has not been worked on for long. */
const RETENTION_DEADLINE = 'checkpoint_retention';

export function isCheckpointDeadline(name: string): boolean {
  return name === SWEEP_DEADLINE || name === RETENTION_DEADLINE;
}

/** An upload takes a minute on a slow line; what is older and has no row was left by a crash. */
const SWEEP_AFTER_MS = 60 * 60_000;

/** A stopped task is taken up again after a holiday, not after a quarter. As sensitive as the code, so not for ever. */
export const CHECKPOINT_RETENTION_MS = 30 * 24 * 60 * 60_000;

/** The session's stored state for other machines: a row here, a sealed body in R2. */
export class Checkpoints {
  readonly #env: Env;
  readonly #sessionStore: SessionStore;
  readonly #deadlines: Deadlines;
  readonly #core: SessionCore;
  readonly #store: CheckpointStore;

  constructor(
    storage: DurableObjectStorage,
    env: Env,
    sessionStore: SessionStore,
    deadlines: Deadlines,
    core: SessionCore,
  ) {
    this.#env = env;
    this.#sessionStore = sessionStore;
    this.#deadlines = deadlines;
    this.#core = core;
    this.#store = new CheckpointStore(storage);
  }

  async answer(ask: CheckpointAsk): Promise<CheckpointAnswer> {
    const { session, tasks } = this.#core.memory;
    if (session === null) return refuseUnknown('session');
    switch (ask.type) {
      case 'current':
        return { status: 'ok', checkpoint: this.#store.read() };
      case 'forget':
        return this.#forget(session.id);
      case 'resume_point': {
        const task = this.#holding(ask, ask.epoch);
        if (task === null) return refuseUnknown('task');
        const fenced = judgeHolder(task, ask.epoch, ask.runnerId);
        if (fenced !== null) return fenced;
        const checkpoint = this.#store.read();
        const messages = this.#sessionStore.messages();
        const begun = session.claudeSessionId !== null;
        const { tasks: now } = this.#core.memory;
        return { status: 'ok', checkpoint, point: resumePoint(now, task, messages, checkpoint, begun) };
      }
      case 'rescued': {
        const task = tasks.get(ask.taskNumber);
        if (task === undefined || ask.account !== session.account) return refuseUnknown('task');
        const step = noteRescueReport(task, ask, Date.now());
        if ('status' in step) return step;
        this.#core.change((unit) => unit.apply(step));
        return { status: 'ok', checkpoint: null };
      }
      case 'offer':
      case 'keep':
        return this.#take(session.id, ask);
    }
  }

  /** The task as its ticket proves it: the Fleet's own word of a new epoch may still be on its way. */
  #holding({ taskNumber, runnerId }: { taskNumber: number; runnerId: RunnerId }, epoch: number) {
    const runner = { id: runnerId, name: null };
    this.#core.step(taskNumber, (task, nowMs) => adoptEpoch(task, epoch, runner, nowMs));
    return this.#core.memory.tasks.get(taskNumber) ?? null;
  }

  /**
   * `offer` before the body is uploaded, `keep` after it. Between the two the session may have moved on, so both are
   * judged; the row is switched only when the new body is whole, and the old body goes only after that.
   */
  #take(sessionId: SessionId, ask: Extract<CheckpointAsk, { type: 'offer' | 'keep' }>): CheckpointAnswer {
    const task = this.#holding(ask, ask.header.epoch);
    if (task === null) return refuseUnknown('task');
    const before = this.#store.read();
    const verdict = judgeCheckpoint(this.#core.memory.tasks.values(), task, ask, before);
    if (verdict.status === 'refused') return verdict;
    if (verdict.status === 'known') return { status: 'ok', checkpoint: verdict.checkpoint, isKnown: true };
    const deadlines = this.#deadlines;
    const nowMs = Date.now();
    if (deadlines.at(SWEEP_DEADLINE) === null) deadlines.set(SWEEP_DEADLINE, nowMs + SWEEP_AFTER_MS);
    if (ask.type === 'offer') return { status: 'ok', checkpoint: before };
    const { header, runnerId } = ask;
    const runnerName = task.attempts?.findLast(({ epoch }) => epoch === header.epoch)?.runnerName ?? null;
    const checkpoint: Checkpoint = { ...header, taskId: task.view.id, runnerId, runnerName, storedAt: nowMs };
    this.#core.change((unit) => {
      this.#store.write(checkpoint);
      deadlines.set(RETENTION_DEADLINE, nowMs + CHECKPOINT_RETENTION_MS);
      const bytes = checkpointBytes(header);
      unit.logControl(task.view.id, { type: 'checkpoint.stored', id: header.id, turn: header.turn, bytes });
    });
    if (before !== null && before.id !== header.id) this.#deleteSoon(sessionId, before.id);
    return { status: 'ok', checkpoint };
  }

  /** A body that is not deleted now is found by the sweep. */
  #deleteSoon(sessionId: SessionId, id: string): void {
    void deleteCheckpointBody(this.#env, { sessionId, id }).catch(() => undefined);
  }

  async #forget(sessionId: SessionId): Promise<CheckpointAnswer> {
    const before = this.#store.read();
    this.#store.remove();
    if (before !== null) await deleteCheckpointBody(this.#env, { sessionId, id: before.id });
    return { status: 'ok', checkpoint: null };
  }

  /** One of the deadlines of `isCheckpointDeadline` has come. */
  async meet(deadline: string): Promise<void> {
    const { session } = this.#core.memory;
    if (session === null) return;
    if (deadline === SWEEP_DEADLINE) await this.#sweep(session.id);
    else await this.#retire(session.id);
  }

  async #sweep(sessionId: SessionId): Promise<void> {
    const current = this.#store.read();
    const nowMs = Date.now();
    const unnamed = (await listCheckpointBodies(this.#env, sessionId)).filter(({ id }) => id !== current?.id);
    for (const { id, storedAt } of unnamed) {
      if (nowMs - storedAt >= SWEEP_AFTER_MS) await deleteCheckpointBody(this.#env, { sessionId, id });
      else this.#deadlines.set(SWEEP_DEADLINE, storedAt + SWEEP_AFTER_MS);
    }
  }

  /** A task that still lives may need it. */
  async #retire(sessionId: SessionId): Promise<void> {
    const isLive = [...this.#core.memory.tasks.values()].some(({ view }) => !isTerminal(view.state));
    if (isLive) this.#deadlines.set(RETENTION_DEADLINE, Date.now() + CHECKPOINT_RETENTION_MS);
    else await this.#forget(sessionId);
  }
}
