import { CLOSE } from '../../protocol/close-codes.ts';
import type { TaskId } from '../../protocol/ids.ts';
import { splitTaskId } from '../../protocol/ids.ts';
import type { JobCommand, NumberedCommand } from '../../protocol/job.ts';
import type { JobToRunner } from '../../protocol/job-socket.ts';
import { jobToRunnerSchema } from '../../protocol/job-socket.ts';
import { FRAME_INTERVAL_MS, MAX_FRAME_BYTES, MAX_FRAME_EVENTS } from '../../protocol/limits.ts';
import { PROTOCOL_VERSION } from '../../protocol/version.ts';
import type { Closed, SocketDeps } from '../socket/reconnecting-socket.ts';
import { ReconnectingSocket } from '../socket/reconnecting-socket.ts';
import { socketUrl } from '../socket/socket-url.ts';
import type { EventStream } from './journal.ts';
import type { NextRange } from './send-window.ts';
import { SendWindow } from './send-window.ts';

/** The frame around its events: type, epoch and number. */
const ENVELOPE_BYTES = 200;

/** A journal that can't be read for a moment (too many open files) is read again. */
const READ_RETRY_MS = 1_000;

/** Why the job's socket will not come back. */
export type LinkEnd =
  /** Somebody else has the task, or it is over: nothing may be written any more. */
  | { type: 'fenced'; reason: string }
  /** The control plane has everything and has closed the stream. */
  | { type: 'finished' }
  /** A bug or an update that is due: the sides do not understand each other. */
  | { type: 'refused'; reason: string };

export type DataLinkSpec = {
  controlUrl: string;
  taskId: TaskId;
  epoch: number;
  ticket: () => string;
  /** Resolves when `ticket` gives a new one; rejects when there is none to be had. */
  renewTicket: () => Promise<void>;
  /** This epoch's events; `wake` says when there are more. */
  current: EventStream;
  /** What former lives left. */
  leftovers: readonly EventStream[];
  /** Commands that took effect in a former life. */
  taken: ReadonlySet<number>;
  /** Each command once. */
  onCommand(id: number, command: JobCommand): void;
  onEnd(end: LinkEnd): void;
};

/** Carries one job's journal to its session: everything once and in order, across cuts and restarts. */
export class DataLink {
  readonly #spec: DataLinkSpec;
  readonly #deps: SocketDeps;
  readonly #socket: ReconnectingSocket;
  readonly #window: SendWindow;
  readonly #streams: readonly EventStream[];
  readonly #known: Set<number>;
  /** Grows with each connection: what was read for an older one is not sent on it. */
  #connection = 0;
  #isOpened = false;
  #isReading = false;
  #pause: NodeJS.Timeout | null = null;
  #waiting: (() => void)[] = [];

