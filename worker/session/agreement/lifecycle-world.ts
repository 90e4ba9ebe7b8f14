import { runDurableObjectAlarm, runInDurableObject } from 'cloudflare:test';
import { vi } from 'vitest';
import type { LoggedEvent, RunnerEvent } from '../../../protocol/events.ts';
import type { TaskId } from '../../../protocol/ids.ts';
import type { NumberedCommand } from '../../../protocol/job.ts';
import type { JobToRunner } from '../../../protocol/job-socket.ts';
import type { TaskView } from '../../../protocol/task.ts';
import { isTerminal } from '../../../protocol/task-state.ts';
import { PROTOCOL_VERSION } from '../../../protocol/version.ts';
import type { ToViewer } from '../../../protocol/viewer-socket.ts';
import type { NewSession, SessionSnapshot } from '../../contracts.ts';
import type { SessionWrite } from '../session-writes.ts';
import { requestOf } from '../testing/make-requests.ts';
import { RUNNER, type TestRunner, TestSession } from '../testing/test-session.ts';
import type { TestSocket } from '../testing/test-socket.ts';

/** Nothing leaves the object: what it would say is looked at where it waits. */
const LANES = [
  'github',
  'fleet',
  'record',
  'git_access',
  'budget',
  'metrics',
  'news',
  'attention',
  'dependencies',
] as const;
const NEVER_MS = Date.UTC(2100, 0);

/** Ahead of the machine's clock, so that no alarm rings by itself. */
const AHEAD_MS = 24 * 3_600_000;

/** A socket's frames come within milliseconds; a test that waits in vain says what it has waited for. */
const FRAME_TURNS = 2_000;

export type Deadline = { name: string; at: number };

/** One session, a runner of it, somebody who watches it, and a clock that only this world moves. */
export class LifecycleWorld {
  readonly test: TestSession;
  /** What a page shows that was opened at the beginning and has only listened since. */
  readonly page: PageView;
  /** The events that the last look has not seen. */
  seenEventId = 0;
  #runner: { socket: TestRunner; taskNumber: number; done: Set<number> } | null = null;

  private constructor(test: TestSession, page: PageView) {
    this.test = test;
    this.page = page;
  }

