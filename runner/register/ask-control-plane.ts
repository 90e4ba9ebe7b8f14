import { setTimeout as sleep } from 'node:timers/promises';
import { problemSchema } from '../../protocol/http.ts';
import {
  type JobKeysAnswer,
  jobKeysAnswerSchema,
  type RegisterRunnerAnswer,
  registerRunnerAnswerSchema,
} from '../../protocol/registration.ts';
import { reconnectDelayMs } from '../socket/reconnect-delay.ts';
import { controlPlaneUrl } from '../socket/socket-url.ts';

/** A person waits at the terminal. */
const DEADLINE_MS = 10_000;
const MAX_ATTEMPTS = 4;

export type AskDeps = { fetch: typeof fetch; random: () => number };

export type Asked<T> = { status: 'ok'; answer: T } | { status: 'failed'; message: string };

type Reader<T> = { safeParse(value: unknown): { success: true; data: T } | { success: false } };

/** Uses a registration token up. Asked again when no answer comes: the nonce makes that safe. */
export function askToRegister(
  url: string,
  token: string,
  body: { nonce: string; name?: string },
  deps: AskDeps,
): Promise<Asked<RegisterRunnerAnswer>> {
  const init = {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  };
  return ask(controlPlaneUrl(url, '/api/runners/register'), init, registerRunnerAnswerSchema, deps);
}

/** The public keys that a control plane says it signs jobs with. */
export function askForJobKeys(url: string, deps: AskDeps): Promise<Asked<JobKeysAnswer>> {
  return ask(controlPlaneUrl(url, '/api/runners/job-keys'), {}, jobKeysAnswerSchema, deps);
}

async function ask<T>(url: string, init: RequestInit, reader: Reader<T>, deps: AskDeps): Promise<Asked<T>> {
  let last = '';
  for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
    if (attempt > 0) await sleep(reconnectDelayMs(attempt, deps.random()));
    try {
      const signal = AbortSignal.timeout(DEADLINE_MS);
      // A redirect would carry the token to whoever it names.
      const response = await deps.fetch(url, { ...init, redirect: 'error', signal });
      const text = await response.text();
      if (response.ok) return readAnswer(reader, text, url);
      last = describeProblem(text, response.status);
      if (response.status < 500 && response.status !== 429) return { status: 'failed', message: last };
    } catch (error) {
      last = `${url} does not answer: ${causeOf(error)}`;
    }
  }
  return { status: 'failed', message: last };
}

function readAnswer<T>(reader: Reader<T>, text: string, url: string): Asked<T> {
  const parsed = reader.safeParse(parseJson(text));
  if (parsed.success) return { status: 'ok', answer: parsed.data };
  const message = `${url} answers, but not as a Signalbox control plane of this version does. Check SIGNALBOX_URL.`;
  return { status: 'failed', message };
}

function describeProblem(text: string, status: number): string {
  const problem = problemSchema.safeParse(parseJson(text));
  return problem.success
    ? `${problem.data.detail} ${problem.data.remedy}`
    : `The control plane answered with HTTP ${status}.`;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function causeOf(error: unknown): string {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  return cause instanceof Error ? cause.message : String(cause);
}
