import { setTimeout as sleep } from 'node:timers/promises';
import type { z } from 'zod';
import {
  type AnswerOf,
  type ApiFailure,
  createApiClient,
  type InputOf,
  type OperationName,
} from '../../protocol/api/client.ts';
import {
  type JobKeysAnswer,
  jobKeysAnswerSchema,
  type RegisterRunnerAnswer,
  registerRunnerAnswerSchema,
} from '../../protocol/registration.ts';
import { baseUrlOf, sendWithin } from '../http/send-request.ts';
import { reconnectDelayMs } from '../socket/reconnect-delay.ts';

/** A person waits at the terminal. */
const DEADLINE_MS = 10_000;
const MAX_ATTEMPTS = 4;

export type AskDeps = { fetch: typeof fetch; random: () => number };

export type Asked<T> = { status: 'ok'; answer: T } | { status: 'failed'; message: string };

/** Uses a registration token up. Asked again when no answer comes: the nonce makes that safe. */
export function askToRegister(
  url: string,
  token: string,
  body: { nonce: string; name?: string },
  deps: AskDeps,
): Promise<Asked<RegisterRunnerAnswer>> {
  return ask({ url, token }, 'POST /api/runners/register', { body }, registerRunnerAnswerSchema, deps);
}

/** The public keys that a control plane says it signs jobs with. */
export function askForJobKeys(url: string, deps: AskDeps): Promise<Asked<JobKeysAnswer>> {
  return ask({ url, token: null }, 'GET /api/runners/job-keys', {}, jobKeysAnswerSchema, deps);
}

async function ask<O extends OperationName, T extends AnswerOf<O>>(
  { url, token }: { url: string; token: string | null },
  operation: O,
  input: InputOf<O>,
  schema: z.ZodType<T>,
  deps: AskDeps,
): Promise<Asked<T>> {
  const headers: Record<string, string> = token === null ? {} : { authorization: `Bearer ${token}` };
  const client = createApiClient({
    baseUrl: baseUrlOf(url),
    headers,
    send: sendWithin(DEADLINE_MS, deps.fetch),
  });
  let message = '';
  for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
    if (attempt > 0) await sleep(reconnectDelayMs(attempt, deps.random()));
    const result = await client.call(operation, input, schema);
    if (result.ok) return { status: 'ok', answer: result.value };
    message = describe(url, result.failure);
    if (!mayPass(result.failure)) break;
  }
  return { status: 'failed', message };
}

/** Whether asking again makes sense. */
function mayPass(failure: ApiFailure): boolean {
  if (failure.reason === 'unreachable') return true;
  const status = failure.reason === 'problem' ? failure.problem.status : failure.status;
  return status >= 500 || status === 429;
}

function describe(url: string, failure: ApiFailure): string {
  switch (failure.reason) {
    case 'unreachable':
      return `${url} does not answer: ${failure.message}`;
    case 'problem':
      return `${failure.problem.detail} ${failure.problem.remedy}`;
    case 'unknown_answer':
      return failure.status < 300
        ? `${url} answers, but not as a Signalbox control plane of this version does. Check SIGNALBOX_URL.`
        : `The control plane answered with HTTP ${failure.status}.`;
  }
}
