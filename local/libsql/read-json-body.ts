import type { IncomingMessage } from 'node:http';
import { z } from 'zod';
import { HttpError } from './http-error.ts';
import { MAX_BODY_BYTES } from './limits.ts';

/** Reads and validates a JSON body. Throws `HttpError`: 400 for a wrong one, 413 for one that is too large. */
export async function readJsonBody<T>(request: IncomingMessage, schema: z.ZodType<T>): Promise<T> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  // Left open on a refusal, or there would be no connection to answer on.
  for await (const chunk of request.iterator({ destroyOnReturn: false })) {
    bytes += chunk.length;
    if (bytes > MAX_BODY_BYTES) {
      throw new HttpError(
        413,
        'REQUEST_TOO_LARGE',
        `The body is larger than ${MAX_BODY_BYTES} bytes: send it in parts.`,
      );
    }
    chunks.push(chunk);
  }
  const parsed = schema.safeParse(parseJson(Buffer.concat(chunks).toString('utf8')));
  if (parsed.success) return parsed.data;
  throw new HttpError(
    400,
    'REQUEST_INVALID',
    `The body is no Hrana request: ${z.prettifyError(parsed.error)}`,
  );
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new HttpError(400, 'REQUEST_INVALID', 'The body is no JSON.');
  }
}
