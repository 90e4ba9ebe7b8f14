import { closeSync, fsyncSync, openSync, writeSync } from 'node:fs';
import type { Logger } from 'pino';
import type { RunnerEvent } from '../../protocol/events.ts';
import { MAX_EVENT_BYTES } from '../../protocol/limits.ts';
import { fitEvent } from './fit-event.ts';
import type { LineLimits } from './stored-lines.ts';
import { LineMarks, readLines, takeWithin } from './stored-lines.ts';

/** What was just written is sent next: it is kept in memory up to the size of a frame, the rest is on disk. */
const TAIL_BYTES = 1_000_000;

/** A full disk is tried again this often; the job is being ended meanwhile. */
const STUCK_RETRY_MS = 500;

/** Events of one epoch as they lie on disk, each a JSON line `{at, event}`; line n is event n. */
export type EventStream = {
  readonly epoch: number;
  /** Number of the last event that is on disk; 0 when there is none. */
  readonly lastSeq: number;
  /** Lines from `fromSeq` on when they are still in memory. */
  recent(fromSeq: number, limits: LineLimits): string[] | null;
  read(fromSeq: number, limits: LineLimits): Promise<string[]>;
};

export type JournalDeps = {
  log: Logger;
  /** ms since 1970. */
  now: () => number;
  /** Takes secrets out of an event before it is cut, written or sent. */
  redact: (event: RunnerEvent) => RunnerEvent;
  /** New events are on disk. */
  onWritten(): void;
  /** Writing failed (a full disk); it is tried again until it works. Called once for each such time. */
  onStuck(error: unknown): void;
  write?: typeof writeSync;
};

/**
 * The numbered events of one job and epoch, append-only. An event counts once it is in the page cache: it
 * survives the runner's death; after a power cut the next epoch starts from what the control plane has.
 */
export class Journal implements EventStream {
  readonly epoch: number;
  readonly #path: string;
  readonly #deps: JournalDeps;
  readonly #fd: number;
  readonly #marks = new LineMarks();
  #offset = 0;
  #lastSeq = 0;
  #tail: string[] = [];
  #tailBytes = 0;
  #pending: string[] = [];
  #waiting: (() => void)[] = [];
  /** What a full disk left of a batch: the bytes that are missing and how many lines the batch has. */
  #unwritten: { bytes: Buffer; count: number } | null = null;
  #scheduled = false;
  #stuck: NodeJS.Timeout | null = null;

  /** @throws when the file exists: an epoch belongs to one life of the runner. */
  constructor(path: string, epoch: number, deps: JournalDeps) {
    this.epoch = epoch;
    this.#path = path;
    this.#deps = deps;
    this.#fd = openSync(path, 'wx', 0o600);
  }

  get lastSeq(): number {
    return this.#lastSeq;
  }

  /** Nothing waits to be written. */
  get isWritten(): boolean {
    return this.#pending.length === 0;
  }

  /** Resolves when nothing waits to be written any more; on a full disk that may take long. Never rejects. */
  written(): Promise<void> {
    if (this.isWritten) return Promise.resolve();
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  /** Takes an event. It is written in the same turn of the event loop, together with others of that turn. */
  append(event: RunnerEvent): void {
    const fitted = fitEvent(this.#deps.redact(event));
    if (fitted.replaced !== null) {
      this.#deps.log.error({ type: event.type, problem: fitted.replaced }, 'journal.event_replaced');
    }
    this.#pending.push(`{"at":${this.#deps.now()},"event":${fitted.json}}`);
    if (this.#scheduled || this.#stuck !== null) return;
    this.#scheduled = true;
    queueMicrotask(() => {
      this.#scheduled = false;
      this.#flush();
    });
  }

  recent(fromSeq: number, limits: LineLimits): string[] | null {
    const first = this.#lastSeq - this.#tail.length + 1;
    if (fromSeq < first || fromSeq > this.#lastSeq) return null;
    return takeWithin(this.#tail.slice(fromSeq - first, fromSeq - first + limits.maxLines), limits);
  }

  read(fromSeq: number, limits: LineLimits): Promise<string[]> {
    const maxLines = Math.min(limits.maxLines, this.#lastSeq - fromSeq + 1);
    return readLines(this.#path, this.#marks, fromSeq, { ...limits, maxLines }, MAX_EVENT_BYTES);
  }

  /** Writes what is left and closes the file. */
  close(): void {
    if (this.#stuck !== null) clearTimeout(this.#stuck);
    this.#flush();
    if (this.#stuck !== null) clearTimeout(this.#stuck);
    closeSync(this.#fd);
  }

  /** Survives a power cut from here on. For the moments in which something leaves the machine. */
  sync(): void {
    fsyncSync(this.#fd);
  }

  #flush(): void {
    while (this.#pending.length > 0) {
      // A partly written batch goes on where it stopped; lines that came later follow it.
      const count = this.#unwritten?.count ?? this.#pending.length;
      const bytes = this.#unwritten?.bytes ?? Buffer.from(`${this.#pending.join('\n')}\n`);
      const rest = this.#write(bytes);
      if (rest !== null) {
        this.#unwritten = { bytes: rest, count };
        return;
      }
      this.#unwritten = null;
      this.#remember(this.#pending.splice(0, count));
      this.#deps.onWritten();
    }
    for (const resolve of this.#waiting.splice(0)) resolve();
  }

  /** @returns what could not be written, null when all was. */
  #write(bytes: Buffer): Buffer | null {
    const write = this.#deps.write ?? writeSync;
    let done = 0;
    try {
      while (done < bytes.length) done += write(this.#fd, bytes, done, bytes.length - done, null);
      return null;
    } catch (error) {
      const isNew = this.#unwritten === null;
      this.#stuck = setTimeout(() => {
        this.#stuck = null;
        this.#flush();
      }, STUCK_RETRY_MS);
      if (isNew) this.#deps.onStuck(error);
      return bytes.subarray(done);
    }
  }

  #remember(lines: readonly string[]): void {
    for (const line of lines) {
      this.#lastSeq += 1;
      this.#marks.note(this.#lastSeq, this.#offset);
      const bytes = Buffer.byteLength(line) + 1;
      this.#offset += bytes;
      this.#tail.push(line);
      this.#tailBytes += bytes;
    }
    if (this.#tailBytes <= TAIL_BYTES * 2) return;
    let drop = 0;
    while (this.#tailBytes > TAIL_BYTES) this.#tailBytes -= Buffer.byteLength(this.#tail[drop++] ?? '') + 1;
    this.#tail = this.#tail.slice(drop);
  }
}