  static async open(session: NewSession): Promise<LifecycleWorld> {
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + AHEAD_MS });
    const test = new TestSession(session);
    // An object has tables once it was asked for something.
    await test.rpc.head();
    await runInDurableObject(test.rpc, (_object, { storage }) => {
      for (const lane of LANES) {
        storage.sql.exec(
          "INSERT INTO outbox (lane, key, body, attempts, retry_at_ms) VALUES (?, 'outage', '{}', 1, ?)",
          lane,
          NEVER_MS,
        );
      }
    });
    await test.rpc.submit(session, requestOf('Please fix the login page.'));
    return new LifecycleWorld(test, new PageView(test, await test.view()));
  }

  close(): void {
    vi.useRealTimers();
  }

  snapshot(): Promise<SessionSnapshot> {
    return this.test.snapshot();
  }

  /** The task that a runner has, or the next to be had. */
  async current(): Promise<TaskView | null> {
    const { tasks } = await this.snapshot();
    const living = tasks.filter(({ state, held }) => !isTerminal(state) && held !== true);
    const next = living.find((task) => openDependencyOf(task) === null);
    return living.find(({ state }) => state !== 'pending') ?? next ?? living[0] ?? null;
  }

  async connect(task: TaskView, epoch: number, runnerId: string = RUNNER): Promise<void> {
    this.#runner = null;
    // An attempt that another one has followed is refused before it has a socket.
    if (epoch < 1 || epoch < task.epoch) return;
    const socket = await this.test.connect(epoch, runnerId, task.number);
    socket.sendFrame({ type: 'open', protocol: PROTOCOL_VERSION, epoch });
    const opened = await this.#answerOf(socket, 0, 'opened');
    if (opened === null) return;
    socket.seq = opened.stored.find((one) => one.epoch === epoch)?.lastSeq ?? 0;
    this.#runner = { socket, taskNumber: task.number, done: new Set() };
  }

  hasRunnerOf({ number, epoch }: TaskView): boolean {
    return this.#runner?.taskNumber === number && this.#runner.socket.epoch === epoch;
  }

  /** Tells facts as the runner that is connected, if one is. */
  async tell(...events: RunnerEvent[]): Promise<void> {
    const runner = this.#runner?.socket;
    if (runner === undefined || runner.socket.closeCode !== null) return;
    const known = runner.socket.frames.length;
    runner.frame(runner.seq + 1, events);
    runner.seq += events.length;
    const ack = await this.#answerOf(runner, known, 'ack');
    if (ack === null) this.#runner = null;
    else if (ack.seq !== runner.seq) throw new Error(`Acked ${ack.seq}, not ${runner.seq}.`);
  }

  /** What the runner was told first of all that it has not done. Each order is given out once. */
  nextOrder(): NumberedCommand | null {
    const runner = this.#runner;
    for (const frame of runner?.socket.socket.frames ?? []) {
      if (frame.type !== 'command' || runner?.done.has(frame.command.id)) continue;
      runner?.done.add(frame.command.id);
      return frame.command;
    }
    return null;
  }

  /** Null: the session would not hear it. */
  async #answerOf<T extends JobToRunner['type']>({ socket }: TestRunner, known: number, type: T) {
    const isAnswer = (frame: JobToRunner): frame is Extract<JobToRunner, { type: T }> => frame.type === type;
    for (let turn = 0; turn < FRAME_TURNS; turn += 1) {
      const answer = socket.frames.slice(known).find(isAnswer);
      if (answer !== undefined) return answer;
      const refused = socket.frames
        .slice(known)
        .some(({ type: said }) => said === 'fenced' || said === 'gap');
      if (refused || socket.closeCode !== null) return null;
      await scheduler.wait(1);
    }
    const heard = socket.frames.slice(known).map((frame) => frame.type);
    throw new Error(`The session did not answer with "${type}", but with ${JSON.stringify(heard)}.`);
  }

  async newEvents(): Promise<LoggedEvent[]> {
    const page = await this.test.rpc.eventsAfter(this.seenEventId, 1_000);
    const events = page?.events ?? [];
    this.seenEventId = events.at(-1)?.id ?? this.seenEventId;
    return events;
  }

  async deadlines(): Promise<Deadline[]> {
    return runInDurableObject(this.test.rpc, (_object, { storage }) =>
      storage.sql.exec<Deadline>('SELECT name, at_ms AS at FROM deadlines ORDER BY at_ms').toArray(),
    );
  }

  /** What waits for GitHub, the latest of each key. */
  async written(): Promise<Extract<SessionWrite, { kind: 'github' }>['write'][]> {
    const held = await this.test.held('github');
    return held.flatMap((body) => (body.kind === 'github' ? [body.write] : []));
  }

  async passTime(ms: number): Promise<void> {
    vi.setSystemTime(Date.now() + Math.max(0, ms));
    await runInDurableObject(this.test.rpc, (_object, { storage }) => storage.setAlarm(Date.now() + 60_000));
    await runDurableObjectAlarm(this.test.rpc);
  }

  /** Waits until the page shows what the session says of itself. */
  async pageShows(snapshot: SessionSnapshot): Promise<string | null> {
    const wanted = JSON.stringify([snapshot.session.lastEventId, snapshot.session.status, snapshot.tasks]);
    for (let turn = 0; turn < FRAME_TURNS; turn += 1) {
      await this.page.mend();
      if (this.page.shown() === wanted) return null;
      await scheduler.wait(1);
    }
    return `The page shows ${this.page.shown()}, the session says ${wanted}.`;
  }
}

/** The first of the tasks that this one waits for. */
export function openDependencyOf({ after = [] }: TaskView): TaskId | null {
  return after.find(({ ended }) => ended === null)?.taskId ?? null;
}

/** Keeps what frames tell, as the page does, and comes back after the last event when its socket was closed. */
class PageView {
  readonly #test: TestSession;
  readonly #tasks = new Map<number, TaskView>();
  #socket: TestSocket<ToViewer>;
  #read = 0;
  #status = '';
  #lastEventId = 0;

  constructor(test: TestSession, socket: TestSocket<ToViewer>) {
    this.#test = test;
    this.#socket = socket;
  }

  async mend(): Promise<void> {
    if (this.#socket.closeCode === null) return;
    this.shown();
    this.#socket = await this.#test.view(this.#lastEventId);
    this.#read = 0;
  }

  shown(): string {
    const { frames } = this.#socket;
    for (; this.#read < frames.length; this.#read += 1) this.#take(frames[this.#read]);
    const tasks = [...this.#tasks.values()].toSorted((a, b) => a.number - b.number);
    return JSON.stringify([this.#lastEventId, this.#status, tasks]);
  }

  #take(frame: ToViewer | undefined): void {
    if (frame === undefined) return;
    if (frame.type === 'events') {
      for (const { id } of frame.events) {
        if (id !== this.#lastEventId + 1) throw new Error(`Event ${id} came after ${this.#lastEventId}.`);
        this.#lastEventId = id;
      }
      return;
    }
    this.#status = frame.session.status;
    if (frame.type === 'snapshot') this.#tasks.clear();
    for (const task of frame.tasks) this.#tasks.set(task.number, task);
  }
}
