import { setTimeout as sleep } from 'node:timers/promises';
import type { z } from 'zod';
import { problemSchema } from '../../protocol/problem.ts';

/** A caller that hears nothing for so long tries again. */
const CALL_DEADLINE_MS = 8_000;
const RETRY_MS = 400;

/** Refusals that pass: the App's first delivery is worked off, or the request that was cut is. */
const PASSING: ReadonlySet<string> = new Set(['app_not_installed', 'idempotency_key_in_use']);

export type Call = {
  method: 'GET' | 'POST';
  path: string;
  body?: unknown;
  idempotencyKey?: string;
};

export type CallResult<T> = { status: 'ok'; answer: T } | { status: 'refused'; code: string; detail: string };

export type CallerDeps = { url: string; headers: Record<string, string>; signal: AbortSignal };

/**
 * Calls the API until it answers, as a careful program does: what was cut or failed on the far side is sent again with
 * the same Idempotency-Key.
 *
 * @throws when `signal` ends it.
 */
export async function callUntilAnswered<T>(
  { url, headers, signal }: CallerDeps,
  call: Call,
  schema: z.ZodType<T>,
): Promise<CallResult<T>> {
  for (;;) {
    signal.throwIfAborted();
    const answer = await tryCall(url, headers, call, signal);
    if (answer !== null && answer.status < 300) return { status: 'ok', answer: schema.parse(answer.body) };
    const problem = problemSchema.safeParse(answer?.body).data;
    const isFinal = problem !== undefined && problem.status < 500 && !PASSING.has(problem.code);
    if (isFinal && problem.status !== 429) {
      return { status: 'refused', code: problem.code, detail: problem.detail };
    }
    await sleep(RETRY_MS, undefined, { signal });
  }
}

async function tryCall(
  url: string,
  headers: Record<string, string>,
  { method, path, body, idempotencyKey }: Call,
  signal: AbortSignal,
): Promise<{ status: number; body: unknown } | null> {
  try {
    const response = await fetch(`${url}${path}`, {
      method,
      headers: {
        ...headers,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...(idempotencyKey === undefined ? {} : { 'idempotency-key': idempotencyKey }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      signal: AbortSignal.any([signal, AbortSignal.timeout(CALL_DEADLINE_MS)]),
    });
    return { status: response.status, body: await response.json() };
  } catch {
    return null;
  }
}
