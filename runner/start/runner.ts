import type { Logger } from 'pino';
import type {
  ControlFromRunner,
  ControlToRunner,
  DiskUse,
  RunnerMetrics,
} from '../../protocol/control-socket.ts';
import type { Job } from '../../protocol/job.ts';
import { METRICS_INTERVAL_MS } from '../../protocol/limits.ts';
import { PROTOCOL_VERSION } from '../../protocol/version.ts';
import type { ControlEnd } from '../control/control-link.ts';
import { ControlLink } from '../control/control-link.ts';
import type { JobGate } from '../control/job-gate.ts';
import type { JobRecord } from '../job/job-folder.ts';
import { JobRun } from '../job/job-run.ts';
import type { JobRunDeps } from '../job/job-run-deps.ts';
import { TicketHolder } from '../job/ticket-holder.ts';
import { sideSessionId } from '../workspace/sides/side-session-id.ts';
import { JobTable } from './job-table.ts';
import { judgeAssignment } from './judge-assignment.ts';

/** Container platforms kill 30 s after TERM: Claude's end, a rescue commit and the last events fit before that. */
const DRAIN_MS = 25_000;

/** As the protocol has it. */
const MAX_MESSAGE_CHARS = 500;

/** About what one job's Claude and its commands need. */
const SCARCE_MEMORY_BYTES = 1_000_000_000;

export type RunnerIdentity = {
  version: string;
  platform: string;
  claudeVersion: string | null;
  labels: readonly string[];
  capacity: number;
  folders: readonly string[];
};

export type RunnerDeps = {
  credential: string;
  identity: RunnerIdentity;
  /** Decides what is a job at all. */
  gate: JobGate;
  log: Logger;
  job: JobRunDeps;
  measure: () => RunnerMetrics;
  /** Set while work that is nowhere else takes more of the disk than it may. */
  overBound: () => DiskUse | null;
  /** Jobs of a former life. */
  interrupted: readonly JobRecord[];
  /** Ends after the first job. */
  once: boolean;
};

type Assign = { job: Job; epoch: number; ticket: string };
type Accepted = Assign & { notes: readonly string[] };

/** Why a runner ended. `stopped`: somebody asked it to, or its one job is done. */
export type RunnerEnd = { type: 'stopped' } | { type: 'refused'; end: ControlEnd };

/** Takes jobs from its Fleet and runs them side by side until it is told to end. */
export class Runner {
  readonly #deps: RunnerDeps;
  readonly #log: Logger;
  readonly #jobs: JobTable;
  readonly #link: ControlLink;
  readonly #ended = Promise.withResolvers<RunnerEnd>();
  #frames: Promise<void> = Promise.resolve();
  #metrics: NodeJS.Timeout | null = null;
  #draining: Promise<void> | null = null;

