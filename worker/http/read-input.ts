import { z } from 'zod';
import { decodeCursor, type PageCursor } from '../record/page-cursor.ts';
import { invalidProblem, notFoundProblem, ProblemError } from './problem.ts';
import type { AppContext } from './route.ts';

/** Parses a JSON body. @throws ProblemError that names each mistake with its path. */
export async function readBody<T extends z.ZodType>(c: AppContext, schema: T): Promise<z.output<T>> {
  const text = await c.req.text();
  const parsed = schema.safeParse(text === '' ? {} : parseJson(text));
  if (parsed.success) return parsed.data;
  throw invalidProblem('body', parsed.error);
}

/** Parses the query. @throws ProblemError that names each mistake. */
export function readQuery<T extends z.ZodType>(c: AppContext, schema: T): z.output<T> {
  const parsed = schema.safeParse(c.req.query());
  if (parsed.success) return parsed.data;
  throw invalidProblem('query', parsed.error);
}

/** Parses the parameters of the path. @throws ProblemError 404: what does not fit names nothing that exists */
export function readParams<T extends z.ZodType>(c: AppContext, schema: T): z.output<T> {
  const parsed = schema.safeParse(c.req.param());
  if (parsed.success) return parsed.data;
  throw notFoundProblem(`address ${c.req.path.slice(0, MAX_ECHOED_CHARS)}`);
}

/** Longer addresses are none of ours. */
const MAX_ECHOED_CHARS = 200;

/** Whole numbers as they stand in a query. */
export const countParameter = (min: number, max: number, fallback: number) =>
  z.coerce.number().int().min(min).max(max).default(fallback);

/** `cursor` as an earlier page gave it. */
export const cursorParameter = z
  .string()
  .transform((text, context): PageCursor => {
    const cursor = decodeCursor(text);
    if (cursor !== null) return cursor;
    context.addIssue({ code: 'custom', message: 'is not a cursor of an earlier page' });
    return z.NEVER;
  })
  .optional()
  .transform((cursor) => cursor ?? null);

const idempotencyKeySchema = z
  .string()
  .regex(/^[\x21-\x7e]{1,200}$/, 'must be 1 to 200 visible ASCII characters');

/** The `Idempotency-Key` header; null without one. @throws ProblemError */
export function readIdempotencyKey(c: AppContext): string | null {
  const header = c.req.header('idempotency-key');
  if (header === undefined) return null;
  const parsed = idempotencyKeySchema.safeParse(header);
  if (parsed.success) return parsed.data;
  throw invalidProblem('header', parsed.error);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new ProblemError(
      400,
      'malformed_json',
      {
        title: 'The body is not JSON',
        detail: 'The body could not be parsed as JSON.',
        remedy: 'Send a JSON document with the content type application/json.',
      },
      { cause },
    );
  }
}
