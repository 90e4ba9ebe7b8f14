import type { JsonObject } from './json.ts';

const DOCUMENTATION_URL = 'https://docs.github.com/rest';

/** An error answer in GitHub's shape; thrown by a route, sent by the server. */
export class Refusal extends Error {
  override name = 'Refusal';
  readonly status: number;
  readonly body: JsonObject;
  readonly headers: Record<string, string>;

  constructor(
    status: number,
    message: string,
    more: { body?: JsonObject; headers?: Record<string, string> } = {},
  ) {
    super(message);
    this.status = status;
    this.headers = more.headers ?? {};
    this.body = { message, documentation_url: DOCUMENTATION_URL, status: String(status), ...more.body };
  }
}

export const notFound = (): Refusal => new Refusal(404, 'Not Found');
export const badCredentials = (): Refusal => new Refusal(401, 'Bad credentials');
export const forbidden = (): Refusal => new Refusal(403, 'Resource not accessible by integration');

export type FieldError = { resource: string; code: string; field?: string; message?: string };

export const validationFailed = (...errors: FieldError[]): Refusal =>
  new Refusal(422, 'Validation Failed', { body: { errors: errors.map((error) => ({ ...error })) } });

export const invalidRequest = (message: string): Refusal =>
  new Refusal(422, `Invalid request.\n\n${message}`);

/** GitHub answers 403 or 429. */
export const secondaryRateLimit = (retryAfterSeconds: number, status: 403 | 429 = 403): Refusal =>
  new Refusal(
    status,
    'You have exceeded a secondary rate limit. Please wait a few minutes before you try again.',
    { headers: { 'retry-after': String(retryAfterSeconds) } },
  );
