import { isBeyond } from '../record/exports/export-cursor.ts';
import type { ExportPage, ExportPosition } from '../record/exports/read-export.ts';
import type { ExportWriter } from './export-format.ts';

export type StreamDeps = {
  /** The next rows after a position; none at the end. */
  read(after: ExportPosition | null): Promise<ExportPage>;
  wait(ms: number): Promise<void>;
  random(): number;
  /** The export ends here and the connection is cut, so that nobody takes the part for the whole. */
  onFailure(error: unknown): void;
};

/** A record that restarts is back within this; a longer outage ends the export. */
const ATTEMPTS = 4;
const FIRST_DELAY_MS = 250;

/**
 * The rows after one position up to another as a stream of text. The next page is asked for when the last one is on its
 * way to the reader: what a slow reader has not taken stays in the database.
 *
 * @param end the last row's place; null for everything that there is
 */
export function streamExport(
  deps: StreamDeps,
  writer: ExportWriter,
  start: ExportPosition | null,
  end: ExportPosition | null,
): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder();
  let after = start;
  let written = 0;
  return new ReadableStream<Uint8Array>(
    {
      start(controller) {
        if (writer.begin !== '') controller.enqueue(encoder.encode(writer.begin));
      },
      async pull(controller) {
        try {
          const page = await readPatiently(deps, after);
          const rows = end === null ? page : page.filter(({ position }) => !isBeyond(position, end));
          if (rows.length > 0) {
            const text = writer.rows(
              rows.map(({ row }) => row),
              written === 0,
            );
            controller.enqueue(encoder.encode(text));
          }
          written += rows.length;
          after = page.at(-1)?.position ?? after;
          const isOver = page.length === 0 || (end !== null && after !== null && !isBeyond(end, after));
          if (!isOver) return;
          if (writer.end !== '') controller.enqueue(encoder.encode(writer.end));
          controller.close();
        } catch (error) {
          deps.onFailure(error);
          controller.error(error);
        }
      },
    },
    { highWaterMark: 1 },
  );
}

async function readPatiently(deps: StreamDeps, after: ExportPosition | null): Promise<ExportPage> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await deps.read(after);
    } catch (error) {
      if (attempt === ATTEMPTS) throw error;
      await deps.wait(FIRST_DELAY_MS * 2 ** (attempt - 1) * (0.5 + deps.random()));
    }
  }
}
