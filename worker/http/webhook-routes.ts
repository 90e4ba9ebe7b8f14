import { z } from 'zod';
import type { AccountKey } from '../../protocol/ids.ts';
import { installationOf } from './durable-objects.ts';
import { invalidProblem, ProblemError } from './problem.ts';
import { type AppContext, type Route, signatureRoute } from './route.ts';

/** GitHub's own cap for a webhook's payload. */
const MAX_WEBHOOK_BYTES = 25_000_000;

const headersSchema = z.object({
  'x-github-delivery': z.string().regex(/^[\w-]{1,100}$/, 'must be the id of the delivery'),
  'x-github-event': z.string().regex(/^[a-z_]{1,100}$/, 'must be the name of the event'),
});

const ownerSchema = z.object({ id: z.int().positive() });
const payloadSchema = z.object({
  installation: z.object({ account: ownerSchema.nullish() }).nullish(),
  repository: z.object({ owner: ownerSchema.nullish() }).nullish(),
  organization: ownerSchema.nullish(),
});

const acceptedSchema = z.object({ status: z.enum(['stored', 'duplicate', 'ignored']) });

export const webhookRoutes: Route[] = [
  signatureRoute({
    method: 'POST',
    path: '/api/github/webhooks',
    maxBodyBytes: MAX_WEBHOOK_BYTES,
    operation: {
      id: 'receiveGitHubWebhook',
      tag: 'Webhooks',
      summary: "Take one of GitHub's webhook deliveries",
      description:
        'Stored under its `X-GitHub-Delivery` id before it is answered; a second copy is dropped. ' +
        '`X-GitHub-Event` names the event.',
      rawBody: { contentType: 'application/json', description: "GitHub's payload, as it was signed" },
      answers: {
        202: { description: 'Taken', schema: acceptedSchema, example: { status: 'stored' } },
      },
      problems: ['invalid_header', 'invalid_body', 'not_json', 'inbox_full'],
    },
    handle: async (c, { text }) => {
      const headers = readHeaders(c);
      const account = accountOf(text);
      // Such as the App's own "ping": it belongs to no account and asks for nothing.
      if (account === null) return c.json({ status: 'ignored' }, 202);
      const status = await installationOf(c.env, account).accept(account, {
        id: headers['x-github-delivery'],
        event: headers['x-github-event'],
        payload: text,
        receivedAt: Date.now(),
      });
      if (status !== 'full') return c.json({ status }, 202);
      throw new ProblemError(503, 'inbox_full', {
        title: 'The inbox is full',
        detail: `Too many deliveries of ${account} wait to be worked off.`,
        remedy: 'Look at GET /api/deliveries for what holds them up; GitHub can redeliver this one later.',
      });
    },
  }),
];

function readHeaders(c: AppContext): z.output<typeof headersSchema> {
  const parsed = headersSchema.safeParse({
    'x-github-delivery': c.req.header('x-github-delivery'),
    'x-github-event': c.req.header('x-github-event'),
  });
  if (parsed.success) return parsed.data;
  throw invalidProblem('header', parsed.error);
}

/** Whose delivery it is, by the numeric id that survives renames. */
function accountOf(text: string): AccountKey | null {
  const payload = payloadSchema.safeParse(parseJson(text));
  if (!payload.success) throw invalidProblem('body', payload.error);
  const { installation, repository, organization } = payload.data;
  const owner = installation?.account ?? repository?.owner ?? organization;
  return owner === null || owner === undefined ? null : `github:${owner.id}`;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new ProblemError(415, 'not_json', {
      title: 'The webhook is not JSON',
      detail: 'The payload could not be parsed as JSON.',
      remedy: 'Set the content type of the GitHub App\'s webhook to "application/json".',
    });
  }
}
