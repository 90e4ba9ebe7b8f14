import { CLOSE } from '../../protocol/close-codes.ts';
import type { ToViewer } from '../../protocol/viewer-socket.ts';
import type { SessionSnapshot } from '../contracts.ts';
import { closeQuietly } from './close-quietly.ts';
import type { EventLog } from './event-log.ts';

export const VIEWER_TAG = 'viewer';

/** What a viewer that does not read may keep in our memory; an object has 128 MB in all. */
const MAX_BUFFERED_BYTES = 16_000_000;

/** While replaying, wait below this for the viewer to read. */
const REPLAY_BUFFERED_BYTES = 2_000_000;
const REPLAY_WAIT_MS = 20;
const REPLAY_PATIENCE_MS = 30_000;

/**
 * With more viewers than this, frames are gathered for a moment: the cost of a frame is its messages, one a viewer,
 * and an object that sends more than it can falls behind for all.
 */
const MANY_VIEWERS = 16;
const GATHER_MS = 20;

/** `live`: has everything up to the end of the log, so that new frames can follow directly. */
type ViewerState = { kind: 'viewer'; cursor: number; live: boolean };

/** Someone who follows the session in another way than by WebSocket. */
export type Follower = (news: { changed: string | null }) => void;

/** Everybody who watches the session. */
export class Viewers {
  readonly #ctx: DurableObjectState;
  readonly #log: EventLog;
  /** Everything as it is now. */
  readonly #current: () => SessionSnapshot;
  readonly #live = new Set<WebSocket>();
  #replaying = 0;
  /** Counts what viewers were told by `changed`. */
  #changes = 0;
  readonly #followers = new Set<Follower>();
  /** What live viewers are not told yet. While a timer runs the object stays in memory. */
  readonly #events: string[] = [];
  readonly #changed: string[] = [];
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(ctx: DurableObjectState, log: EventLog, current: () => SessionSnapshot) {
    this.#ctx = ctx;
    this.#log = log;
    this.#current = current;
    for (const socket of ctx.getWebSockets(VIEWER_TAG)) {
      const state: ViewerState = socket.deserializeAttachment();
      if (state.live) this.#live.add(socket);
      // Once the object is complete.
      else queueMicrotask(() => void this.#replay(socket, state.cursor, null));
    }
  }

  /** Answers a viewer's upgrade: first the snapshot, then everything after an event, then what happens. */
  accept(afterId: number): Response {
    const { 0: client, 1: server } = new WebSocketPair();
    this.#ctx.acceptWebSocket(server, [VIEWER_TAG]);
    const cursor = Math.min(afterId, this.#log.lastId);
    server.serializeAttachment({ kind: 'viewer', cursor, live: false } satisfies ViewerState);
    server.send(JSON.stringify({ type: 'snapshot', ...this.#current() } satisfies ToViewer));
    void this.#replay(server, cursor, this.#changes);
    return new Response(null, { status: 101, webSocket: client });
  }

  follow(follower: Follower): () => void {
    this.#followers.add(follower);
    return () => this.#followers.delete(follower);
  }

  hasAny(): boolean {
    return this.#live.size > 0 || this.#replaying > 0 || this.#followers.size > 0;
  }

  /** Tells all viewers what was just stored. Those that still replay find it in the log. */
  announce(eventsJson: string | null, changed: string | null): void {
    if (eventsJson !== null) this.#events.push(eventsJson.slice(1, -1));
    if (changed !== null) {
      this.#changed.push(changed);
      this.#changes += 1;
    }
    for (const follower of this.#followers) follower({ changed });
    if (this.#live.size <= MANY_VIEWERS) this.#flush();
    else this.#timer ??= setTimeout(() => this.#flush(), GATHER_MS);
  }

  #flush(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const messages = this.#changed.splice(0);
    const events = this.#events.splice(0).join(',');
    if (events !== '') messages.unshift(`{"type":"events","events":[${events}]}`);
    if (messages.length === 0) return;
    for (const socket of this.#live) {
      if (socket.bufferedAmount > MAX_BUFFERED_BYTES) {
        this.drop(socket);
        closeQuietly(socket, CLOSE.overload, 'Too slow; connect again with ?after=<last event id>.');
        continue;
      }
      for (const message of messages) this.#send(socket, message);
    }
  }

  drop(socket: WebSocket): void {
    this.#live.delete(socket);
  }

  /** Pages of the log until its end; then, in the same turn of the event loop, the viewer goes live. */
  async #replay(socket: WebSocket, afterId: number, seenChanges: number | null): Promise<void> {
    this.#replaying += 1;
    let cursor: number | null = afterId;
    // Something may have been stored between the last page and this line.
    do cursor = await this.#sendPages(socket, cursor);
    while (cursor !== null && cursor < this.#log.lastId);
    this.#replaying -= 1;
    if (cursor === null) return;
    // What was gathered is in the log, which this viewer has read.
    this.#flush();
    socket.serializeAttachment({ kind: 'viewer', cursor, live: true } satisfies ViewerState);
    this.#live.add(socket);
    if (seenChanges === this.#changes) return;
    this.#send(socket, JSON.stringify({ type: 'changed', ...this.#current() } satisfies ToViewer));
  }

  /** @returns the last id that was sent; null when the viewer has gone. */
  async #sendPages(socket: WebSocket, afterId: number): Promise<number | null> {
    let cursor = afterId;
    while (socket.readyState === WebSocket.OPEN) {
      const page = this.#log.pageAfter(cursor);
      if (page === null) return cursor;
      if (!this.#send(socket, `{"type":"events","events":${page.json}}`)) return null;
      cursor = page.lastId;
      socket.serializeAttachment({ kind: 'viewer', cursor, live: false } satisfies ViewerState);
      if (cursor < this.#log.lastId && !(await hasRoom(socket))) {
        closeQuietly(socket, CLOSE.overload, 'Too slow; connect again with ?after=<last event id>.');
        return null;
      }
    }
    return null;
  }

  #send(socket: WebSocket, text: string): boolean {
    try {
      socket.send(text);
      return true;
    } catch {
      // It closed before its close event came.
      this.drop(socket);
      return false;
    }
  }
}

/** Lets other work in between pages, and waits while the viewer has much unread. */
async function hasRoom(socket: WebSocket): Promise<boolean> {
  await scheduler.wait(0);
  for (let waitedMs = 0; socket.bufferedAmount > REPLAY_BUFFERED_BYTES; waitedMs += REPLAY_WAIT_MS) {
    if (waitedMs > REPLAY_PATIENCE_MS) return false;
    await scheduler.wait(REPLAY_WAIT_MS);
  }
  return true;
}
