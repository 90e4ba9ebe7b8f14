import type { HeldJob } from '../../protocol/control-socket.ts';
import type { TaskId } from '../../protocol/ids.ts';
import { LEASE_MS } from '../../protocol/limits.ts';
import type { JobRecord } from '../job/job-folder.ts';
import { JobFolder } from '../job/job-folder.ts';
import type { JobRun } from '../job/job-run.ts';
import type { TicketHolder } from '../job/ticket-holder.ts';

export type RunningJob = { run: JobRun; ticket: TicketHolder };

/** Everything this runner holds, in whatever state: what its `hello` tells the Fleet. */
export class JobTable {
  readonly #dataDir: string;
  readonly #monotonic: () => number;
  readonly #running = new Map<TaskId, RunningJob>();
  /** Of a former life, until the Fleet says what becomes of them. */
  readonly #interrupted = new Map<TaskId, JobRecord>();
  readonly #reported = new Map<TaskId, { epoch: number; untilMs: number }>();

  constructor(dataDir: string, monotonic: () => number, interrupted: readonly JobRecord[]) {
    this.#dataDir = dataDir;
    this.#monotonic = monotonic;
    for (const record of interrupted) this.#interrupted.set(record.job.taskId, record);
  }

  get size(): number {
    return this.#running.size;
  }

  running(): RunningJob[] {
    return [...this.#running.values()];
  }

  find(taskId: TaskId): RunningJob | undefined {
    return this.#running.get(taskId);
  }

  add(job: RunningJob): void {
    const { taskId } = job.run.assignment.job;
    this.#interrupted.delete(taskId);
    this.#running.set(taskId, job);
  }

  /**
   * Takes a run out that is over. One that was reported stays known for a while: the session tells the Fleet of the
   * end, and a `hello` before that must not look as if the job had been lost.
   */
  remove({ run }: RunningJob, wasReported: boolean): void {
    const { job, epoch } = run.assignment;
    if (this.#running.get(job.taskId)?.run === run) this.#running.delete(job.taskId);
    if (wasReported) this.#reported.set(job.taskId, { epoch, untilMs: this.#monotonic() + LEASE_MS * 2 });
  }

  /**
   * The Fleet has given the lease up that a former life held. What was done stays, should the job come back.
   *
   * @returns the job, when it was one of those
   */
  park(taskId: TaskId): JobRecord | null {
    const record = this.#interrupted.get(taskId);
    if (record === undefined) return null;
    this.#interrupted.delete(taskId);
    new JobFolder(this.#dataDir, taskId).save({ ...record, state: 'parked', claude: null });
    return record;
  }

  held(): HeldJob[] {
    const nowMs = this.#monotonic();
    for (const [taskId, { untilMs }] of this.#reported) if (untilMs <= nowMs) this.#reported.delete(taskId);
    const held = new Map<TaskId, HeldJob>();
    for (const [taskId, { epoch }] of this.#interrupted)
      held.set(taskId, { taskId, epoch, phase: 'interrupted' });
    for (const [taskId, { epoch }] of this.#reported) held.set(taskId, { taskId, epoch, phase: 'running' });
    for (const [taskId, { run }] of this.#running) {
      held.set(taskId, { taskId, epoch: run.assignment.epoch, phase: 'running' });
    }
    return [...held.values()];
  }
}
