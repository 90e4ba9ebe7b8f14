import type { Fetcher } from './fetch-image.ts';

const LOG_DEADLINE_MS = 10_000;

/** A log tells of its failure at its end. */
const MAX_TAIL_BYTES = 512_000;

/** What comes before the end is read and forgotten; a longer log is left alone. */
const MAX_LOG_BYTES = 50_000_000;

/** Fetches the end of a log from the address that GitHub signed for it, without any credential. Null: it can't be had. */
export async function fetchLog(address: string, fetcher: Fetcher): Promise<string | null> {
  try {
    const signal = AbortSignal.timeout(LOG_DEADLINE_MS);
    const response = await fetcher(new URL(address), { redirect: 'manual', signal });
    if (response.ok && response.body !== null) return await readTail(response.body);
    await response.body?.cancel();
  } catch {
    // Names and findings of a check are worth working on without its log.
  }
  return null;
}

async function readTail(body: ReadableStream<Uint8Array>): Promise<string | null> {
  let parts: Uint8Array[] = [];
  let held = 0;
  let read = 0;
  for await (const part of body) {
    read += part.length;
    if (read > MAX_LOG_BYTES) return null;
    parts.push(part);
    held += part.length;
    while (parts[0] !== undefined && held - parts[0].length >= MAX_TAIL_BYTES) {
      held -= parts[0].length;
      parts = parts.slice(1);
    }
  }
  const bytes = new Uint8Array(await new Blob(parts.map((part) => part.slice())).arrayBuffer());
  return new TextDecoder().decode(bytes.subarray(Math.max(0, bytes.length - MAX_TAIL_BYTES)));
}
