import { z } from 'zod';
import type { CutText } from '../../protocol/events.ts';

const inputSchema = z.record(z.string(), z.unknown());
export type ToolInput = Readonly<Record<string, unknown>>;

/** Rows are drawn again and again while the page scrolls. */
const known = new WeakMap<CutText, ToolInput | null>();

/** A tool's input out of its JSON text; null when it was cut, or is no object. */
export function readToolInput(input: CutText): ToolInput | null {
  let read = known.get(input);
  if (read === undefined) {
    read = parse(input);
    known.set(input, read);
  }
  return read;
}

function parse({ text, cut }: CutText): ToolInput | null {
  if (cut) return null;
  try {
    const parsed = inputSchema.safeParse(JSON.parse(text));
    return parsed.success ? parsed.data : null;
  } catch {
    return null;
  }
}

/** A field of it that is text. */
export function textOf(input: ToolInput | null, field: string): string | null {
  const value = input?.[field];
  return typeof value === 'string' ? value : null;
}
