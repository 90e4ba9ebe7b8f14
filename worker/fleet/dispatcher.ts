import type { AccountKey, RunnerId, TaskId } from '../../protocol/ids.ts';
import { splitTaskId } from '../../protocol/ids.ts';
import type { JobClaims } from '../../protocol/job-envelope.ts';
import { ENVELOPE_TTL_MS, LEASE_MS, PING_INTERVAL_MS, TICKET_TTL_MS } from '../../protocol/limits.ts';
import type { Logger } from '../logger.ts';
import type { NamedRunner } from './explain-wait.ts';
import { findLostRunners, type RunnerContact } from './find-lost-runners.ts';
import type { Lease, QueuedJob, RunnerRow } from './fleet-state.ts';
import type { FleetStore } from './fleet-store.ts';
import { assignedWrite, type FleetOutboxEntry, lostWrite } from './fleet-writes.ts';
import { matchJobs } from './match-jobs.ts';
import { isOver, mayHave } from './runner-bound.ts';
import { closeQuietly, type RunnerSockets, sendToRunner } from './runner-sockets.ts';
import { isDraining, type RunnerContactRow } from './view-fleet.ts';

/** Two missed pings and some slack: such a socket may be half-open, so it gets no new job. */
const FRESH_MS = 2.5 * PING_INTERVAL_MS;

/** A ping that is heard again wakes nobody, so waiting jobs look for one. */
const STALE_RECHECK_MS = 5_000;

/** A deploy or restart asks for a new socket; 1001 is "going away". */
const GOING_AWAY = 1001;

export type DispatcherDeps = {
  store: FleetStore;
  sockets: RunnerSockets;
  logger: Logger;
  now: () => number;
  signTicket: (claims: {
    sessionId: string;
    taskNumber: number;
    epoch: number;
    runnerId: RunnerId;
    account: AccountKey;
    expiresAt: number;
  }) => Promise<string>;
  signJob: (claims: JobClaims) => Promise<string>;
  /** Hands a write to the outbox and has it sent soon. */
  tell: (entry: FleetOutboxEntry) => void;
  /** Calls `match` or `checkLeases` again at a time, also after an eviction. */
  wakeAt: (what: 'match' | 'leases', atMs: number) => void;
};

/** Gives jobs to runners and takes them back. */
export class Dispatcher {
  readonly #deps: DispatcherDeps;

  constructor(deps: DispatcherDeps) {
    this.#deps = deps;
  }

