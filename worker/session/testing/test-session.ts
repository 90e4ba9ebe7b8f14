import { evictDurableObject, runDurableObjectAlarm, runInDurableObject } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { vi } from 'vitest';
import type { RunnerEvent } from '../../../protocol/events.ts';
import type { JobFromRunner, JobToRunner } from '../../../protocol/job-socket.ts';
import type { TaskView } from '../../../protocol/task.ts';
import { PROTOCOL_VERSION } from '../../../protocol/version.ts';
import type { ToViewer } from '../../../protocol/viewer-socket.ts';
import type { NewSession, SessionSnapshot, TaskRequest } from '../../contracts.ts';
import type { SessionWrite } from '../session-writes.ts';
import { withClaims } from '../socket-paths.ts';
import { issueSession, requestOf } from './make-requests.ts';
import { TestSocket } from './test-socket.ts';

export const RUNNER = '8b6f0c52-6f0a-4c0e-9d53-0b8f7a3b1c7e';
export const OTHER_RUNNER = '9b6f0c52-6f0a-4c0e-9d53-0b8f7a3b1c7e';

type Lane = 'github' | 'fleet' | 'record' | 'git_access' | 'budget';

/** A session's object as the rest of the Worker sees it. */
export class TestSession {
  readonly id: string;
  readonly rpc: ReturnType<typeof env.SESSION.get>;

  constructor(session: NewSession) {
    this.id = session.id;
    this.rpc = env.SESSION.get(env.SESSION.idFromName(session.id));
  }

  async snapshot(): Promise<SessionSnapshot> {
    const snapshot = await this.rpc.snapshot();
    if (snapshot === null) throw new Error('There is no session.');
    return snapshot;
  }

  async task(number = 1): Promise<TaskView> {
    const { tasks } = await this.snapshot();
    const task = tasks.find((one) => one.number === number);
    if (task === undefined) throw new Error(`There is no task ${number}.`);
    return task;
  }

  async eventTypes(): Promise<string[]> {
    const page = await this.rpc.eventsAfter(0, 1_000);
    return page?.events.map(({ event }) => event.type) ?? [];
  }

  /** Opens a data socket as a runner with a valid ticket does. */
  async connect(epoch = 1, runnerId = RUNNER, taskNumber = 1): Promise<TestRunner> {
    const url = `https://signalbox.test/api/sessions/${this.id}/tasks/${taskNumber}/connect`;
    const expiresAt = Date.now() + 60_000;
    const claims = { sessionId: this.id, taskNumber, epoch, runnerId, account: 'local', expiresAt };
    const request = new Request(url, { headers: { upgrade: 'websocket' } });
    const { webSocket } = await this.rpc.fetch(withClaims(request, claims));
    if (webSocket === null) throw new Error('The object did not upgrade.');
    return new TestRunner(webSocket, epoch);
  }

  /** Connects and opens; `opened` is what the session said. */
  async open(epoch = 1, runnerId = RUNNER, taskNumber = 1): Promise<TestRunner> {
    const runner = await this.connect(epoch, runnerId, taskNumber);
    await runner.open();
    return runner;
  }

  async view(afterId = 0): Promise<TestSocket<ToViewer>> {
    const url = `https://signalbox.test/api/sessions/${this.id}/events?after=${afterId}`;
    const { webSocket } = await this.rpc.fetch(url, { headers: { upgrade: 'websocket' } });
    if (webSocket === null) throw new Error('The object did not upgrade.');
    return new TestSocket<ToViewer>(webSocket);
  }

  /** Keeps a lane of the outbox from being sent, as an outage of its far side does. */
  async hold(lane: Lane): Promise<void> {
    // An object has tables once it was asked for something.
    await this.rpc.head();
    await runInDurableObject(this.rpc, (_object, state) => {
      state.storage.sql.exec(
        "INSERT INTO outbox (lane, key, body, attempts, retry_at_ms) VALUES (?, 'outage', '{}', 1, ?)",
        lane,
        Date.now() + 3_600_000,
      );
    });
  }

  /** What waits in a lane that is held. */
  async held(lane: Lane): Promise<SessionWrite[]> {
    return runInDurableObject(this.rpc, (_object, state) =>
      state.storage.sql
        .exec<{ body: string }>(
          "SELECT body FROM outbox WHERE lane = ? AND key != 'outage' ORDER BY seq",
          lane,
        )
        .toArray()
        .map((row): SessionWrite => JSON.parse(row.body)),
    );
  }

  async evict(): Promise<void> {
    // Only an object that runs can be evicted.
    await this.rpc.snapshot();
    await evictDurableObject(this.rpc);
  }

  alarm(): Promise<boolean> {
    return runDurableObjectAlarm(this.rpc);
  }

  /** Lets the alarm ring at the time of a deadline: the clock stands there meanwhile. */
  async ringDeadline(name: string): Promise<void> {
    const atMs = await runInDurableObject(this.rpc, async (_object, { storage }) => {
      await storage.setAlarm(Date.now() + 60_000);
      const rows = storage.sql.exec<{ at_ms: number }>('SELECT at_ms FROM deadlines WHERE name = ?', name);
      return rows.toArray()[0]?.at_ms ?? 0;
    });
    vi.useFakeTimers({ toFake: ['Date'], now: Math.max(atMs, Date.now()) });
    try {
      await this.alarm();
    } finally {
      vi.useRealTimers();
    }
  }
}

/** A session with one submitted task. Nothing of its outbox but calls to the Fleet leaves it. */
export async function submitted(
  change: { session?: NewSession; request?: TaskRequest } = {},
): Promise<TestSession> {
  const session = change.session ?? issueSession();
  const test = new TestSession(session);
  await test.hold('github');
  await test.hold('record');
  await test.rpc.submit(session, change.request ?? requestOf('Please fix the login page.'));
  return test;
}

/** The runner's side of a data socket: numbers its events. */
export class TestRunner {
  readonly socket: TestSocket<JobToRunner>;
  readonly epoch: number;
  seq = 0;

  constructor(webSocket: WebSocket, epoch: number) {
    this.socket = new TestSocket<JobToRunner>(webSocket);
    this.epoch = epoch;
  }

  sendFrame(frame: JobFromRunner): void {
    this.socket.send(frame);
  }

  async open(): Promise<Extract<JobToRunner, { type: 'opened' }>> {
    this.sendFrame({ type: 'open', protocol: PROTOCOL_VERSION, epoch: this.epoch });
    return this.socket.next('opened');
  }

  /** Sends the next events as one frame and waits for its ack. */
  async events(...events: RunnerEvent[]): Promise<void> {
    this.frame(this.seq + 1, events);
    this.seq += events.length;
    const { seq } = await this.socket.next('ack');
    if (seq !== this.seq) throw new Error(`Acked ${seq}, not ${this.seq}.`);
  }

  /** Sends a frame with any number. */
  frame(firstSeq: number, events: RunnerEvent[], epoch = this.epoch): void {
    const timed = events.map((event, index) => ({ at: 1_000 + firstSeq + index, event }));
    this.sendFrame({ type: 'events', epoch, firstSeq, events: timed });
  }
}
