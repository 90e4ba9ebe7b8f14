import type { Failure, FailureKind } from '../../protocol/outcome.ts';

/** A message's schema allows 2,000 characters. */
const MAX_MESSAGE_CHARS = 2_000;

/** The ways in which Claude Code fails, each with what a person can do about it. */
const REMEDIES = {
  not_installed:
    'Install Claude Code on the runner (it comes with `npm ci`), or point CLAUDE_CODE_PATH at its executable. `signalbox-runner doctor` checks it.',
  not_logged_in:
    "Log Claude Code in on the runner's machine (`claude auth login`), or give the runner ANTHROPIC_API_KEY or CLAUDE_CODE_OAUTH_TOKEN. Then retry.",
  api_overloaded:
    "The model's side is overloaded or limits the rate. Retry in some minutes, or choose another model.",
  api_unreachable:
    "The runner can't reach the model's API. Check its network, proxy and ANTHROPIC_BASE_URL. Then retry.",
  api_error: "The model's side failed. Retry in some minutes.",
  usage_limit:
    'The plan or the credit of this Claude login is used up. Wait for the reset, or use another login.',
  bad_request:
    'The model refuses this request and would refuse it again. Change the request or the model, then start a new task.',
  stalled:
    'Claude Code gave no sign of life and was ended. What it did is kept. Retry; if it happens again, make the task smaller.',
  exited_without_result:
    'Claude Code ended in the middle of its work, twice. What it did is kept. Look at the message, then retry.',
  killed:
    'Something ended Claude Code from outside, often for lack of memory. What it did is kept. Check the runner, then retry.',
  internal: 'This is unexpected. Retry; if it happens again, report it with the message above.',
} as const satisfies Partial<Record<FailureKind, string>>;

export type ClaudeFailureKind = keyof typeof REMEDIES;

/** @param retryAt when trying again makes sense (ms since 1970), where the far side said so. */
export function describeFailure(
  kind: ClaudeFailureKind,
  message: string,
  retryAt: number | null = null,
): Failure {
  return { kind, message: message.slice(0, MAX_MESSAGE_CHARS), remedy: REMEDIES[kind], retryAt };
}
