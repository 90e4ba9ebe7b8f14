import {
  type HookReportsAnswer,
  type HookReportsBody,
  hookReportsAnswerSchema,
} from '../../protocol/hooks.ts';
import { problemSchema } from '../../protocol/http.ts';
import { controlPlaneUrl } from '../socket/socket-url.ts';

/** A batch is 2 MB at most; on a slow line that takes its time. */
const DEADLINE_MS = 30_000;

export type Posted =
  | { status: 'stored'; answer: HookReportsAnswer }
  /** Something about these reports is wrong; others may be taken. */
  | { status: 'bad'; message: string }
  /** The control plane takes none from here: the key, the account or the session is wrong. */
  | { status: 'refused'; message: string }
  | { status: 'unreachable'; message: string };

/** Brings reports to the control plane once. Sending them again is safe: copies are known there. */
export async function postReports(
  { url, key, fetch }: { url: string; key: string; fetch: typeof globalThis.fetch },
  body: HookReportsBody,
): Promise<Posted> {
  try {
    const response = await fetch(controlPlaneUrl(url, '/api/hooks/reports'), {
      method: 'POST',
      headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
      body: JSON.stringify(body),
      // A redirect would carry the key to whoever it names.
      redirect: 'error',
      signal: AbortSignal.timeout(DEADLINE_MS),
    });
    const said: unknown = await response.json().catch(() => null);
    if (response.ok) return { status: 'stored', answer: hookReportsAnswerSchema.parse(said) };
    const problem = problemSchema.safeParse(said).data;
    const message =
      problem === undefined
        ? `${url} answered with HTTP ${response.status}.`
        : `${problem.detail} ${problem.remedy}`;
    return { status: statusOf(response.status, problem?.code), message };
  } catch (error) {
    const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
    return { status: 'unreachable', message: `${url} does not answer: ${messageOf(cause)}` };
  }
}

function statusOf(httpStatus: number, code: string | undefined): 'bad' | 'refused' | 'unreachable' {
  if (httpStatus >= 500 || httpStatus === 429) return 'unreachable';
  if (httpStatus === 413 || (httpStatus === 422 && code !== 'account_needed') || httpStatus === 400)
    return 'bad';
  return 'refused';
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
