import { MAX_EVENT_BYTES, MAX_FRAME_EVENTS, WINDOW_BYTES } from '../../protocol/limits.ts';

/**
 * Each frame costs the session a transaction, however small it is. While this many are unacked, small ones would only
 * queue up there: what comes meanwhile is gathered, and goes out with the next ack or when it fills a frame.
 */
export const MAX_SMALL_FRAMES_IN_FLIGHT = 2;

/** From here on a frame's bytes cost more than its transaction, and the window alone decides. */
const SMALL_FRAME_BYTES = 16_000;

type StreamState = { epoch: number; lastSeq: number; sentSeq: number; ackedSeq: number };
type InFlight = { epoch: number; lastSeq: number; bytes: number };

/** What is to be sent next: events of one epoch, as many as the room allows. */
export type NextRange = { epoch: number; fromSeq: number; untilSeq: number; maxBytes: number };

/**
 * Decides what of several epochs' events goes on the wire, with at most `WINDOW_BYTES` of it unacked. Epochs go one
 * after the other: the control plane takes an earlier one's rest only while the current one has stored nothing.
 */
export class SendWindow {
  #streams: StreamState[];
  #inFlight: InFlight[] = [];
  #inFlightBytes = 0;

  constructor(streams: readonly { epoch: number; lastSeq: number }[]) {
    this.#streams = streams
      .map(({ epoch, lastSeq }) => ({ epoch, lastSeq, sentSeq: 0, ackedSeq: 0 }))
      .sort((a, b) => a.epoch - b.epoch);
  }

  /** A new connection: what the far side has is acked, the rest counts as never sent. */
  opened(stored: readonly { epoch: number; lastSeq: number }[]): void {
    this.#inFlight = [];
    this.#inFlightBytes = 0;
    for (const stream of this.#streams) {
      const known = stored.find(({ epoch }) => epoch === stream.epoch)?.lastSeq ?? 0;
      stream.ackedSeq = Math.min(known, stream.lastSeq);
      stream.sentSeq = stream.ackedSeq;
    }
  }

  /** The journal of an epoch holds events up to this number. */
  grow(epoch: number, lastSeq: number): void {
    const stream = this.#find(epoch);
    if (stream !== undefined) stream.lastSeq = Math.max(stream.lastSeq, lastSeq);
  }

  /** Null when everything is sent, the window is full, events are being gathered, or an earlier epoch is not acked yet. */
  next(): NextRange | null {
    const maxBytes = WINDOW_BYTES - this.#inFlightBytes;
    // Room for any one event, so that a frame never goes over the window.
    if (maxBytes < MAX_EVENT_BYTES) return null;
    for (const stream of this.#streams) {
      if (stream.sentSeq < stream.lastSeq) {
        const isFull = stream.lastSeq - stream.sentSeq >= MAX_FRAME_EVENTS;
        if (this.#isCrowded && !isFull) return null;
        return { epoch: stream.epoch, fromSeq: stream.sentSeq + 1, untilSeq: stream.lastSeq, maxBytes };
      }
      if (stream.ackedSeq < stream.lastSeq) return null;
    }
    return null;
  }

  /** A frame went out that ends with `lastSeq`. */
  sent(epoch: number, lastSeq: number, bytes: number): void {
    const stream = this.#find(epoch);
    if (stream === undefined) return;
    stream.sentSeq = lastSeq;
    this.#inFlight.push({ epoch, lastSeq, bytes });
    this.#inFlightBytes += bytes;
  }

  /** Cumulative. An ack beyond what was sent says nothing about what is here and is held to it. */
  acked(epoch: number, seq: number): void {
    const stream = this.#find(epoch);
    if (stream === undefined) return;
    stream.ackedSeq = Math.max(stream.ackedSeq, Math.min(seq, stream.sentSeq));
    this.#forget((frame) => frame.epoch === epoch && frame.lastSeq <= stream.ackedSeq);
  }

  /** The far side has only up to `lastSeq`: everything after it goes out again. */
  gap(epoch: number, lastSeq: number): void {
    const stream = this.#find(epoch);
    if (stream === undefined) return;
    stream.sentSeq = Math.min(lastSeq, stream.lastSeq);
    stream.ackedSeq = Math.min(stream.ackedSeq, stream.sentSeq);
    this.#forget((frame) => frame.epoch === epoch && frame.lastSeq > lastSeq);
  }

  /** The far side takes nothing more of an epoch. */
  drop(epoch: number): void {
    this.#streams = this.#streams.filter((stream) => stream.epoch !== epoch);
    this.#forget((frame) => frame.epoch === epoch);
  }

  /** Everything known is stored on the far side. */
  get isFlushed(): boolean {
    return this.#streams.every((stream) => stream.ackedSeq >= stream.lastSeq);
  }

  get unackedEvents(): number {
    return this.#streams.reduce((sum, stream) => sum + stream.lastSeq - stream.ackedSeq, 0);
  }

  get #isCrowded(): boolean {
    const frames = this.#inFlight.length;
    return frames >= MAX_SMALL_FRAMES_IN_FLIGHT && this.#inFlightBytes < frames * SMALL_FRAME_BYTES;
  }

  #find(epoch: number): StreamState | undefined {
    return this.#streams.find((stream) => stream.epoch === epoch);
  }

  #forget(isOver: (frame: InFlight) => boolean): void {
    this.#inFlight = this.#inFlight.filter((frame) => !isOver(frame));
    this.#inFlightBytes = this.#inFlight.reduce((sum, frame) => sum + frame.bytes, 0);
  }
}
