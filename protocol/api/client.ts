import type { z } from 'zod';
import { type Problem, problemSchema } from '../problem.ts';
import type { Operations } from './operations.ts';

/** `GET /api/sessions/{id}`: an operation by its method and path, as the API's description has it. */
export type OperationName = keyof Operations;
export type AnswerOf<O extends OperationName> = Operations[O]['answer'];
export type InputOf<O extends OperationName> = Omit<Operations[O], 'answer'> & {
  /** The same key answers with the first result, so that a call may be repeated. */
  idempotencyKey?: string;
};

export type ApiRequest = {
  method: string;
  url: string;
  headers: Record<string, string>;
  body: string | null;
};
export type ApiResponse = { status: number; text: string };

export type ApiDeps = {
  /** `https://signalbox.example.com`; empty for a page of the deployment itself. */
  baseUrl: string;
  /** What proves who calls. */
  headers: Record<string, string>;
  /** Sends a request within a deadline of its own. Rejects when there is no answer. */
  send: (request: ApiRequest) => Promise<ApiResponse>;
};

export type ApiFailure =
  | { reason: 'unreachable'; message: string }
  /** The answer is none that this version knows. */
  | { reason: 'unknown_answer'; status: number; message: string }
  | { reason: 'problem'; problem: Problem };

export type ApiResult<T> = { ok: true; value: T } | { ok: false; failure: ApiFailure };

export type ApiClient = {
  /**
   * Makes a call. Every failure is a value.
   *
   * @param schema parses the answer; that it fits the operation, the compiler checks
   */
  call<O extends OperationName, T extends AnswerOf<O>>(
    operation: O,
    input: InputOf<O>,
    schema: z.ZodType<T>,
  ): Promise<ApiResult<T>>;
};

/** A client of the API, typed by its description. */
export function createApiClient({ baseUrl, headers, send }: ApiDeps): ApiClient {
  return {
    async call(operation, input, schema) {
      const request = requestOf(operation, input);
      let response: ApiResponse;
      try {
        const all = { ...request.headers, ...headers };
        response = await send({ ...request, url: `${baseUrl}${request.url}`, headers: all });
      } catch (cause) {
        return { ok: false, failure: { reason: 'unreachable', message: String(cause) } };
      }
      return readResponse(response, schema);
    },
  };
}

/** What all operations may be given, for code that serves them all. */
type AnyInput = {
  params?: Readonly<Record<string, string | number>>;
  query?: Readonly<Record<string, unknown>>;
  body?: unknown;
  idempotencyKey?: string;
};

/** A call as a request; its address without the deployment's. */
export function requestOf(operation: string, input: AnyInput): ApiRequest {
  const { params = {}, query = {}, body, idempotencyKey } = input;
  const [method = '', template = ''] = operation.split(' ');
  const path = template.replace(/\{(\w+)\}/g, (_whole, name: string) =>
    encodeURIComponent(params[name] ?? ''),
  );
  const pairs = Object.entries(query).flatMap(([name, value]) => {
    return value === undefined || value === null ? [] : `${name}=${encodeURIComponent(String(value))}`;
  });
  const headers = {
    accept: 'application/json',
    ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    ...(idempotencyKey === undefined ? {} : { 'idempotency-key': idempotencyKey }),
  };
  const url = pairs.length === 0 ? path : `${path}?${pairs.join('&')}`;
  return { method, url, headers, body: body === undefined ? null : JSON.stringify(body) };
}

/** What an answer says, parsed; every failure is a value. */
export function readResponse<T>({ status, text }: ApiResponse, schema: z.ZodType<T>): ApiResult<T> {
  const body = parseJson(text);
  if (status >= 200 && status < 300) {
    const parsed = schema.safeParse(body);
    if (parsed.success) return { ok: true, value: parsed.data };
    const message = 'The server answered in a form that this version does not know.';
    return { ok: false, failure: { reason: 'unknown_answer', status, message } };
  }
  const problem = problemSchema.safeParse(body);
  if (problem.success) return { ok: false, failure: { reason: 'problem', problem: problem.data } };
  const message = `The server answered ${status}. Try again in a moment.`;
  return { ok: false, failure: { reason: 'unknown_answer', status, message } };
}

/** Null for an answer without a body, such as 204; undefined for what is no JSON. */
function parseJson(text: string): unknown {
  if (text === '') return null;
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
