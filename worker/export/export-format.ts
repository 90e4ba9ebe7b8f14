import { EXPORTED_ROWS, type ExportFormat, type ExportKind } from '../../protocol/exports.ts';
import type { AccountKey } from '../../protocol/ids.ts';
import type { ExportedRow } from '../record/exports/read-export.ts';
import { csvCell, csvLines } from './write-csv.ts';

/** What an export is of, as a JSON document says it. */
export type ExportHead = { kind: ExportKind; account: AccountKey; next: string | null };

/** Rows as text, some at a time. */
export type ExportWriter = {
  contentType: string;
  begin: string;
  /** @param first whether no row was written before these */
  rows(rows: readonly ExportedRow[], first: boolean): string;
  end: string;
};

export const CONTENT_TYPES = {
  json: 'application/json',
  ndjson: 'application/x-ndjson',
  csv: 'text/csv; charset=utf-8; header=present',
} as const satisfies Record<ExportFormat, string>;

export function exportWriter(format: ExportFormat, head: ExportHead): ExportWriter {
  const contentType = CONTENT_TYPES[format];
  switch (format) {
    case 'json':
      return { contentType, ...jsonDocument(head) };
    case 'ndjson':
      return {
        contentType,
        begin: '',
        rows: (rows) => rows.map((row) => `${JSON.stringify(row)}\n`).join(''),
        end: '',
      };
    case 'csv': {
      const columns = Object.keys(EXPORTED_ROWS[head.kind].shape);
      return {
        contentType,
        begin: csvLines([columns]),
        rows: (rows) => csvLines(rows.map((row) => columns.map((column) => csvCell(column, row[column])))),
        end: '',
      };
    }
  }
}

function jsonDocument({ kind, account, next }: ExportHead): Omit<ExportWriter, 'contentType'> {
  return {
    begin: `{"kind":${JSON.stringify(kind)},"account":${JSON.stringify(account)},"items":[`,
    rows: (rows, first) =>
      rows.map((row, index) => `${first && index === 0 ? '' : ','}\n${JSON.stringify(row)}`).join(''),
    end: `\n],"next":${JSON.stringify(next)}}\n`,
  };
}
