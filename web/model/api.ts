import type { z } from 'zod';
import { type Problem, problemSchema } from '../../protocol/http.ts';

/** A page that waits longer than this for an answer says so instead of spinning. */
const REQUEST_DEADLINE_MS = 15_000;

export type ApiFailure =
  | { reason: 'signed_out' }
  | { reason: 'unreachable'; message: string }
  | { reason: 'problem'; problem: Problem };

export type ApiResult<T> = { ok: true; value: T } | { ok: false; failure: ApiFailure };

export type Api = {
  get<T>(path: string, schema: z.ZodType<T>): Promise<ApiResult<T>>;
  post<T>(path: string, body: unknown, schema: z.ZodType<T>): Promise<ApiResult<T>>;
};

/** Calls the API with the browser's cookie. Answers are parsed; every failure is a value. */
export function createApi(fetchFn: typeof fetch): Api {
  async function call<T>(path: string, init: RequestInit, schema: z.ZodType<T>): Promise<ApiResult<T>> {
    let response: Response;
    let body: unknown;
    try {
      response = await fetchFn(path, { ...init, signal: AbortSignal.timeout(REQUEST_DEADLINE_MS) });
      body = response.status === 204 ? null : await response.json();
    } catch (cause) {
      return { ok: false, failure: { reason: 'unreachable', message: String(cause) } };
    }
    if (response.status === 401) return { ok: false, failure: { reason: 'signed_out' } };
    if (!response.ok) return { ok: false, failure: problemOf(response.status, body) };
    const parsed = schema.safeParse(body);
    if (parsed.success) return { ok: true, value: parsed.data };
    const message = 'The server answered in a form that this page does not know. Reload the page.';
    return { ok: false, failure: { reason: 'unreachable', message } };
  }
  return {
    get: (path, schema) => call(path, { headers: { accept: 'application/json' } }, schema),
    post: (path, body, schema) =>
      call(
        path,
        {
          method: 'POST',
          headers: {
            accept: 'application/json',
            'content-type': 'application/json',
            'idempotency-key': crypto.randomUUID(),
          },
          body: JSON.stringify(body),
        },
        schema,
      ),
  };
}

function problemOf(status: number, body: unknown): ApiFailure {
  const parsed = problemSchema.safeParse(body);
  if (parsed.success) return { reason: 'problem', problem: parsed.data };
  return { reason: 'unreachable', message: `The server answered ${status}. Try again in a moment.` };
}

/** One sentence for people. */
export function describeFailure(failure: ApiFailure): string {
  switch (failure.reason) {
    case 'signed_out':
      return 'You are signed out. Open the sign-in link again.';
    case 'unreachable':
      return `The control plane can't be reached. ${failure.message}`;
    case 'problem':
      return `${failure.problem.detail} ${failure.problem.remedy}`;
  }
}
