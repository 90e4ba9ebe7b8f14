import { z } from 'zod';
import type { LoggedEvent } from '../../protocol/events.ts';
import { type Check, violationsOf } from './evidence.ts';

const lineSchema = z.object({ name: z.string(), life: z.string(), seq: z.int() });
const resultSchema = z.object({ name: z.string(), life: z.string(), lines: z.int() });

/**
 * What Claude printed came through once and in order. Each life of Claude numbers its lines; when it ended its turn, it
 * said how many there were. Two lives never mix: that would be two runners that write to one session.
 */
export const checkLines: Check = (evidence) => {
  const lives = new Map<string, number>();
  const missing: string[] = [];
  const mixed: string[] = [];
  let current: string | null = null;
  for (const { id, event } of evidence.log) {
    const line = lineOf(event);
    if (line !== null) {
      const printed = lives.get(line.life) ?? 0;
      if (line.seq !== printed)
        missing.push(`event ${id} is line ${line.seq} of ${line.life}, not ${printed}`);
      if (line.life !== current && lives.has(line.life))
        mixed.push(`event ${id} is of ${line.life}, after ${current}`);
      lives.set(line.life, line.seq + 1);
      current = line.life;
    }
    const result = resultOf(event);
    if (result !== null && result.lines !== (lives.get(result.life) ?? 0))
      missing.push(
        `${result.life} printed ${result.lines} lines, ${lives.get(result.life) ?? 0} came through`,
      );
  }
  return violationsOf(evidence, { line_lost_or_doubled: missing, two_writers: mixed });
};

function lineOf(event: LoggedEvent['event']): z.infer<typeof lineSchema> | null {
  return event.type === 'claude.text' ? (lineSchema.safeParse(parseJson(event.text)).data ?? null) : null;
}

function resultOf(event: LoggedEvent['event']): z.infer<typeof resultSchema> | null {
  if (event.type !== 'claude.turn_ended') return null;
  return resultSchema.safeParse(parseJson(event.text.text)).data ?? null;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