  constructor(spec: DataLinkSpec, deps: SocketDeps) {
    this.#spec = spec;
    this.#deps = { ...deps, log: deps.log.child({ part: 'data-link' }) };
    this.#streams = [...spec.leftovers, spec.current];
    this.#window = new SendWindow(this.#streams);
    this.#known = new Set(spec.taken);
    const { sessionId, taskNumber } = splitTaskId(spec.taskId);
    this.#socket = new ReconnectingSocket(
      {
        url: socketUrl(spec.controlUrl, `/api/sessions/${sessionId}/tasks/${taskNumber}/connect`),
        bearer: spec.ticket,
        renew: spec.renewTicket,
        onOpen: () => this.#send({ type: 'open', protocol: PROTOCOL_VERSION, epoch: spec.epoch }),
        onText: (text) => this.#onText(text),
        onDown: () => this.#onDown(),
        onStop: (closed) => spec.onEnd(endOf(closed)),
      },
      this.#deps,
    );
  }

  connect(): void {
    this.#socket.connect();
  }

  /** The journal has grown. */
  wake(): void {
    this.#window.grow(this.#spec.current.epoch, this.#spec.current.lastSeq);
    this.#pump();
  }

  get unackedEvents(): number {
    return this.#window.unackedEvents;
  }

  /** Resolves when the control plane has stored everything that the journals hold. Never rejects. */
  flushed(): Promise<void> {
    if (this.#window.isFlushed) return Promise.resolve();
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  close(): void {
    if (this.#pause !== null) clearTimeout(this.#pause);
    this.#isOpened = false;
    this.#socket.close();
  }

  #send(frame: object): void {
    this.#socket.send(JSON.stringify(frame));
  }

  #onDown(): void {
    this.#isOpened = false;
    this.#connection += 1;
  }

  #onText(text: string): void {
    const frame = parseFrame(text);
    if (frame === null) {
      // A newer control plane may say things that this runner does not know; ignoring them is part of the protocol.
      this.#deps.log.warn({ bytes: text.length }, 'data_link.unknown_frame');
      return;
    }
    switch (frame.type) {
      case 'opened':
        this.#window.opened(frame.stored);
        this.#isOpened = true;
        break;
      case 'ack':
        this.#window.acked(frame.epoch, frame.seq);
        break;
      case 'gap':
        this.#deps.log.warn({ epoch: frame.epoch, lastSeq: frame.lastSeq }, 'data_link.gap');
        this.#window.gap(frame.epoch, frame.lastSeq);
        break;
      case 'command':
        this.#onCommand(frame.command);
        return;
      case 'fenced':
        if (frame.epoch < this.#spec.epoch && frame.currentEpoch === this.#spec.epoch) {
          // Only what a former life left is not wanted any more; this life goes on.
          this.#deps.log.warn({ epoch: frame.epoch }, 'data_link.leftover_refused');
          this.#window.drop(frame.epoch);
          break;
        }
        this.close();
        this.#spec.onEnd({ type: 'fenced', reason: `Epoch ${frame.currentEpoch} holds the task.` });
        return;
    }
    this.#settle();
    this.#pump();
  }

  #onCommand({ id, command }: NumberedCommand): void {
    if (this.#known.has(id)) return;
    this.#known.add(id);
    this.#spec.onCommand(id, command);
  }

  #settle(): void {
    if (!this.#window.isFlushed) return;
    for (const resolve of this.#waiting.splice(0)) resolve();
  }

  /** Sends frames until everything is sent, the window is full, or the frame interval asks for a pause. */
  #pump(): void {
    while (this.#isOpened && this.#pause === null && !this.#isReading) {
      const range = this.#window.next();
      if (range === null) return;
      const stream = this.#streams.find(({ epoch }) => epoch === range.epoch);
      if (stream === undefined) return;
      const limits = frameLimits(range);
      const lines = stream.recent(range.fromSeq, limits);
      if (lines === null) {
        void this.#readAndSend(stream, range, limits);
        return;
      }
      this.#sendEvents(range, lines);
    }
  }

  async #readAndSend(stream: EventStream, range: NextRange, limits: ReturnType<typeof frameLimits>) {
    const connection = this.#connection;
    this.#isReading = true;
    const lines = await stream.read(range.fromSeq, limits).catch((error: unknown) => {
      this.#deps.log.error({ err: error, epoch: range.epoch, seq: range.fromSeq }, 'data_link.read_failed');
      return null;
    });
    this.#isReading = false;
    if (lines === null || lines.length === 0) {
      this.#pauseFor(READ_RETRY_MS);
      return;
    }
    const next = this.#window.next();
    const isStillNext = next?.epoch === range.epoch && next.fromSeq === range.fromSeq;
    if (connection === this.#connection && this.#isOpened && isStillNext) this.#sendEvents(range, lines);
    this.#pump();
  }

  #sendEvents({ epoch, fromSeq, untilSeq }: NextRange, lines: readonly string[]): void {
    // The lines are JSON already; parsing them only to serialize them again would double the cost of an event.
    const frame = `{"type":"events","epoch":${epoch},"firstSeq":${fromSeq},"events":[${lines.join(',')}]}`;
    if (!this.#socket.send(frame)) {
      // Cut at this moment; the next connection starts from what is stored.
      this.#isOpened = false;
      return;
    }
    const lastSeq = fromSeq + lines.length - 1;
    this.#window.sent(epoch, lastSeq, Buffer.byteLength(frame));
    if (lastSeq === untilSeq) this.#pauseFor(FRAME_INTERVAL_MS);
  }

  /** What comes within the interval after a frame goes out together; after a quiet time nothing waits. */
  #pauseFor(ms: number): void {
    this.#pause ??= setTimeout(() => {
      this.#pause = null;
      this.#pump();
    }, ms);
  }
}

function frameLimits(range: NextRange): { maxLines: number; maxBytes: number } {
  return {
    maxLines: Math.min(MAX_FRAME_EVENTS, range.untilSeq - range.fromSeq + 1),
    maxBytes: Math.min(MAX_FRAME_BYTES - ENVELOPE_BYTES, range.maxBytes),
  };
}

function parseFrame(text: string): JobToRunner | null {
  try {
    return jobToRunnerSchema.safeParse(JSON.parse(text)).data ?? null;
  } catch {
    return null;
  }
}

function endOf(closed: Closed): LinkEnd {
  const reason = closed.reason === '' ? `close code ${closed.code}` : closed.reason;
  switch (closed.code) {
    case CLOSE.finished:
      return { type: 'finished' };
    case CLOSE.badFrame:
    case CLOSE.versionRefused:
      return { type: 'refused', reason };
    default:
      return { type: 'fenced', reason };
  }
}
