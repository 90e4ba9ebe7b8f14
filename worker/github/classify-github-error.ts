import { z } from 'zod';
import { askedPauseMs, isExhausted } from './asked-pause.ts';

export type GitHubFailure =
  /** GitHub asks for a pause; nothing was done. */
  | { type: 'rate_limited'; reason: string; afterMs: number }
  /** The token is no longer good; a new one may be. */
  | { type: 'unauthorized'; reason: string }
  /** GitHub understood and said no. */
  | { type: 'refused'; status: number; reason: string; remedy: string }
  /** No answer, or GitHub's own fault: the request may have been carried out. */
  | { type: 'transient'; reason: string }
  /** Not GitHub's: an error of ours or of the platform. */
  | { type: 'unexpected'; reason: string };

/** A write that would not do what was decided: it is not made, and not tried again. */
export class WriteRefused extends Error {
  readonly remedy: string;

  constructor(message: string, remedy: string) {
    super(message);
    this.remedy = remedy;
  }
}

const headersSchema = z.record(z.string(), z.union([z.string(), z.number(), z.undefined()]));
const requestErrorSchema = z.object({
  status: z.int(),
  message: z.string(),
  response: z.object({ headers: headersSchema }).optional(),
});
type RequestError = z.output<typeof requestErrorSchema>;

/** GraphQL says no with the status 200 and the kind of its error. */
const graphqlErrorSchema = z.object({
  headers: headersSchema,
  errors: z.tuple([z.object({ type: z.string().optional(), message: z.string() })], z.unknown()),
});
const GRAPHQL_REFUSALS: ReadonlyMap<string, number> = new Map([
  ['FORBIDDEN', 403],
  ['INSUFFICIENT_SCOPES', 403],
  ['NOT_FOUND', 404],
  ['UNPROCESSABLE', 422],
]);

/** Says what a failed call to GitHub means. `nowMs` is for limits that name the time at which they end. */
export function classifyGitHubError(error: unknown, nowMs: number): GitHubFailure {
  if (error instanceof WriteRefused) {
    return { type: 'refused', status: 422, reason: error.message, remedy: error.remedy };
  }
  const parsed = requestErrorSchema.safeParse(error);
  if (!parsed.success) {
    return classifyGraphqlError(error, nowMs) ?? { type: 'unexpected', reason: messageOf(error) };
  }
  const { status, message, response } = parsed.data;
  const reason = `GitHub answered ${status}: ${message.replace(/ - https:\/\/docs\.github\.com\S*$/, '')}`;
  if (response === undefined) return { type: 'transient', reason: `No answer from GitHub: ${message}` };
  if (status === 401) return { type: 'unauthorized', reason };
  if (status === 429 || (status === 403 && isLimit(parsed.data))) {
    const headers = response.headers;
    return { type: 'rate_limited', reason, afterMs: askedPauseMs((name) => headers[name], nowMs) };
  }
  if (status >= 500 || status === 408 || status === 409) return { type: 'transient', reason };
  return { type: 'refused', status, reason, remedy: remedyOf(status, message) };
}

function classifyGraphqlError(error: unknown, nowMs: number): GitHubFailure | null {
  const parsed = graphqlErrorSchema.safeParse(error);
  if (!parsed.success) return null;
  const { headers, errors } = parsed.data;
  const [{ type = 'an error', message }] = errors;
  const reason = `GitHub answered ${type}: ${message}`;
  if (type === 'RATE_LIMITED') {
    return { type: 'rate_limited', reason, afterMs: askedPauseMs((name) => headers[name], nowMs) };
  }
  const status = GRAPHQL_REFUSALS.get(type);
  if (status === undefined) return { type: 'transient', reason };
  return { type: 'refused', status, reason, remedy: remedyOf(status, message) };
}

function isLimit({ message, response }: RequestError): boolean {
  const headers = response?.headers ?? {};
  return (
    headers['retry-after'] !== undefined ||
    isExhausted((name) => headers[name]) ||
    /rate limit|abuse detection/i.test(message)
  );
}

function remedyOf(status: number, message: string): string {
  if (/lock/i.test(message)) return 'Unlock the conversation, then write again.';
  switch (status) {
    case 403:
      return "Check the App's permissions in the repository's or organization's settings, and accept new ones there.";
    case 404:
      return 'Check that the issue and the repository still exist and that the App is installed on the repository.';
    case 410:
      return 'The issue was deleted or issues are switched off; write in another one.';
    case 422:
      return 'Look at what GitHub says of the request; the branch or commit may be gone or may hold no change.';
    default:
      return 'Look at what GitHub says of the request.';
  }
}

function messageOf(error: unknown): string {
  if (error instanceof Error) return error.message;
  return typeof error === 'string' ? error : `Something that is no error was thrown (${typeof error}).`;
}
