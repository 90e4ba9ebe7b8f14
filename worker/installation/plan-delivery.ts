import { z } from 'zod';
import { HANDLED_EVENTS, PUSH_EVENT } from '../github/handled-events.ts';
import { conversationOfBranch } from '../github/read-checks-event.ts';
import { readPush } from '../repository-config/read-push.ts';

/** Durable Object rows end at 2 MB; what we handle is far smaller. */
const MAX_PAYLOAD_BYTES = 1_900_000;

export type DeliveryPlan = {
  action: string | null;
  conversation: string;
  /** Null: it is only noted, with this reason. */
  skip: { status: 'ignored' | 'parked'; reason: string } | null;
};

const outlineSchema = z.object({
  action: z.string().nullish(),
  repository: z.object({ id: z.int() }).nullish(),
  issue: z.object({ number: z.int() }).nullish(),
  pull_request: z.object({ number: z.int() }).nullish(),
  check_suite: z.object({ head_branch: z.string().nullish() }).nullish(),
});

/** Looks at a payload just far enough to put it into its line. */
export function planDelivery(event: string, payload: string): DeliveryPlan {
  const json = parseJson(payload);
  const outline = outlineSchema.safeParse(json);
  if (!outline.success) {
    const skip = { status: 'parked', reason: 'The payload is not the JSON of a webhook.' } as const;
    return { action: null, conversation: 'account', skip };
  }
  const { action = null, repository, issue, pull_request, check_suite } = outline.data;
  const isChecks = event === 'check_suite';
  const branch = check_suite?.head_branch ?? '';
  // Checks of a branch of ours belong to the conversation that it was made for.
  const number = issue?.number ?? pull_request?.number ?? (isChecks ? conversationOfBranch(branch) : null);
  const conversation =
    repository === null || repository === undefined || number === undefined || number === null
      ? 'account'
      : `${repository.id}#${number}`;
  const skip = skipOf(event, action, payload);
  if (skip === null && event === PUSH_EVENT && readPush(json) === null) {
    return { action, conversation, skip: { status: 'ignored', reason: 'the push changes no settings' } };
  }
  if (skip === null && isChecks && action === 'completed' && number === null) {
    return {
      action,
      conversation,
      skip: { status: 'ignored', reason: 'the checks are on no branch of ours' },
    };
  }
  return { action, conversation, skip };
}

function skipOf(event: string, action: string | null, payload: string): DeliveryPlan['skip'] {
  const name = action === null ? event : `${event}.${action}`;
  if (!HANDLED_EVENTS.some((handled) => handled === name || handled === event)) {
    return { status: 'ignored', reason: `"${name}" asks for nothing` };
  }
  const bytes = new TextEncoder().encode(payload).byteLength;
  if (bytes <= MAX_PAYLOAD_BYTES) return null;
  return {
    status: 'parked',
    reason: `The payload is too large (${bytes} bytes, at most ${MAX_PAYLOAD_BYTES}).`,
  };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
