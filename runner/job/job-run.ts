import type { Logger } from 'pino';
import type { RunnerEvent } from '../../protocol/events.ts';
import type { Job, JobCommand } from '../../protocol/job.ts';
import { processRef } from '../process/process-start-time.ts';
import { PARK_AFTER_MS, QuestionDesk } from '../questions/question-desk.ts';
import { Redactor } from '../redact/redactor.ts';
import type { LinkEnd } from './data-link.ts';
import { DataLink } from './data-link.ts';
import { FinishOrder } from './finish-order.ts';
import { GateOrder } from './gate-order.ts';
import type { JobContext } from './job-context.ts';
import { comesBack, type RunEnd } from './job-end.ts';
import { JobFolder } from './job-folder.ts';
import type { JobRunDeps } from './job-run-deps.ts';
import { JobStop } from './job-stop.ts';
import type { EventStream } from './journal.ts';
import { Journal } from './journal.ts';
import { KeptTexts } from './kept-texts.ts';
import { MessageBox } from './message-box.ts';
import { PauseOrder } from './pause-order.ts';
import { PublishOrder } from './publish-order.ts';
import type { Recall } from './recall.ts';
import { recallJob } from './recall-job.ts';
import { RejectOrder } from './reject-order.ts';
import { runPhases } from './run-phases.ts';
import { takeCommand } from './take-command.ts';
import type { TicketHolder } from './ticket-holder.ts';

/** `notes`: what people are told before the job begins. */
export type Assignment = { job: Job; epoch: number; notes?: readonly string[] };

