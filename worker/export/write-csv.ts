import { stringify } from 'csv-stringify/sync';

/**
 * What a spreadsheet might run as a formula: it begins with one of `= + - @`, also in full width and after white space,
 * or with a character that some programs cut off before they look.
 */
const FORMULA = /^(?:[\t\r\n]|\s*[=+\-@＝＋－＠])/u;

/** A cell: objects as JSON, times as ISO 8601, nothing as nothing. Texts never become formulas. */
export function csvCell(column: string, value: unknown): string | number {
  if (value === null || value === undefined) return '';
  if (typeof value === 'number') return isTime(column) ? new Date(value).toISOString() : value;
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return FORMULA.test(text) ? `'${text}` : text;
}

/** Lines of RFC 4180, each ended by CR LF. */
export function csvLines(lines: readonly (readonly (string | number)[])[]): string {
  return stringify([...lines], { record_delimiter: 'windows', quote_record_delimiter: true });
}

/** Columns of times are named alike everywhere in the record. */
const isTime = (column: string): boolean =>
  column === 'at' || column === 'stateSince' || column.endsWith('At');
