/**
 * Every problem that the API answers with: its status, its title, and what to do in general. The `detail` and the
 * `remedy` of an answer say it for that request. A new code gets its line here; the API's description and the
 * documentation are made of them.
 */
export const PROBLEMS = {
  malformed_json: {
    status: 400,
    title: 'The body is not JSON',
    remedy: 'Send a JSON document with the content type application/json.',
  },
  invalid_query: {
    status: 400,
    title: "The request's query is not valid",
    remedy: 'Correct the parameters that "errors" names.',
  },
  invalid_header: {
    status: 400,
    title: "The request's header is not valid",
    remedy: 'Correct the headers that "errors" names.',
  },
  wrong_length: {
    status: 400,
    title: 'The body is not as long as declared',
    remedy: 'Send as many bytes as "Content-Length" says, or leave the header out.',
  },
  unauthorized: {
    status: 401,
    title: 'Not authorized',
    remedy: 'Send a key that is valid ("Authorization: Bearer …"), or sign in.',
  },
  forbidden: {
    status: 403,
    title: 'Forbidden',
    remedy: 'Ask an admin of the account for the role, or have somebody do it who has it.',
  },
  not_found: {
    status: 404,
    title: 'Not found',
    remedy: 'Check the address; lists show what there is. What you may not see is not found either.',
  },
  method_not_allowed: {
    status: 405,
    title: 'Method not allowed',
    remedy: 'Use a method that "Allow" names.',
  },
  conflict: {
    status: 409,
    title: 'Conflict',
    remedy: 'Read the thing again and decide anew; the detail says what it conflicts with.',
  },
  not_allowed: {
    status: 409,
    title: 'Not possible now',
    remedy: 'The detail names the state that it is in; wait for another, or do what that state allows.',
  },
  fenced: {
    status: 409,
    title: 'The lease is over',
    remedy: 'Stop the work: another attempt holds the lease.',
  },
  name_taken: {
    status: 409,
    title: 'The name is taken',
    remedy: 'Choose another name, or delete the task that has it.',
  },
  idempotency_key_in_use: {
    status: 409,
    title: 'The first request is not answered yet',
    remedy: 'Send it again in a moment; it gets the answer of the first one.',
  },
  not_stuck: {
    status: 409,
    title: 'Nothing to do',
    remedy: 'Read GET /api/attention again.',
  },
  too_large: {
    status: 413,
    title: 'The body is too large',
    remedy: 'Send less; large texts belong in the repository or in a linked page.',
  },
  not_json: {
    status: 415,
    title: 'The body is not declared as JSON',
    remedy: 'Send "Content-Type: application/json".',
  },
  idempotency_key_reused: {
    status: 422,
    title: 'The Idempotency-Key belongs to another request',
    remedy: 'Use a new key for each thing that you want done, and the same one only to try it again.',
  },
  invalid_body: {
    status: 422,
    title: "The request's body is not valid",
    remedy: 'Correct the fields that "errors" names.',
  },
  invalid: {
    status: 422,
    title: 'Invalid request',
    remedy: 'The detail says what does not fit.',
  },
  invalid_settings: {
    status: 422,
    title: "The repository's settings are not valid",
    remedy: 'Correct .github/signalbox.yml on the default branch; "errors" names each mistake with its line.',
  },
  invalid_checkpoint: {
    status: 422,
    title: 'The checkpoint is not valid',
    remedy: 'Update the runner to the version of this deployment.',
  },
  account_needed: {
    status: 422,
    title: 'The account is not named',
    remedy: 'Add "account", such as ?account=github:123.',
  },
  app_not_installed: {
    status: 422,
    title: 'The GitHub App is not installed there',
    remedy: 'Install the App on the repository, then try again.',
  },
  wrong_account: {
    status: 422,
    title: 'Another account',
    remedy: 'Leave "account" out, or name the one that the repository belongs to.',
  },
  workspace_not_available: {
    status: 422,
    title: 'This workspace is not available',
    remedy: 'Use another type of workspace.',
  },
  upgrade_required: {
    status: 426,
    title: 'This is a WebSocket',
    remedy: 'Connect with a WebSocket client ("Upgrade: websocket").',
  },
  queue_full: {
    status: 429,
    title: 'The queue is full',
    remedy: 'Wait until some of the work is done, or add runners.',
  },
  rate_limited: {
    status: 429,
    title: 'Too many requests',
    remedy: 'Wait as many seconds as "Retry-After" says.',
  },
  internal: {
    status: 500,
    title: 'Internal error',
    remedy: 'Try again in a moment; a write with the same Idempotency-Key is not done twice.',
  },
  misconfigured: {
    status: 503,
    title: 'The deployment is not set up',
    remedy: 'Correct the settings that the detail names and deploy again.',
  },
  app_not_configured: {
    status: 503,
    title: 'No GitHub App',
    remedy: 'Make one on /setup, or set GITHUB_APP_ID, GITHUB_PRIVATE_KEY and GITHUB_WEBHOOK_SECRET.',
  },
  sign_in_not_configured: {
    status: 503,
    title: 'No sign-in with GitHub',
    remedy: 'Set GITHUB_CLIENT_ID and GITHUB_CLIENT_SECRET of the App, or use a sign-in link.',
  },
  github_unavailable: {
    status: 503,
    title: 'GitHub does not answer',
    remedy: "Try again in a moment; GitHub's status page says whether it is down.",
  },
  inbox_full: {
    status: 503,
    title: 'The inbox is full',
    remedy: 'Look at GET /api/deliveries for what holds them up; GitHub can redeliver this one later.',
  },
  record_unavailable: {
    status: 503,
    title: 'The record does not answer',
    remedy: 'Try again in a moment; sessions go on meanwhile.',
  },
} as const satisfies Record<string, { status: number; title: string; remedy: string }>;

export type ProblemCode = keyof typeof PROBLEMS;

/** The status of a problem is part of its code's meaning. */
export type StatusOf<C extends ProblemCode> = (typeof PROBLEMS)[C]['status'];