/** One job from its assignment to its last acked event. */
export class JobRun {
  readonly assignment: Assignment;
  readonly stop = new JobStop();
  /** Resolves when nothing of the job runs any more and everything is stored, or never can be. Never rejects. */
  readonly done: Promise<RunEnd>;
  readonly #deps: JobRunDeps;
  readonly #ticket: TicketHolder;
  readonly #folder: JobFolder;
  readonly #log: Logger;
  readonly #linkEnded = Promise.withResolvers<void>();
  readonly #heard: string[] = [];
  readonly #messages = new MessageBox(({ commandId, messageId }) => {
    this.#heard.push(messageId);
    this.#taken(commandId);
  });
  readonly #pause = new PauseOrder(
    (commandId) => this.#taken(commandId),
    () => this.#emit({ type: 'claude.resumed' }),
  );
  readonly #finish = new FinishOrder((commandId) => this.#taken(commandId));
  readonly #gates = new GateOrder(({ commandId }) => this.#taken(commandId));
  readonly #publish = new PublishOrder(({ commandId, tree }, expected) => {
    this.#taken(commandId);
    const text = `An order to publish the tree ${tree} was refused: the work that was shown is ${expected ?? 'not captured'}.`;
    this.#emit({ type: 'notice', level: 'error', text });
  });
  readonly #reject = new RejectOrder(this.stop);
  readonly #redactor: Redactor;
  readonly #learned = new Set<string>();
  #questions: QuestionDesk | null = null;
  #journal: Journal | null = null;
  #link: DataLink | null = null;
  #hasFinished = false;
  #isShutOut = false;

  constructor(assignment: Assignment, ticket: TicketHolder, deps: JobRunDeps) {
    const { job, epoch } = assignment;
    this.assignment = assignment;
    this.#deps = deps;
    this.#ticket = ticket;
    this.#folder = new JobFolder(deps.dataDir, job.taskId);
    this.#log = deps.log.child({ taskId: job.taskId, epoch });
    this.#redactor = new Redactor(deps.known);
    this.done = this.#run();
  }

  /** The lease is gone: ends the work, keeps it, writes nothing more. */
  fence(reason: string): void {
    this.#log.warn({ reason }, 'job.fenced');
    this.stop.request({ type: 'fenced', text: reason });
    this.#linkEnded.resolve();
  }

  async #run(): Promise<RunEnd> {
    const assignedAtMs = this.#deps.monotonic();
    const { job, epoch } = this.assignment;
    try {
      this.#save('running', null);
      const { recall, leftovers } = await recallJob(this.#folder, this.#log);
      const journal = this.#openJournal();
      this.#journal = journal;
      this.#questions = this.#openQuestions(recall);
      this.#link = this.#openLink(journal, leftovers, recall.taken);
      this.#link.connect();
      const { log: _runnersLog, ...shared } = this.#deps;
      const context: JobContext = {
        ...shared,
        job,
        epoch,
        assignedAtMs,
        recall,
        log: this.#log,
        emit: (event) => this.#emit(event),
        onClaudeProcess: (pid) => this.#save('running', pid),
        checkpoints: this.#checkpoints(),
        heard: this.#heard,
        moved: null,
        reportRescue: async (rescue) => {
          await this.#deps.reportRescue({ taskId: job.taskId, epoch, ...rescue });
        },
        stop: this.stop,
        messages: this.#messages,
        pause: this.#pause,
        questions: this.#questions,
        finish: this.#finish,
        gates: this.#gates,
        publish: this.#publish,
        reject: this.#reject,
        api: this.#api(),
        secrets: { add: (secret) => this.#learn(secret) },
        redactor: this.#redactor,
        outputs: new KeptTexts(job.taskId, epoch, {
          dataDir: this.#deps.dataDir,
          onFailed: (error) => this.#log.warn({ err: error }, 'job.output_not_kept'),
        }),
      };
      for (const text of this.assignment.notes ?? []) this.#emit({ type: 'notice', level: 'info', text });
      const end = await runPhases(context);
      this.#log.info({ end: end.type }, 'job.ended');
      await Promise.race([journal.written().then(() => this.#link?.flushed()), this.#linkEnded.promise]);
      if (this.#isShutOut) return this.#close('shut_out');
      return this.#close(comesBack(end, this.#deps.now()) || this.stop.isFenced ? 'parked' : 'reported');
    } catch (error) {
      // Without a journal nothing can be reported, so nothing was begun: the job goes back to the queue.
      this.#log.error({ err: error }, 'job.not_begun');
      this.#link?.close();
      return 'refused';
    }
  }

  /** Tokens of this job live no longer than it. */
  #learn(secret: string): void {
    this.#learned.add(secret);
    this.#deps.known.add(secret);
  }

  #close(end: RunEnd): RunEnd {
    for (const secret of this.#learned) this.#deps.known.delete(secret);
    this.#link?.close();
    this.#journal?.close();
    if (end === 'parked' || end === 'shut_out') this.#save('parked', null);
    else this.#folder.remove();
    return end;
  }

  #emit(event: RunnerEvent): void {
    if (this.stop.isFenced) return;
    if (event.type === 'job.finished') this.#hasFinished = true;
    this.#journal?.append(event);
  }

  #taken(commandId: number): void {
    this.#emit({ type: 'command.taken', commandId });
  }

  #save(state: 'running' | 'parked', claudePid: number | null): void {
    const { job, epoch } = this.assignment;
    const claude = claudePid === null ? null : processRef(claudePid);
    const record = { version: 1, job, epoch, state, claude, updatedAt: this.#deps.now() } as const;
    try {
      this.#folder.save(record);
    } catch (error) {
      // A full disk. Without the room that is held back the old record stays; orphans are also found by their mark.
      this.#log.error({ err: error }, 'job.record_not_saved');
      this.#deps.makeRoom();
    }
  }

  #checkpoints(): JobContext['checkpoints'] {
    return this.#deps.keeper.forJob({
      api: this.#api(),
      epoch: this.assignment.epoch,
      log: this.#log,
      notice: (text) => {
        if (!this.#hasFinished) this.#emit({ type: 'notice', level: 'warning', text });
      },
    });
  }

  #openQuestions({ grants }: Recall): QuestionDesk | null {
    const { policy, parkAfterMs = PARK_AFTER_MS } = this.#deps;
    if (!policy.followUps) return null;
    const emit = (event: RunnerEvent) => this.#emit(event);
    const taken = (commandId: number) => this.#taken(commandId);
    const clean = (text: string) => this.#redactor.text(text);
    const { options } = this.assignment.job;
    return new QuestionDesk({ options, emit, taken, stop: this.stop, parkAfterMs, clean }, { grants });
  }

  #openJournal(): Journal {
    const { epoch } = this.assignment;
    return new Journal(this.#folder.journalPath(epoch), epoch, {
      log: this.#log,
      now: this.#deps.now,
      redact: (event) => this.#redactor.event(event),
      onWritten: () => this.#link?.wake(),
      onStuck: (error) => {
        const text = error instanceof Error ? error.message : String(error);
        this.#log.error({ err: error }, 'journal.stuck');
        this.#deps.makeRoom();
        this.stop.request({ type: 'disk_full', text });
      },
    });
  }

  #openLink(journal: Journal, leftovers: readonly EventStream[], taken: ReadonlySet<number>): DataLink {
    const { job, epoch } = this.assignment;
    const { log: _runnersLog, ...deps } = this.#deps;
    return new DataLink(
      {
        controlUrl: this.#deps.controlUrl,
        taskId: job.taskId,
        epoch,
        ticket: () => this.#ticket.current,
        renewTicket: () => this.#ticket.renew(),
        current: journal,
        leftovers,
        taken,
        onCommand: (id, command) => this.#onCommand(id, command),
        onEnd: (end) => this.#onLinkEnd(end),
      },
      { ...deps, ...deps.socket, log: this.#log },
    );
  }

  #api(): JobContext['api'] {
    const { controlUrl, fetch, random } = this.#deps;
    return {
      controlUrl,
      taskId: this.assignment.job.taskId,
      ticket: () => this.#ticket.current,
      renewTicket: () => this.#ticket.renew(),
      fetch,
      random,
    };
  }

  #onCommand(id: number, command: JobCommand): void {
    takeCommand(id, command, {
      policy: this.#deps.policy,
      emit: (event) => this.#emit(event),
      taken: (commandId) => this.#taken(commandId),
      stop: this.stop,
      messages: this.#messages,
      questions: this.#questions,
      pause: this.#pause,
      finish: this.#finish,
      gates: this.#gates,
      publish: this.#publish,
      reject: this.#reject,
    });
  }

  #onLinkEnd(end: LinkEnd): void {
    if (end.type === 'finished') {
      this.#linkEnded.resolve();
      // Closed by the other side while this one still works: the task is over without it.
      if (!this.#hasFinished) this.fence('The control plane has ended the task.');
      return;
    }
    if (end.type === 'refused') this.#log.error({ reason: end.reason }, 'job.link_refused');
    this.#isShutOut = true;
    this.fence(end.reason);
  }
}