  constructor(deps: RunnerDeps) {
    this.#deps = deps;
    this.#log = deps.log;
    this.#jobs = new JobTable(deps.job.dataDir, deps.job.monotonic, deps.interrupted);
    this.#link = new ControlLink(
      {
        controlUrl: deps.job.controlUrl,
        credential: deps.credential,
        hello: () => this.#hello(),
        onFrame: (frame) => this.#queueFrame(frame),
        onEnd: (end) => this.#onControlEnd(end),
      },
      { ...deps.job, ...deps.job.socket, log: deps.log },
    );
  }

  /** Resolves when the runner has ended, with everything it started. */
  get done(): Promise<RunnerEnd> {
    return this.#ended.promise;
  }

  start(): void {
    this.#link.connect();
  }

  /** No more jobs; those that run are interrupted, rescued and given back. */
  async drain(why: string): Promise<void> {
    await this.#drain(why, { type: 'stopped' });
  }

  #drain(why: string, end: RunnerEnd): Promise<void> {
    this.#draining ??= this.#windDown(why).then(() => this.#ended.resolve(end));
    return this.#draining;
  }

  async #windDown(why: string): Promise<void> {
    this.#log.info({ why, jobs: this.#jobs.size }, 'runner.draining');
    this.#link.send({ type: 'drain' });
    const runs = this.#jobs.running().map(({ run }) => run);
    for (const run of runs) run.stop.request({ type: 'drained', text: why });
    const { promise: timeUp, resolve } = Promise.withResolvers<void>();
    const timer = setTimeout(resolve, DRAIN_MS);
    const stored = Promise.all(runs.map((run) => run.done)).then(() => this.#deps.job.keeper.idle());
    await Promise.race([stored, timeUp]);
    clearTimeout(timer);
    // What could not be sent lies in the journals and is sent by the next life.
    if (this.#jobs.size > 0) this.#log.warn({ jobs: this.#jobs.size }, 'runner.drain_incomplete');
    if (this.#metrics !== null) clearInterval(this.#metrics);
    await this.#deps.job.driver.close();
    this.#link.close();
  }

  #onControlEnd(end: ControlEnd): void {
    this.#log.error({ reason: end.reason, message: end.message }, 'runner.refused');
    void this.#drain(end.message, { type: 'refused', end });
  }

  #hello(): Extract<ControlFromRunner, { type: 'hello' }> {
    const { version, platform, claudeVersion, labels, capacity } = this.#deps.identity;
    return {
      type: 'hello',
      protocol: PROTOCOL_VERSION,
      version,
      platform,
      claudeVersion,
      labels: [...labels],
      capacity,
      jobs: this.#jobs.held(),
    };
  }

  /** One after the other: a `revoke` must not overtake the job that it is about, whose signature is being checked. */
  #queueFrame(frame: ControlToRunner): void {
    this.#frames = this.#frames.then(() => this.#onFrame(frame));
  }

  async #onFrame(frame: ControlToRunner): Promise<void> {
    switch (frame.type) {
      case 'welcome':
        this.#deps.gate.meet(frame.jobKeys);
        this.#log.info({ runnerId: frame.runnerId, name: frame.name }, 'runner.connected');
        // The Fleet takes a hello for a new start; what it was told and asked before is said again.
        if (this.#draining !== null) this.#link.send({ type: 'drain' });
        for (const { ticket } of this.#jobs.running()) ticket.askAgain();
        return;
      case 'assign':
        await this.#onAssign(frame);
        return;
      case 'ticket': {
        const job = this.#jobs.find(frame.taskId);
        if (job?.run.assignment.epoch === frame.epoch) job.ticket.set(frame.ticket);
        return;
      }
      case 'revoke': {
        const job = this.#jobs.find(frame.taskId);
        if (job?.run.assignment.epoch === frame.epoch) job.run.fence(frame.reason);
        else if (job === undefined) void this.#keepLeft(this.#jobs.park(frame.taskId));
        return;
      }
    }
  }

  /** What a former life did for a job that somebody else has now is kept, and the control plane told where. */
  async #keepLeft(record: JobRecord | null): Promise<void> {
    if (record === null) return;
    const { job, epoch } = record;
    const { taskId, sessionId, taskNumber } = job;
    const { workspaces, reportRescue } = this.#deps.job;
    const sides = (job.repositories ?? []).filter(({ access }) => access === 'write');
    const ids = sides.map(({ repository }) => sideSessionId(sessionId, repository.id));
    for (const id of [sessionId, ...ids]) {
      const left = await workspaces.rescueLeft(id, taskNumber);
      if (!left.ok) this.#log.error({ taskId, failure: left.failure }, 'job.rescue_failed');
      if (!left.ok || left.kept === null) continue;
      const isKnown = await reportRescue({ taskId, epoch, ...left.kept });
      this.#log.info({ taskId, epoch, ref: left.kept.ref, isKnown }, 'job.rescued');
    }
  }

  async #onAssign({ envelope, ticket }: Extract<ControlToRunner, { type: 'assign' }>): Promise<void> {
    const admission = await this.#deps.gate.admit(envelope);
    if (admission.status === 'unreadable') return;
    if (admission.status === 'admitted') {
      const { job, epoch } = admission.claims;
      // Not waited for: other frames come while the job runs.
      void this.#takeJob({ job, epoch, ticket });
      return;
    }
    const { taskId, epoch, message } = admission;
    // To decline what runs here would have it given away: a second copy of it is only not obeyed.
    if (this.#jobs.find(taskId) === undefined) this.#decline({ taskId, epoch, reason: 'untrusted', message });
  }

  async #takeJob(frame: Assign): Promise<void> {
    const { job, epoch } = frame;
    const { taskId } = job;
    for (let former = this.#jobs.find(taskId); former !== undefined; former = this.#jobs.find(taskId)) {
      if (epoch <= former.run.assignment.epoch) return;
      // The lease was lost and came back: the former attempt must be over before its worktree is used again.
      former.run.fence(`Epoch ${epoch} was given to this runner.`);
      await former.run.done;
    }
    const { capacity, folders } = this.#deps.identity;
    const { policy, workspaces } = this.#deps.job;
    const overBound = this.#deps.overBound();
    const hasFolder = overBound !== null && (await workspaces.has(job.sessionId));
    const state = {
      isDraining: this.#draining !== null,
      running: this.#jobs.size,
      capacity,
      folders,
      policy,
      overBound,
      hasFolder,
    };
    const verdict = judgeAssignment(job, state);
    if (verdict.status === 'declined') {
      this.#decline({ taskId, epoch, reason: verdict.reason, message: verdict.message });
      return;
    }
    await this.#runJob({ ...frame, job: verdict.job, notes: verdict.notes });
  }

  #decline(decline: Omit<Extract<ControlFromRunner, { type: 'decline' }>, 'type'>): void {
    const { taskId, epoch, reason } = decline;
    this.#log.info({ taskId, epoch, reason }, 'job.declined');
    this.#link.send({ type: 'decline', ...decline, message: decline.message.slice(0, MAX_MESSAGE_CHARS) });
    // It goes to somebody else now, so what a former life did for it is kept and no longer held.
    void this.#keepLeft(this.#jobs.park(taskId));
  }

  async #runJob({ job, epoch, ticket, notes }: Accepted): Promise<void> {
    const { taskId } = job;
    this.#log.info({ taskId, epoch, workspace: job.workspace.type }, 'job.assigned');
    const holder = new TicketHolder(ticket, () => {
      this.#link.send({ type: 'renew_ticket', taskId, epoch });
    });
    const entry = { run: new JobRun({ job, epoch, notes }, holder, this.#deps.job), ticket: holder };
    this.#jobs.add(entry);
    this.#measureWhileBusy();
    const end = await entry.run.done;
    this.#jobs.remove(entry, end === 'reported');
    this.#measureWhileBusy();
    if (end === 'refused') {
      const message = "The job could not be begun; the runner's log says why.";
      this.#decline({ taskId, epoch, reason: 'policy', message });
    }
    if (end === 'shut_out') {
      // A lease that really went to somebody else is not touched by it; one that did not would never end.
      this.#decline({ taskId, epoch, reason: 'full', message: "The session refuses this job's events." });
    }
    this.#log.info({ taskId, epoch, end }, 'job.left');
    if (this.#deps.once) void this.drain('Its one job is done.');
  }

  /** The disk was looked at: worth a word also from an idle runner, once an hour. */
  tellMetrics(): void {
    this.#link.send({ type: 'metrics', metrics: this.#deps.measure() });
  }

  /** Idle runners send no metrics, so that their Fleet can hibernate. */
  #measureWhileBusy(): void {
    if (this.#jobs.size === 0) {
      if (this.#metrics !== null) clearInterval(this.#metrics);
      this.#metrics = null;
      return;
    }
    if (this.#metrics !== null) return;
    const send = (): void => {
      const metrics = this.#deps.measure();
      this.#link.send({ type: 'metrics', metrics });
      // Kept Claude processes save half a second each; a job that runs out of memory costs more.
      const freeBytes = metrics.memoryTotalBytes - metrics.memoryUsedBytes;
      if (freeBytes < SCARCE_MEMORY_BYTES) void this.#deps.job.driver.endIdle();
    };
    send();
    this.#metrics = setInterval(send, METRICS_INTERVAL_MS);
  }
}
