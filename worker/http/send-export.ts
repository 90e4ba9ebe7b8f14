import type { ExportFormat, ExportKind } from '../../protocol/exports.ts';
import type { Caller } from '../access/caller.ts';
import { CONTENT_TYPES, exportWriter } from '../export/export-format.ts';
import { streamExport } from '../export/stream-export.ts';
import { createLogger } from '../logger.ts';
import { decodePosition, encodePosition } from '../record/exports/export-cursor.ts';
import {
  EXPORT_PAGE,
  type ExportFilter,
  type ExportPosition,
  findExportEnd,
  readExportPage,
} from '../record/exports/read-export.ts';
import { openRecord } from '../record/open-record.ts';
import { audited } from './audited.ts';
import { ProblemError } from './problem.ts';
import { readRecord } from './read-record.ts';
import type { AppContext } from './route.ts';

export type ExportPart = { format: ExportFormat; limit: number; cursor?: string | undefined };

/**
 * Answers with the rows of a filter. Where the part ends, and whether another follows (`Link: rel="next"`), is known
 * before its first byte: a part that arrives whole lacks nothing.
 *
 * @throws ProblemError when the cursor is none of this kind, or the record does not answer
 */
export async function sendExport(
  c: AppContext,
  caller: Caller,
  kind: ExportKind,
  filter: ExportFilter,
  { format, limit, cursor }: ExportPart,
): Promise<Response> {
  const start = cursor === undefined ? null : positionIn(kind, cursor);
  const { account, visible: _visible, ...asked } = filter;
  const act = {
    account,
    action: 'export.started',
    target: { kind: 'export', id: kind, name: null },
    details: { format, limit, continued: start !== null, ...asked },
  };
  const end = await audited(c, caller, act, () =>
    readRecord(c, (db) => findExportEnd(db, kind, filter, start, limit)),
  );
  const next = end === null ? null : encodePosition(end);
  const db = openRecord(c.env);
  const rows = streamExport(
    {
      read: (after) => readExportPage(db, kind, filter, after, EXPORT_PAGE),
      wait: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
      random: Math.random,
      onFailure: (error) => logger.error('export.cut_off', { kind, account, error }),
    },
    exportWriter(format, { kind, account, next }),
    start,
    end,
  );
  return new Response(rows, { headers: headersOf(c, kind, format, next) });
}

function headersOf(c: AppContext, kind: ExportKind, format: ExportFormat, next: string | null): Headers {
  const day = new Date().toISOString().slice(0, 10);
  const headers = new Headers({
    'content-type': CONTENT_TYPES[format],
    'content-disposition': `attachment; filename="signalbox-${kind}-${day}.${format}"`,
    'cache-control': 'no-store',
  });
  if (next !== null) {
    const { pathname, searchParams } = new URL(c.req.url);
    searchParams.set('cursor', next);
    headers.set('link', `<${pathname}?${searchParams}>; rel="next"`);
  }
  return headers;
}

/** @throws ProblemError */
function positionIn(kind: ExportKind, cursor: string): ExportPosition {
  const position = decodePosition(kind, cursor);
  if (position !== null) return position;
  throw new ProblemError(400, 'invalid_query', {
    detail: `The cursor is not one of an export of ${kind}.`,
    remedy: 'Take it from the "Link" header of the part before, or begin without one.',
    errors: [{ path: 'cursor', message: 'is not a cursor of an earlier part' }],
  });
}

const logger = createLogger({ part: 'export' });
