import type { Stack } from '../../local/stack/start-stack.ts';

/** What one export came to. */
export type ReadExport = { rows: number; bytes: number; firstByteMs: number; wholeMs: number };

const NEWLINE = 10;

/**
 * Reads an export to its end, and counts its lines.
 *
 * @param pauseMs nothing is taken for so long after the first bytes: a reader that can't keep up
 * @throws when it is refused, or cut off
 */
export async function readExport(
  { api }: Stack,
  path: string,
  { pauseMs, signal }: { pauseMs: number; signal: AbortSignal },
): Promise<ReadExport> {
  const startedAtMs = performance.now();
  const response = await fetch(`${api.url}${path}`, { headers: api.headers, signal });
  if (!response.ok || response.body === null)
    throw new Error(`${path} was answered with ${response.status}.`);
  let firstByteMs: number | null = null;
  let bytes = 0;
  let rows = 0;
  for await (const chunk of response.body) {
    if (firstByteMs === null) {
      firstByteMs = performance.now() - startedAtMs;
      if (pauseMs > 0) await new Promise((resolve) => setTimeout(resolve, pauseMs));
    }
    bytes += chunk.length;
    for (const byte of chunk) if (byte === NEWLINE) rows += 1;
  }
  return { rows, bytes, firstByteMs: firstByteMs ?? 0, wholeMs: performance.now() - startedAtMs };
}
