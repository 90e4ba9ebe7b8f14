import { z } from 'zod';
import { CHECKS_EVENT, HANDLED_EVENTS, PUSH_EVENT, STATUS_EVENT } from '../github/handled-events.ts';
import { conversationOfBranch } from '../github/read-checks-event.ts';
import { conversationOfStatus } from '../github/read-status-event.ts';
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
type Outline = z.output<typeof outlineSchema>;

const statusSchema = z.object({ state: z.string(), branches: z.array(z.object({ name: z.string() })) });

/** Looks at a payload just far enough to put it into its line. */
export function planDelivery(event: string, payload: string): DeliveryPlan {
  const json = parseJson(payload);
  const outline = outlineSchema.safeParse(json);
  if (!outline.success) {
    const skip = { status: 'parked', reason: 'The payload is not the JSON of a webhook.' } as const;
    return { action: null, conversation: 'account', skip };
  }
  const { action = null, repository } = outline.data;
  const number = event === STATUS_EVENT ? numberOfStatus(json) : numberOf(event, outline.data);
  const conversation =
    repository === null || repository === undefined || number === null
      ? 'account'
      : `${repository.id}#${number}`;
  const skip = skipOf(event, action, payload) ?? skipUnasked(nameOf(event, action), number, json);
  return { action, conversation, skip };
}

const nameOf = (event: string, action: string | null): string =>
  action === null ? event : `${event}.${action}`;

function numberOfStatus(json: unknown): number | null {
  const status = statusSchema.safeParse(json);
  if (!status.success) return null;
  const { state, branches } = status.data;
  return conversationOfStatus(
    state,
    branches.map(({ name }) => name),
  );
}

/** Checks of a branch of ours belong to the conversation that it was made for. */
function numberOf(event: string, { issue, pull_request, check_suite }: Outline): number | null {
  const ofBranch = event === 'check_suite' ? conversationOfBranch(check_suite?.head_branch ?? '') : null;
  return issue?.number ?? pull_request?.number ?? ofBranch;
}

/** What comes in numbers and seldom asks for anything. */
function skipUnasked(name: string, number: number | null, json: unknown): DeliveryPlan['skip'] {
  const ignored = (reason: string) => ({ status: 'ignored', reason }) as const;
  if (name === PUSH_EVENT && readPush(json) === null) return ignored('the push changes no settings');
  if (name === CHECKS_EVENT && number === null) return ignored('the checks are on no branch of ours');
  if (name === STATUS_EVENT && number === null) return ignored('nothing failed on a branch of ours');
  return null;
}

function skipOf(event: string, action: string | null, payload: string): DeliveryPlan['skip'] {
  const name = nameOf(event, action);
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
