import { CLOSE } from '../../protocol/close-codes.ts';
import type { ToViewer } from '../../protocol/viewer-socket.ts';
import { closeQuietly } from './close-quietly.ts';
import type { EventLog } from './event-log.ts';

export const VIEWER_TAG = 'viewer';

/** What a viewer that does not read may keep in our memory; an object has 128 MB in all. */
const MAX_BUFFERED_BYTES = 16_000_000;

/** While replaying, wait below this for the viewer to read. */
const REPLAY_BUFFERED_BYTES = 2_000_000;
const REPLAY_WAIT_MS = 20;
const REPLAY_PATIENCE_MS = 30_000;

/** `live`: has everything up to the end of the log, so that new frames can follow directly. */
type ViewerState = { kind: 'viewer'; cursor: number; live: boolean };

/** Someone who follows the session in another way than by WebSocket. */
export type Follower = (news: { changed: string | null }) => void;

/** Everybody who watches the session. */
export class Viewers {
  readonly #ctx: DurableObjectState;
  readonly #log: EventLog;
  readonly #live = new Set<WebSocket>();
  readonly #followers = new Set<Follower>();

  constructor(ctx: DurableObjectState, log: EventLog) {
    this.#ctx = ctx;
    this.#log = log;
    for (const socket of ctx.getWebSockets(VIEWER_TAG)) {
      const state: ViewerState = socket.deserializeAttachment();
      if (state.live) this.#live.add(socket);
      else void this.#replay(socket, state.cursor);
    }
  }

  /** Answers a viewer's upgrade: first the snapshot, then everything after an event, then what happens. */
  accept(afterId: number, snapshot: ToViewer): Response {
    const { 0: client, 1: server } = new WebSocketPair();
    this.#ctx.acceptWebSocket(server, [VIEWER_TAG]);
    const cursor = Math.min(afterId, this.#log.lastId);
    server.serializeAttachment({ kind: 'viewer', cursor, live: false } satisfies ViewerState);
    server.send(JSON.stringify(snapshot));
    void this.#replay(server, cursor);
    return new Response(null, { status: 101, webSocket: client });
  }

  follow(follower: Follower): () => void {
    this.#followers.add(follower);
    return () => this.#followers.delete(follower);
  }

  hasAny(): boolean {
    return this.#live.size > 0 || this.#followers.size > 0;
  }

  /** Tells all viewers what was just stored. Those that still replay find it in the log. */
  announce(eventsJson: string | null, changed: string | null): void {
    const events = eventsJson === null ? null : `{"type":"events","events":${eventsJson}}`;
    for (const socket of this.#live) {
      if (socket.bufferedAmount > MAX_BUFFERED_BYTES) {
        this.drop(socket);
        closeQuietly(socket, CLOSE.overload, 'Too slow; connect again with ?after=<last event id>.');
        continue;
      }
      if (events !== null) this.#send(socket, events);
      if (changed !== null) this.#send(socket, changed);
    }
    for (const follower of this.#followers) follower({ changed });
  }

  drop(socket: WebSocket): void {
    this.#live.delete(socket);
  }

  /** Pages of the log until its end; then, in the same turn of the event loop, the viewer goes live. */
  async #replay(socket: WebSocket, afterId: number): Promise<void> {
    let cursor = afterId;
    for (;;) {
      if (socket.readyState !== WebSocket.OPEN) return;
      const page = this.#log.pageAfter(cursor);
      if (page === null) break;
      if (!this.#send(socket, `{"type":"events","events":${page.json}}`)) return;
      cursor = page.lastId;
      socket.serializeAttachment({ kind: 'viewer', cursor, live: false } satisfies ViewerState);
      if (cursor < this.#log.lastId && !(await hasRoom(socket))) {
        return closeQuietly(socket, CLOSE.overload, 'Too slow; connect again with ?after=<last event id>.');
      }
    }
    socket.serializeAttachment({ kind: 'viewer', cursor, live: true } satisfies ViewerState);
    this.#live.add(socket);
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
