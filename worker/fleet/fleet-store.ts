import type { RunnerId, TaskId } from '../../protocol/ids.ts';
import type { Job } from '../../protocol/job.ts';
import type { FleetJob } from '../contracts.ts';
import type { Lease, QueuedJob, RunnerRow } from './fleet-state.ts';
import { JobHistory } from './job-history.ts';
import { repositoriesOf } from './runner-bound.ts';

/** Far longer than anybody waits in fair turns. */
const GRANTS_KEPT_MS = 7 * 24 * 3_600_000;

/** What rows of older builds do not say. */
const UNKNOWN = { requester: '', priority: 'normal', concurrency: null, project: '' } as const;

type JobColumns = { task_id: string; runner_id: string | null; epoch: number | null; envelope: string };

/**
 * Runners, jobs and epochs in the object's SQLite, with a copy in memory to match against. Every write goes to
 * SQLite first. Jobs are either in `queue` or in `leases`, never in both.
 */
export class FleetStore {
  readonly runners = new Map<RunnerId, RunnerRow>();
  readonly queue = new Map<TaskId, QueuedJob>();
  readonly leases = new Map<TaskId, Lease>();
  /** When each person was last given a runner (ms since 1970). */
  readonly lastGrants = new Map<string, number>();
  readonly history: JobHistory;
  readonly #sql: SqlStorage;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
    sql.exec(`
      CREATE TABLE IF NOT EXISTS runners (id TEXT PRIMARY KEY, row TEXT NOT NULL) WITHOUT ROWID;
      CREATE TABLE IF NOT EXISTS jobs (
        task_id TEXT PRIMARY KEY,
        runner_id TEXT,
        epoch INTEGER,
        envelope TEXT NOT NULL,
        body TEXT NOT NULL
      );
      -- Outlives the job: a task that is resumed goes on counting, and a late copy of an ended job is known.
      CREATE TABLE IF NOT EXISTS epochs (
        task_id TEXT PRIMARY KEY,
        epoch INTEGER NOT NULL,
        ended_enqueued_at INTEGER
      ) WITHOUT ROWID;
      CREATE TABLE IF NOT EXISTS grants (requester TEXT PRIMARY KEY, at_ms INTEGER NOT NULL) WITHOUT ROWID;
    `);
    this.history = new JobHistory(sql);
    this.#load();
  }

  saveRunner(row: RunnerRow): void {
    this.#sql.exec(
      'INSERT INTO runners (id, row) VALUES (?1, ?2) ON CONFLICT (id) DO UPDATE SET row = ?2',
      row.id,
      JSON.stringify(row),
    );
    this.runners.set(row.id, row);
  }

  deleteRunner(id: RunnerId): void {
    this.#sql.exec('DELETE FROM runners WHERE id = ?', id);
    this.runners.delete(id);
  }

  hasJob(taskId: TaskId): boolean {
    return this.queue.has(taskId) || this.leases.has(taskId);
  }

  /** How many jobs of a person wait. */
  waitingOf(requester: string): number {
    let count = 0;
    for (const job of this.queue.values()) if (job.requester === requester) count += 1;
    return count;
  }

  /** This very request (or a later one) was already carried to its end: a copy of it is late. */
  isEnded(taskId: TaskId, enqueuedAt: number): boolean {
    const [row] = this.#sql
      .exec<{ ended_enqueued_at: number | null }>(
        'SELECT ended_enqueued_at FROM epochs WHERE task_id = ?',
        taskId,
      )
      .toArray();
    return (row?.ended_enqueued_at ?? -1) >= enqueuedAt;
  }

  /** The epoch of the last assignment; 0 before the first. */
  epochOf(taskId: TaskId): number {
    const [row] = this.#sql
      .exec<{ epoch: number }>('SELECT epoch FROM epochs WHERE task_id = ?', taskId)
      .toArray();
    return row?.epoch ?? 0;
  }

  addJob(job: FleetJob, nowMs: number): QueuedJob {
    const { job: body, ...envelope } = job;
    const queued: QueuedJob = {
      ...envelope,
      repositories: repositoriesOf(body),
      requestedAt: job.enqueuedAt,
      waitingSince: nowMs,
      avoid: [],
    };
    this.#sql.exec(
      'INSERT INTO jobs (task_id, envelope, body) VALUES (?, ?, ?)',
      job.taskId,
      JSON.stringify(queued),
      JSON.stringify(body),
    );
    this.queue.set(job.taskId, queued);
    return queued;
  }

  /** The session asked again and knows more by now. A job keeps its place; one that runs keeps its body, too. */
  refreshJob(job: FleetJob): void {
    const queued = this.queue.get(job.taskId);
    const lease = this.leases.get(job.taskId);
    const known = queued ?? lease;
    if (known === undefined || job.enqueuedAt <= known.requestedAt) return;
    const { enqueuedAt: requestedAt, labels, priority, concurrency } = job;
    const change = { requestedAt, labels, priority, concurrency };
    this.#sql.exec(
      'UPDATE jobs SET envelope = ?, body = CASE WHEN runner_id IS NULL THEN ? ELSE body END WHERE task_id = ?',
      JSON.stringify({ ...known, ...change }),
      JSON.stringify(job.job),
      job.taskId,
    );
    if (queued !== undefined) this.queue.set(job.taskId, { ...queued, ...change });
    if (lease !== undefined) this.leases.set(job.taskId, { ...lease, ...change });
  }

  /** Moves a queued job to a runner under the task's next epoch. */
  leaseJob(queued: QueuedJob, runnerId: RunnerId, nowMs: number): Lease {
    const { epoch } = this.#sql
      .exec<{ epoch: number }>(
        `INSERT INTO epochs (task_id, epoch) VALUES (?, 1)
         ON CONFLICT (task_id) DO UPDATE SET epoch = epoch + 1 RETURNING epoch`,
        queued.taskId,
      )
      .one();
    this.#sql.exec(
      'UPDATE jobs SET runner_id = ?, epoch = ?, envelope = ? WHERE task_id = ?',
      runnerId,
      epoch,
      JSON.stringify({ ...queued, leasedAt: nowMs }),
      queued.taskId,
    );
    this.#noteGrant(queued.requester, nowMs);
    const lease: Lease = { ...queued, runnerId, epoch, leasedAt: nowMs };
    this.queue.delete(queued.taskId);
    this.leases.set(queued.taskId, lease);
    return lease;
  }

  /** Takes a leased job back into the queue; it keeps its place by age. */
  requeue(lease: Lease, change: Pick<QueuedJob, 'preferredRunnerId' | 'avoid' | 'waitingSince'>): void {
    const queued: QueuedJob = { ...toQueued(lease), ...change };
    this.#sql.exec(
      'UPDATE jobs SET runner_id = NULL, epoch = NULL, envelope = ? WHERE task_id = ?',
      JSON.stringify(queued),
      lease.taskId,
    );
    this.leases.delete(lease.taskId);
    this.queue.set(lease.taskId, queued);
  }

  /** Has runners asked again that declined a queued job. @returns whether the job waits. */
  forgive(taskId: TaskId): boolean {
    const queued = this.queue.get(taskId);
    if (queued === undefined) return false;
    const forgiven = { ...queued, avoid: [] };
    this.#sql.exec('UPDATE jobs SET envelope = ? WHERE task_id = ?', JSON.stringify(forgiven), taskId);
    this.queue.set(taskId, forgiven);
    return true;
  }

  /** The job is over or withdrawn. */
  endJob(job: QueuedJob): void {
    this.#sql.exec(
      `INSERT INTO epochs (task_id, epoch, ended_enqueued_at) VALUES (?1, 0, ?2)
       ON CONFLICT (task_id) DO UPDATE SET ended_enqueued_at = ?2`,
      job.taskId,
      job.requestedAt,
    );
    this.#sql.exec('DELETE FROM jobs WHERE task_id = ?', job.taskId);
    this.queue.delete(job.taskId);
    this.leases.delete(job.taskId);
  }

  bodyOf(taskId: TaskId): Job {
    const { body } = this.#sql
      .exec<{ body: string }>('SELECT body FROM jobs WHERE task_id = ?', taskId)
      .one();
    return JSON.parse(body);
  }

  #noteGrant(requester: string, nowMs: number): void {
    this.#sql.exec('INSERT OR REPLACE INTO grants (requester, at_ms) VALUES (?, ?)', requester, nowMs);
    this.lastGrants.set(requester, nowMs);
  }

  #load(): void {
    // Whoever was last given a runner long ago waits as long as his oldest job.
    this.#sql.exec('DELETE FROM grants WHERE at_ms < (SELECT MAX(at_ms) FROM grants) - ?', GRANTS_KEPT_MS);
    const grants = this.#sql.exec<{ requester: string; at_ms: number }>(
      'SELECT requester, at_ms FROM grants',
    );
    for (const { requester, at_ms: atMs } of grants) this.lastGrants.set(requester, atMs);
    for (const { row } of this.#sql.exec<{ row: string }>('SELECT row FROM runners')) {
      const runner: RunnerRow = JSON.parse(row);
      this.runners.set(runner.id, runner);
    }
    const jobs = this.#sql.exec<JobColumns>('SELECT task_id, runner_id, epoch, envelope FROM jobs');
    for (const { runner_id: runnerId, epoch, envelope } of jobs) {
      const job: QueuedJob = { ...UNKNOWN, ...JSON.parse(envelope) };
      if (runnerId === null || epoch === null) this.queue.set(job.taskId, job);
      else this.leases.set(job.taskId, { ...job, runnerId, epoch });
    }
  }
}

function toQueued(job: QueuedJob | Lease): QueuedJob {
  if (!('runnerId' in job)) return job;
  const { runnerId: _runnerId, epoch: _epoch, leasedAt: _leasedAt, ...queued } = job;
  return queued;
}
