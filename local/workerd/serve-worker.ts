import { mkdir } from 'node:fs/promises';
import { convertV4MiniflareOptions, Log, LogLevel, Miniflare } from 'miniflare';
import { readBuiltWorker } from './built-worker.ts';
import type { ServeOptions } from './miniflare-options.ts';
import { miniflareOptions } from './miniflare-options.ts';
import { runCrons } from './run-crons.ts';

export interface ServedWorker {
  /** Where the Worker answers. */
  url: string;
  /** Miniflare's own address on this machine, for triggers such as `/cdn-cgi/local/scheduled?cron=…`. */
  controlUrl: string;
  /** Ends one Durable Object as an eviction does: its memory goes, its sockets are closed or hibernate. */
  evict(className: string, name: string, sockets: 'close' | 'hibernate'): Promise<void>;
  close(): Promise<void>;
}

export type WriteLine = (line: string) => void;

/** Runs a built Worker under workerd. When workerd crashes it comes back on the same port with the same data. */
export async function serveWorker(options: ServeOptions, writeLine: WriteLine): Promise<ServedWorker> {
  const description = await readBuiltWorker(options.bundleDir);
  await mkdir(options.dataDir, { recursive: true });
  if (description.assets) await mkdir(description.assets.directory, { recursive: true });

  const miniflare = new Miniflare({
    ...convertV4MiniflareOptions(miniflareOptions(description, options)),
    log: new LineLog(writeLine),
    handleStructuredLogs: ({ message }) => writeLine(message),
  });
  try {
    const controlUrl = await miniflare.ready;
    const url = await miniflare.unsafeGetDirectURL(description.name);
    const stopCrons = runCrons(description.crons, {
      now: () => new Date(),
      runScheduled: (cron, time) => runScheduled(controlUrl, cron, time),
      report: writeLine,
    });
    return {
      url: withoutSlash(url),
      controlUrl: withoutSlash(controlUrl),
      evict(className, name, webSockets) {
        // With a Blob among its arguments Miniflare's stub does not block this thread, which has workerd's log to read.
        const options = { name, webSockets, unread: new Blob([]) };
        return miniflare.unsafeEvictDurableObject(description.name, className, options);
      },
      close: async () => {
        stopCrons();
        await miniflare.dispose();
      },
    };
  } catch (error) {
    await miniflare.dispose().catch(() => {});
    throw error;
  }
}

/**
 * Over HTTP: Miniflare's own stub blocks this thread at its first call, which then does not read what workerd logs;
 * when the pipe is full both wait for ever.
 */
async function runScheduled(controlUrl: URL, cron: string, time: Date): Promise<void> {
  const url = new URL('/cdn-cgi/local/scheduled', controlUrl);
  url.searchParams.set('cron', cron);
  url.searchParams.set('time', String(time.getTime()));
  const response = await fetch(url);
  const outcome = await response.text();
  if (!response.ok || outcome !== 'ok') throw new Error(`its outcome is ${outcome}`);
}

function withoutSlash(url: URL): string {
  return url.origin;
}

/** Miniflare writes to stdout, which belongs to the ready line; this sends its messages the way of the others. */
class LineLog extends Log {
  readonly #writeLine: WriteLine;

  constructor(writeLine: WriteLine) {
    super(LogLevel.WARN);
    this.#writeLine = writeLine;
  }

  protected override log(message: string): void {
    this.#writeLine(message);
  }
}
