import { type ApiFailure, createApiClient } from '../../protocol/api/client.ts';
import {
  type HookReportsAnswer,
  type HookReportsBody,
  hookReportsAnswerSchema,
} from '../../protocol/hooks.ts';
import { baseUrlOf, sendWithin } from '../http/send-request.ts';

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
  const client = createApiClient({
    baseUrl: baseUrlOf(url),
    headers: { authorization: `Bearer ${key}` },
    send: sendWithin(DEADLINE_MS, fetch),
  });
  const result = await client.call('POST /api/hooks/reports', { body }, hookReportsAnswerSchema);
  return result.ok ? { status: 'stored', answer: result.value } : judge(url, result.failure);
}

function judge(url: string, failure: ApiFailure): Posted {
  switch (failure.reason) {
    case 'unreachable':
      return { status: 'unreachable', message: `${url} does not answer (${failure.message}).` };
    case 'unknown_answer':
      return { status: 'unreachable', message: `${url}: ${failure.message}` };
    case 'problem': {
      const { status, code, detail, remedy } = failure.problem;
      const message = `${detail} ${remedy}`;
      if (status >= 500 || status === 429) return { status: 'unreachable', message };
      const isBad = status === 400 || status === 413 || (status === 422 && code !== 'account_needed');
      return { status: isBad ? 'bad' : 'refused', message };
    }
  }
}