  /** Gives queued jobs to runners that are free. Everything is stored before the first frame leaves. */
  async match(): Promise<void> {
    const { store, now, wakeAt } = this.#deps;
    const nowMs = now();
    if (store.queue.size === 0) return;
    const runners = this.namedRunners();
    const { assignments, nextAtMs } = matchJobs(
      [...store.queue.values()],
      runners,
      [...store.leases.values()],
      nowMs,
      store.lastGrants,
    );
    const granted = assignments.flatMap(({ taskId, runnerId }) => this.#grant(taskId, runnerId));
    if (nextAtMs !== null) wakeAt('match', nextAtMs);
    this.#watchStaleSockets(nowMs);
    this.watchLeases();
    await Promise.all(granted.map((lease) => this.#sendAssign(lease)));
  }

  /** Takes a lease back into the queue, first for the same runner: it has the worktree. */
  requeue(
    lease: Lease,
    reason: string,
    change: Partial<Pick<QueuedJob, 'avoid' | 'waitingSince' | 'preferredRunnerId'>> = {},
  ): void {
    const { store, tell, logger, now } = this.#deps;
    store.requeue(lease, {
      preferredRunnerId: lease.runnerId,
      avoid: [],
      waitingSince: now(),
      ...change,
    });
    tell(lostWrite(lease, reason));
    logger.warn('fleet.job_lost', {
      taskId: lease.taskId,
      epoch: lease.epoch,
      runnerId: lease.runnerId,
      reason,
    });
  }

  /** Tells a runner that a job is no longer its own. Nothing happens when it is not connected. */
  revoke(runnerId: RunnerId, taskId: TaskId, epoch: number, reason: string): void {
    const socket = this.#deps.sockets.welcomedOf(runnerId);
    if (socket !== null) sendToRunner(socket, { type: 'revoke', taskId, epoch, reason });
  }

  /**
   * A job that waits may lie interrupted at the runner that had it. When it does not come back there, that runner keeps
   * what was done and lets go of it now, and not only at its next `hello`. Call before the job's epoch changes.
   */
  revokeFormer({ taskId, preferredRunnerId }: QueuedJob, reason: string): void {
    if (preferredRunnerId === null) return;
    this.revoke(preferredRunnerId, taskId, this.#deps.store.epochOf(taskId), reason);
  }

  ticketFor({ taskId, epoch, runnerId }: Lease, account: AccountKey): Promise<string> {
    const { sessionId, taskNumber } = splitTaskId(taskId);
    const expiresAt = this.#deps.now() + TICKET_TTL_MS;
    return this.#deps.signTicket({ sessionId, taskNumber, epoch, runnerId, account, expiresAt });
  }

  /** Ends the leases of runners that were not heard of for `LEASE_MS`, and looks again when it may be so. */
  checkLeases(): void {
    const { store, now } = this.#deps;
    const nowMs = now();
    const contacts = this.#leasedContacts(nowMs);
    const { lost } = findLostRunners(contacts, nowMs);
    for (const contact of contacts) {
      if (!lost.includes(contact.runnerId)) continue;
      const lastSignMs = contact.status === 'connected' ? contact.heardAt : contact.since;
      for (const lease of [...store.leases.values()]) {
        if (lease.runnerId !== contact.runnerId) continue;
        const reason = `The runner was not heard of for ${LEASE_MS / 1000} s.`;
        this.requeue(lease, reason, { waitingSince: lastSignMs });
      }
      this.#closeSilent(contact.runnerId);
    }
    this.watchLeases();
  }

  /** Has `checkLeases` called when the first lease may have ended. */
  watchLeases(): void {
    const nowMs = this.#deps.now();
    const { nextAtMs } = findLostRunners(this.#leasedContacts(nowMs), nowMs);
    if (nextAtMs !== null) this.#deps.wakeAt('leases', nextAtMs);
  }

  contactOf(row: RunnerRow): RunnerContactRow {
    const socket = this.#deps.sockets.welcomedOf(row.id);
    const heardAt = socket === null ? null : this.#deps.sockets.heardAt(socket);
    return { row, heardAt, fresh: heardAt !== null && this.#deps.now() - heardAt < FRESH_MS };
  }

  #grant(taskId: TaskId, runnerId: RunnerId): Lease[] {
    const { store, tell, logger } = this.#deps;
    const job = store.queue.get(taskId);
    const runner = store.runners.get(runnerId);
    if (job === undefined || runner === undefined || !mayHave(runner.bound, job)) return [];
    if (job.preferredRunnerId !== runnerId) this.revokeFormer(job, 'The job was given away again.');
    const lease = store.leaseJob(job, runnerId, this.#deps.now());
    tell(assignedWrite(lease, { id: runner.id, name: runner.name }));
    logger.info('fleet.job_assigned', { taskId, runnerId, epoch: lease.epoch });
    return [lease];
  }

  /** A frame that does not arrive needs no second one: the runner's next `hello` does not name the job. */
  async #sendAssign(lease: Lease): Promise<void> {
    const { store, sockets } = this.#deps;
    const { account, bound } = store.runners.get(lease.runnerId) ?? {};
    // Signed once more only for whom it is meant.
    if (account === undefined || !mayHave(bound, lease)) return;
    const [ticket, envelope] = await Promise.all([
      this.ticketFor(lease, account),
      this.#envelopeFor(lease, account),
    ]);
    if (store.leases.get(lease.taskId)?.epoch !== lease.epoch) return;
    const socket = sockets.welcomedOf(lease.runnerId);
    if (socket === null) return;
    sendToRunner(socket, { type: 'assign', envelope, ticket });
  }

  #envelopeFor({ taskId, epoch, runnerId }: Lease, account: AccountKey): Promise<string> {
    const { store, now, signJob } = this.#deps;
    const issuedAt = now();
    const expiresAt = issuedAt + ENVELOPE_TTL_MS;
    return signJob({ job: store.bodyOf(taskId), epoch, runnerId, account, issuedAt, expiresAt });
  }

  /** The runners as the matcher and people look at them. */
  namedRunners(): NamedRunner[] {
    return [...this.#deps.store.runners.values()].map((row) => {
      const { id, name, labels, capacity, bound } = row;
      const isOnline = !isOver(bound, this.#deps.now()) && this.contactOf(row).fresh;
      const available = isOnline && !isDraining(row);
      return { id, name, labels, capacity, available, drains: isOnline && !available, bound };
    });
  }

  /** Since when a runner has no socket is written down at its close; a crash leaves no close, so it starts now. */
  #leasedContacts(nowMs: number): RunnerContact[] {
    const { store, sockets } = this.#deps;
    const runnerIds = new Set([...store.leases.values()].map((lease) => lease.runnerId));
    return [...runnerIds].map((runnerId) => {
      const socket = sockets.welcomedOf(runnerId);
      if (socket !== null) return { runnerId, status: 'connected', heardAt: sockets.heardAt(socket) };
      const row = store.runners.get(runnerId);
      if (row !== undefined && row.missingSince === null) store.saveRunner({ ...row, missingSince: nowMs });
      return { runnerId, status: 'missing', since: row?.missingSince ?? nowMs };
    });
  }

  #watchStaleSockets(nowMs: number): void {
    const { store, wakeAt } = this.#deps;
    if (store.queue.size === 0) return;
    for (const row of store.runners.values()) {
      const { heardAt, fresh } = this.contactOf(row);
      if (heardAt === null || fresh) continue;
      if (nowMs - heardAt >= LEASE_MS) this.#closeSilent(row.id);
      else wakeAt('match', nowMs + STALE_RECHECK_MS);
    }
  }

  #closeSilent(runnerId: RunnerId): void {
    for (const socket of this.#deps.sockets.allOf(runnerId)) {
      closeQuietly(socket, GOING_AWAY, 'No ping arrived; connect again.');
    }
  }
}
