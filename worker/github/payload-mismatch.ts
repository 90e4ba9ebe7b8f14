import type { z } from 'zod';

/** The first few of them say what is different. */
const MAX_PLACES = 5;

/** A payload that is not what is known of its event, with the places where it differs. */
export function payloadMismatch({ issues }: Pick<z.ZodError, 'issues'>): {
  status: 'invalid';
  reason: string;
} {
  const where = issues.map(({ path, message }) => `${path.join('.')}: ${message}`);
  return { status: 'invalid', reason: `The payload does not fit: ${where.slice(0, MAX_PLACES).join('; ')}` };
}
