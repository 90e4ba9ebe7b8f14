import type { KnownValues } from './known-values.ts';
import { Redactor } from './redactor.ts';

/** A log's lines without secrets, whoever put them there: an error's message, a path, what a program printed. */
export function redactLines(
  out: { write(line: string): void },
  known: KnownValues,
): { write(line: string): void } {
  const redactor = new Redactor(known);
  return { write: (line) => out.write(redactor.text(line)) };
}
