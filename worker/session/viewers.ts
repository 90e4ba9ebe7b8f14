import { CLOSE, type CloseCode } from '../../protocol/close-codes.ts';
import { readSeen, type ToViewer } from '../../protocol/viewer-socket.ts';
import type { SessionSnapshot } from '../contracts.ts';
import { FrameCleaner } from '../shares/for-strangers.ts';
import { closeQuietly } from './close-quietly.ts';
import type { EventLog } from './event-log.ts';
import { untilRoom } from './replay-pace.ts';
import type { ShareClaim } from './socket-paths.ts';
import { Unread } from './unread.ts';

export const VIEWER_TAG = 'viewer';

/** A live viewer with more than a moment's worth unread falls behind: it gets the log a page at a time. */
const MAX_LIVE_UNREAD_CHARS = 512_000;

/** A frame is sent to all live viewers at once only when all copies of it together fit easily. */
const MAX_BROADCAST_CHARS = 16_000_000;

/** With more unread of all together, those with most of it are let go; an object has 128 MB in all. */
const MAX_ALL_UNREAD_CHARS = 64_000_000;

/**
 * With more viewers than this, what comes within a moment of the last frame is gathered: the cost of a frame is its
 * messages, one a viewer, and an object that sends more than it can falls behind for all.
 */
const MANY_VIEWERS = 16;
const GATHER_MS = 20;

/**
 * `live`: has everything up to the end of the log, so that new frames can follow directly. `says`: tells what it has
 * seen.
 */
type ViewerState = {
  kind: 'viewer';
  cursor: number;
  live: boolean;
  says: boolean;
  /** The link of a guest, who sees everything redacted; left out by older builds. */
  share?: ShareClaim | null;
  /** When he has to prove anew what he reaches; left out by older builds. */
  until?: number | null;
};

/** Someone who follows the session in another way than by WebSocket. */
export type Follower = (news: { changed: string | null } | 'ended') => void;

