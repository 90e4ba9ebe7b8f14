import type { z } from 'zod';
import {
  type AnswerOf,
  type ApiResult as ClientResult,
  createApiClient,
  type InputOf,
  type OperationName,
  readResponse,
  requestOf,
} from '../../protocol/api/client.ts';
import type { Problem } from '../../protocol/problem.ts';

/** A page that waits longer than this for an answer says so instead of spinning. */
const REQUEST_DEADLINE_MS = 15_000;

/** A picture of a few megabytes on a slow line. */
const UPLOAD_DEADLINE_MS = 120_000;

export type ApiFailure =
  | { reason: 'signed_out' }
  | { reason: 'unreachable'; message: string }
  | { reason: 'problem'; problem: Problem };

export type ApiResult<T> = { ok: true; value: T } | { ok: false; failure: ApiFailure };

export type Api = {
  call<O extends OperationName, T extends AnswerOf<O>>(
    operation: O,
    input: InputOf<O>,
    schema: z.ZodType<T>,
  ): Promise<ApiResult<T>>;
  /** The same with a file as the body; its `type` says what it is. */
  upload<O extends OperationName, T extends AnswerOf<O>>(
    operation: O,
    input: InputOf<O>,
    file: Blob,
    schema: z.ZodType<T>,
  ): Promise<ApiResult<T>>;
};

/** Also where there is no body: the control plane takes no write of a browser that a form of another site could send. */
const JSON_HEADERS = { 'content-type': 'application/json' };

/** Calls the API with the browser's cookie. Answers are parsed; every failure is a value. */
export function createApi(fetchFn: typeof fetch): Api {
  const client = createApiClient({
    baseUrl: '',
    headers: JSON_HEADERS,
    async send({ url, ...request }) {
      const response = await fetchFn(url, { ...request, signal: AbortSignal.timeout(REQUEST_DEADLINE_MS) });
      return { status: response.status, text: await response.text() };
    },
  });
  return {
    async call(operation, input, schema) {
      const key = operation.startsWith('GET ') ? {} : { idempotencyKey: crypto.randomUUID() };
      return resultOf(await client.call(operation, { ...key, ...input }, schema));
    },
    async upload(operation, input, file, schema) {
      const { url, method } = requestOf(operation, input);
      const headers = { accept: 'application/json', 'content-type': file.type };
      const signal = AbortSignal.timeout(UPLOAD_DEADLINE_MS);
      try {
        const response = await fetchFn(url, { method, headers, body: file, signal });
        return resultOf(readResponse({ status: response.status, text: await response.text() }, schema));
      } catch (cause) {
        return { ok: false, failure: { reason: 'unreachable', message: String(cause) } };
      }
    },
  };
}

function resultOf<T>(result: ClientResult<T>): ApiResult<T> {
  if (result.ok) return result;
  const { failure } = result;
  switch (failure.reason) {
    case 'problem':
      if (failure.problem.status === 401) return { ok: false, failure: { reason: 'signed_out' } };
      return { ok: false, failure };
    case 'unreachable':
      return { ok: false, failure };
    case 'unknown_answer':
      if (failure.status === 401) return { ok: false, failure: { reason: 'signed_out' } };
      return { ok: false, failure: { reason: 'unreachable', message: `${failure.message} ${RELOAD}` } };
  }
}

const RELOAD = 'Reload the page.';

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
