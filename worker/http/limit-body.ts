import type { MiddlewareHandler } from 'hono';
import { ProblemError } from './problem.ts';
import type { AppEnv } from './route.ts';

/**
 * Lets at most so many bytes of a body through. What the client declares only refuses early; the bytes are counted
 * while the handler reads them, so that nothing is read for a caller who is refused.
 */
export function limitBody(maxBytes: number): MiddlewareHandler<AppEnv> {
  return async (c, next) => {
    const { raw } = c.req;
    if (raw.body === null) return next();
    const declared = declaredLength(raw);
    if (declared !== null && declared > maxBytes) throw tooLargeProblem(maxBytes);
    const counted = raw.body.pipeThrough(
      countBytes(maxBytes, declared, (problem) => c.set('bodyFault', problem)),
    );
    // R2 takes only streams whose length is known before they are read.
    const body = declared === null ? counted : counted.pipeThrough(new FixedLengthStream(declared));
    c.req.raw = new Request(raw, { body });
    await next();
  };
}

function declaredLength({ headers }: Request): number | null {
  const header = headers.get('content-length');
  return header !== null && /^\d{1,15}$/.test(header) ? Number(header) : null;
}

function countBytes(
  maxBytes: number,
  declared: number | null,
  onFault: (problem: ProblemError) => void,
): TransformStream<Uint8Array, Uint8Array> {
  let bytes = 0;
  const fail = (problem: ProblemError) => {
    onFault(problem);
    return problem;
  };
  return new TransformStream({
    transform(chunk, controller) {
      bytes += chunk.byteLength;
      if (bytes > maxBytes) controller.error(fail(tooLargeProblem(maxBytes)));
      else if (declared !== null && bytes > declared) controller.error(fail(otherLengthProblem()));
      else controller.enqueue(chunk);
    },
    flush() {
      if (declared !== null && bytes < declared) throw fail(otherLengthProblem());
    },
  });
}

function tooLargeProblem(maxBytes: number): ProblemError {
  return new ProblemError(413, 'too_large', {
    title: 'The body is too large',
    detail: `This address takes at most ${maxBytes} bytes.`,
    remedy: 'Send less; large texts belong in the repository or in a linked page.',
  });
}

function otherLengthProblem(): ProblemError {
  return new ProblemError(400, 'wrong_length', {
    title: 'The body has another length',
    detail: 'The body is longer or shorter than its Content-Length.',
    remedy: 'Send the request again; leave Content-Length to the HTTP client.',
  });
}