/** Everybody who watches the session. */
export class Viewers {
  readonly #ctx: DurableObjectState;
  readonly #log: EventLog;
  /** Everything as it is now. */
  readonly #current: () => SessionSnapshot;
  readonly #live = new Set<WebSocket>();
  #replaying = 0;
  readonly #unread = new Unread<WebSocket>();
  /** The last event that live viewers have. */
  #flushedId: number;
  #flushedAtMs = 0;
  /** Counts what viewers were told by `changed`. */
  #changes = 0;
  readonly #followers = new Map<Follower, ShareClaim | null>();
  readonly #guests = new Map<WebSocket, ShareClaim>();
  readonly #visits = new Map<WebSocket | Follower, number>();
  readonly #cleaner = new FrameCleaner();
  /** What live viewers are not told yet. While a timer runs the object stays in memory. */
  readonly #events: string[] = [];
  readonly #changed: string[] = [];
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(ctx: DurableObjectState, log: EventLog, current: () => SessionSnapshot) {
    this.#ctx = ctx;
    this.#log = log;
    this.#current = current;
    this.#flushedId = log.lastId;
    for (const socket of ctx.getWebSockets(VIEWER_TAG)) {
      const state: ViewerState = socket.deserializeAttachment();
      if (state.share) this.#guests.set(socket, state.share);
      if (state.until) this.#visits.set(socket, state.until);
      if (state.live) this.#live.add(socket);
      // Once the object is complete.
      else queueMicrotask(() => void this.#replay(socket, state.cursor, null));
    }
  }

  /** Answers a viewer's upgrade: first the snapshot, then everything after an event, then what happens. */
  accept(afterId: number, says: boolean, share: ShareClaim | null, until: number | null): Response {
    const { 0: client, 1: server } = new WebSocketPair();
    this.#ctx.acceptWebSocket(server, [VIEWER_TAG]);
    const cursor = Math.min(afterId, this.#log.lastId);
    const state = { kind: 'viewer', cursor, live: false, says, share, until } satisfies ViewerState;
    server.serializeAttachment(state);
    if (share !== null) this.#guests.set(server, share);
    if (until !== null) this.#visits.set(server, until);
    this.#send(server, JSON.stringify({ type: 'snapshot', ...this.#current() } satisfies ToViewer), cursor);
    void this.#replay(server, cursor, this.#changes);
    return new Response(null, { status: 101, webSocket: client });
  }

  follow(follower: Follower, share: ShareClaim | null, until: number | null): () => void {
    this.#followers.set(follower, share);
    if (until !== null) this.#visits.set(follower, until);
    return () => {
      this.#followers.delete(follower);
      this.#visits.delete(follower);
    };
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
    for (const follower of this.#followers.keys()) follower({ changed });
    const sinceMs = Date.now() - this.#flushedAtMs;
    if (this.#live.size <= MANY_VIEWERS || sinceMs >= GATHER_MS) this.#flush();
    else this.#timer ??= setTimeout(() => this.#flush(), GATHER_MS - sinceMs);
  }

  #flush(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#flushedAtMs = Date.now();
    const messages = this.#changed.splice(0);
    const news = messages.length;
    const events = this.#events.splice(0).join(',');
    if (events !== '') messages.unshift(`{"type":"events","events":[${events}]}`);
    if (messages.length === 0) {
      // What was stored while nobody was live came to those who are by their replay.
      this.#flushedId = this.#log.lastId;
      return;
    }
    const chars = messages.reduce((sum, message) => sum + message.length, 0);
    const tooMuch = chars * this.#live.size > MAX_BROADCAST_CHARS;
    for (const socket of [...this.#live]) {
      if (tooMuch || this.#unread.of(socket) > MAX_LIVE_UNREAD_CHARS) this.#fallBehind(socket, news);
      else for (const message of messages) this.#send(socket, message, this.#log.lastId);
    }
    this.#flushedId = this.#log.lastId;
    this.#cleaner.forget();
    while (this.#unread.total > MAX_ALL_UNREAD_CHARS) {
      const slowest = this.#unread.slowest();
      if (slowest === null) return;
      this.#letGo(slowest);
    }
  }

  /** A viewer says up to which event it has read. */
  hear(socket: WebSocket, message: string | ArrayBuffer): void {
    const id = typeof message === 'string' ? readSeen(message) : null;
    if (id !== null) this.#unread.seen(socket, id);
  }

  /** The log has everything: it comes back for what it missed. */
  #letGo(socket: WebSocket): void {
    this.drop(socket);
    closeQuietly(socket, CLOSE.overload, 'Too slow; connect again with ?after=<last event id>.');
  }

  /** A viewer that can't take more now reads the log at its own pace, and is live again once it has all. */
  #fallBehind(socket: WebSocket, unheardChanges: number): void {
    this.#live.delete(socket);
    this.#note(socket, this.#flushedId, false);
    void this.#replay(socket, this.#flushedId, this.#changes - unheardChanges);
  }

  /** Lets everybody go: what they were shown is not there any more. */
  endAll(code: CloseCode, reason: string): void {
    for (const socket of this.#ctx.getWebSockets(VIEWER_TAG)) {
      this.drop(socket);
      closeQuietly(socket, code, reason);
    }
    for (const follower of [...this.#followers.keys()]) follower('ended');
    this.#followers.clear();
    this.#flushedId = this.#log.lastId;
  }

  /** Ends what guests of some links see. @returns when the next of the others ends; null when none is left */
  letGuestsGo(ends: (guest: ShareClaim) => boolean): number | null {
    for (const [socket, guest] of [...this.#guests]) {
      if (!ends(guest)) continue;
      this.drop(socket);
      closeQuietly(socket, CLOSE.unauthorized, 'The share link has ended.');
    }
    for (const [follower, guest] of [...this.#followers]) {
      if (guest === null || !ends(guest)) continue;
      this.#followers.delete(follower);
      follower('ended');
    }
    const left = [...this.#guests.values(), ...this.#followers.values()];
    const times = left.flatMap((guest) => guest?.until ?? []);
    return times.length === 0 ? null : Math.min(...times);
  }

  /** Has those come back whose time is over: what they reach is asked anew. @returns when the next one's is */
  letVisitorsGo(nowMs: number): number | null {
    for (const [visitor, until] of [...this.#visits]) {
      if (until > nowMs) continue;
      this.#visits.delete(visitor);
      if (visitor instanceof WebSocket) {
        this.drop(visitor);
        closeQuietly(visitor, CLOSE.changed, 'Connect again: what you may see is asked about anew.');
      } else {
        this.#followers.delete(visitor);
        visitor('ended');
      }
    }
    return this.#visits.size === 0 ? null : Math.min(...this.#visits.values());
  }

  #note(socket: WebSocket, cursor: number, live: boolean): void {
    const state: ViewerState = socket.deserializeAttachment();
    socket.serializeAttachment({ ...state, cursor, live } satisfies ViewerState);
  }

  drop(socket: WebSocket): void {
    this.#live.delete(socket);
    this.#guests.delete(socket);
    this.#visits.delete(socket);
    this.#unread.forget(socket);
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
    this.#note(socket, cursor, true);
    this.#live.add(socket);
    if (seenChanges === this.#changes) return;
    const changed = { type: 'changed', ...this.#current() } satisfies ToViewer;
    this.#send(socket, JSON.stringify(changed), cursor);
  }

  /** @returns the last id that was sent; null when the viewer has gone. */
  async #sendPages(socket: WebSocket, afterId: number): Promise<number | null> {
    let cursor = afterId;
    const { says }: ViewerState = socket.deserializeAttachment();
    while (socket.readyState === WebSocket.OPEN) {
      if (!(await untilRoom(this.#unread, socket, says))) {
        this.#letGo(socket);
        return null;
      }
      const page = this.#log.pageAfter(cursor);
      if (page === null) return cursor;
      if (!this.#send(socket, `{"type":"events","events":${page.json}}`, page.lastId)) return null;
      cursor = page.lastId;
      this.#note(socket, cursor, false);
      // Lets other work in between pages.
      if (cursor < this.#log.lastId) await scheduler.wait(0);
    }
    return null;
  }

  #send(socket: WebSocket, text: string, lastId: number): boolean {
    try {
      const shown = this.#guests.has(socket) ? this.#cleaner.clean(text) : text;
      socket.send(shown);
      this.#unread.sent(socket, shown.length, lastId);
      return true;
    } catch {
      // It closed before its close event came.
      this.drop(socket);
      return false;
    }
  }
}
