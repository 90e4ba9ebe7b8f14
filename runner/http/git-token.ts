import { setTimeout as sleep } from 'node:timers/promises';
import type { z } from 'zod';
import type { GitTokenBody } from '../../protocol/git-access.ts';
import { gitTokenAnswerSchema } from '../../protocol/git-access.ts';
import type { TaskId } from '../../protocol/ids.ts';
import { splitTaskId } from '../../protocol/ids.ts';
import { problemSchema } from '../../protocol/problem.ts';
import { reconnectDelayMs } from '../socket/reconnect-delay.ts';
import { controlPlaneUrl } from '../socket/socket-url.ts';

/** Minting asks GitHub in turn, which answers within a second or not at all. */
const DEADLINE_MS = 15_000;

/** About ten seconds in all: longer outages end the push, and the work is kept. */
const MAX_ATTEMPTS = 6;

export type GitTokenResult =
  | { status: 'granted'; token: string | null }
  /** The control plane says no: fenced, not approved, no access. Asking again changes nothing. */
  | { status: 'refused'; code: string; message: string; remedy: string }
  | { status: 'unreachable'; message: string };

export type JobApiDeps = {
  controlUrl: string;
  taskId: TaskId;
  ticket: () => string;
  /** Resolves when `ticket` gives a new one. */
  renewTicket: () => Promise<void>;
  fetch: typeof fetch;
  random: () => number;
  signal?: AbortSignal;
};

type Answer =
  | { status: 'ok'; body: unknown }
  | { status: 'problem'; httpStatus: number; code: string; message: string; remedy: string }
  | { status: 'failed'; message: string };

async function post(deps: JobApiDeps, name: string, body: unknown): Promise<Answer> {
  const { sessionId, taskNumber } = splitTaskId(deps.taskId);
  const url = controlPlaneUrl(deps.controlUrl, `/api/sessions/${sessionId}/tasks/${taskNumber}/${name}`);
  const deadline = AbortSignal.timeout(DEADLINE_MS);
  try {
    const response = await deps.fetch(url, {
      method: 'POST',
      headers: { authorization: `Bearer ${deps.ticket()}`, 'content-type': 'application/json' },
      body: JSON.stringify(body),
      redirect: 'error',
      signal: deps.signal === undefined ? deadline : AbortSignal.any([deps.signal, deadline]),
    });
    const text = await response.text();
    if (response.ok) return { status: 'ok', body: text === '' ? null : JSON.parse(text) };
    return { status: 'problem', httpStatus: response.status, ...readProblem(text, response.status) };
  } catch (error) {
    return { status: 'failed', message: error instanceof Error ? describeCause(error) : String(error) };
  }
}

function describeCause(error: Error): string {
  return error.cause instanceof Error ? `${error.message}: ${error.cause.message}` : error.message;
}

function readProblem(text: string, status: number): { code: string; message: string; remedy: string } {
  try {
    const { code, detail, remedy } = problemSchema.parse(JSON.parse(text));
    return { code, message: detail, remedy };
  } catch {
    return { code: `http_${status}`, message: `The control plane answered with HTTP ${status}.`, remedy: '' };
  }
}

/** Asks for access to the job's repository, for as long as it makes sense to. */
export async function requestGitToken(deps: JobApiDeps, want: GitTokenBody): Promise<GitTokenResult> {
  let hasRenewed = false;
  let last = '';
  for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
    if (attempt > 0) await sleep(reconnectDelayMs(attempt, deps.random()), undefined, { ref: false });
    if (deps.signal?.aborted === true) break;
    const answer = await post(deps, 'git-token', want);
    if (answer.status === 'ok') return readToken(gitTokenAnswerSchema.safeParse(answer.body));
    last = answer.message;
    if (answer.status === 'failed' || answer.httpStatus >= 500 || answer.httpStatus === 429) continue;
    if (answer.httpStatus === 401 && !hasRenewed) {
      hasRenewed = true;
      await Promise.race([deps.renewTicket(), sleep(DEADLINE_MS, undefined, { ref: false })]);
      continue;
    }
    return { status: 'refused', code: answer.code, message: answer.message, remedy: answer.remedy };
  }
  return { status: 'unreachable', message: last };
}

function readToken(parsed: z.ZodSafeParseResult<z.infer<typeof gitTokenAnswerSchema>>): GitTokenResult {
  if (parsed.success) return { status: 'granted', token: parsed.data.token };
  return { status: 'unreachable', message: 'The control plane answered with something that is no token.' };
}

/** Ends a token's life once it is not needed. One that can't be revoked ends by itself within the hour. */
export async function revokeGitToken(deps: JobApiDeps, token: string): Promise<boolean> {
  const { signal: _revokedAlsoWhenTheJobEnds, ...rest } = deps;
  return (await post(rest, 'revoke-git-token', { token })).status === 'ok';
}
