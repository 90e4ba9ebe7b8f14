import type { LoggedEvent } from '../../protocol/events.ts';
import type { ToViewer } from '../../protocol/viewer-socket.ts';
import { eventsForStrangers, frameForStrangers } from '../shares/for-strangers.ts';
import type { EventLog } from './event-log.ts';
import type { ShareClaim } from './socket-paths.ts';
import type { Viewers } from './viewers.ts';

/** Proxies close a silent response after about a minute. */
const KEEP_ALIVE_MS = 15_000;

/** A reader that lets so much of changes pile up gets a fresh snapshot by connecting again. */
const MAX_PENDING_CHARS = 2_000_000;

/**
 * The session as server-sent events: one `snapshot`, then one unnamed message an event with its number as id (so
 * that a browser's `Last-Event-ID` resumes exactly), and `changed` messages between. The log is read as fast as the
 * reader reads, so a slow one costs no memory.
 */
export function streamEvents(
  log: EventLog,
  viewers: Viewers,
  afterId: number,
  snapshot: ToViewer,
  share: ShareClaim | null = null,
  untilMs: number | null = null,
): Response {
  const encoder = new TextEncoder();
  const shown = (frame: ToViewer): ToViewer => (share === null ? frame : frameForStrangers(frame));
  const changes: string[] = [`retry: 1000\nevent: snapshot\ndata: ${JSON.stringify(shown(snapshot))}\n\n`];
  let cursor = Math.min(afterId, log.lastId);
  let pendingChars = 0;
  let overflowed = false;
  /** The link was taken away, or the reader's time is over. */
  let ended = false;
  let gone = false;
  let wake: () => void = () => undefined;
  const unfollow = viewers.follow(
    (news) => {
      if (news === 'ended') ended = true;
      else if (news.changed !== null) {
        const frame = share === null ? news.changed : JSON.stringify(shown(JSON.parse(news.changed)));
        addChange(`event: changed\ndata: ${frame}\n\n`);
      }
      wake();
    },
    share,
    untilMs,
  );

  const body = new ReadableStream<Uint8Array>({
    async pull(controller) {
      if (overflowed || ended) return controller.close();
      const page = log.pageAfter(cursor);
      let text = changes.splice(0).join('');
      pendingChars = 0;
      if (page !== null) {
        cursor = page.lastId;
        const stored: LoggedEvent[] = JSON.parse(page.json);
        const events = share === null ? stored : eventsForStrangers(stored);
        text += events.map((event) => `id: ${event.id}\ndata: ${JSON.stringify(event)}\n\n`).join('');
      }
      if (text === '') text = (await newsWithin(KEEP_ALIVE_MS)) ? '' : ': still here\n\n';
      if (ended) return controller.close();
      // An empty chunk asks for the next pull.
      if (!gone) controller.enqueue(encoder.encode(text));
    },
    cancel() {
      gone = true;
      unfollow();
      // An object may have 10,000 timers; readers that come and go must leave none.
      wake();
    },
  });

  /** What a reader does not read must not pile up here: it hears of the rest when it comes back. */
  function addChange(text: string): void {
    pendingChars += text.length;
    if (pendingChars <= MAX_PENDING_CHARS) {
      changes.push(text);
      return;
    }
    overflowed = true;
    changes.length = 0;
    unfollow();
  }

  function newsWithin(ms: number): Promise<boolean> {
    return new Promise((resolve) => {
      const timer = setTimeout(() => resolve(false), ms);
      wake = () => {
        clearTimeout(timer);
        resolve(true);
      };
    });
  }

  return new Response(body, {
    headers: {
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-store, no-transform',
      'x-accel-buffering': 'no',
    },
  });
}
