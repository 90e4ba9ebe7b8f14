import type { z } from 'zod';
import { type Problem, problemSchema } from '../../../protocol/problem.ts';

type Sent = { call: string; query: URLSearchParams; body: unknown };
type Answer = (sent: Sent) => Response;

/**
 * The API as a `fetch`: what a call answers is set by its method and path and must fit the protocol; calls without an
 * answer are no such address.
 */
export function createApiDouble() {
  const answers = new Map<string, Answer>();
  const sent: Sent[] = [];
  let isUp = true;

  const fetch: typeof globalThis.fetch = async (input, init) => {
    if (!isUp) throw new TypeError('Failed to fetch');
    const url = new URL(String(input), 'http://localhost');
    const call = `${init?.method ?? 'GET'} ${url.pathname}`;
    const body = typeof init?.body === 'string' ? JSON.parse(init.body) : (init?.body ?? null);
    const one = { call, query: url.searchParams, body };
    sent.push(one);
    return answers.get(call)?.(one) ?? problemAnswer(NOT_THERE);
  };

  return {
    fetch,
    /** Every call so far. */
    sent,
    /** The bodies of the calls of one kind, in their order. */
    bodiesOf: (call: string) => sent.filter((one) => one.call === call).map(({ body }) => body),
    answer<S extends z.ZodType>(call: string, schema: S, value: z.input<S>, status = 200): void {
      const parsed = schema.parse(value);
      answers.set(call, () =>
        status === 204 ? new Response(null, { status }) : Response.json(parsed, { status }),
      );
    },
    refuse(call: string, problem: Partial<Problem>): void {
      answers.set(call, () => problemAnswer({ ...NOT_THERE, ...problem }));
    },
    /** Cuts the line, or mends it. */
    setUp(up: boolean): void {
      isUp = up;
    },
  };
}

export type ApiDouble = ReturnType<typeof createApiDouble>;

const NOT_THERE: Problem = {
  type: 'urn:signalbox:problem:not_found',
  title: 'There is no such thing',
  status: 404,
  code: 'not_found',
  detail: 'There is nothing at this address.',
  remedy: 'Look at the address.',
};

function problemAnswer(problem: Problem): Response {
  const { status } = problemSchema.parse(problem);
  return Response.json(problem, { status, headers: { 'content-type': 'application/problem+json' } });
}
