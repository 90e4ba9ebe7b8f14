import { useCallback } from 'preact/hooks';
import {
  type WebhookDelivery,
  type WebhookView,
  webhookDeliveryPageSchema,
  webhookQueuedSchema,
} from '../../protocol/webhooks.ts';
import { formatDuration } from '../view/format.ts';
import { Moment } from '../view/moment.tsx';
import { ResourceSection, type SectionSpec } from './resource-section.tsx';
import type { SettingsContext } from './settings-context.ts';
import { useResource } from './use-resource.ts';

const PAGE = 20;

const KINDS = { pending: 'pending', delivered: 'ok', failed: 'failed', skipped: 'offline' } as const;

/** What was sent to a receiver, what it answered, and another try. */
export function SentMessages({ context, webhook }: { context: SettingsContext; webhook: WebhookView }) {
  const { id } = webhook;
  const read = useCallback(
    ({ api, query }: SettingsContext, cursor: string | undefined) =>
      api.call(
        'GET /api/webhooks/{id}/deliveries',
        { params: { id }, query: { ...query, limit: PAGE, cursor } },
        webhookDeliveryPageSchema,
      ),
    [id],
  );
  const resource = useResource(context, read);
  const { api, query } = context;
  const spec: SectionSpec<WebhookDelivery> = {
    title: `Sent to ${webhook.name}`,
    level: 2,
    about: 'The newest first, with each attempt.',
    empty: 'Nothing was sent yet. A test sends a greeting.',
    keyOf: (message) => message.id,
    nameOf: ({ type }) => type,
    badgeOf: ({ status }) => ({ text: status, kind: KINDS[status] }),
    facts: ({ createdAt, attempts }) => (
      <>
        <Moment at={createdAt} />
        <ol>
          {attempts.map(({ at, httpStatus, durationMs, error }) => (
            <li key={at}>
              <Moment at={at} />: {httpStatus ?? 'no answer'} after {formatDuration(durationMs)}
              {error !== null && `, ${error}`}
            </li>
          ))}
        </ol>
      </>
    ),
    actions: (message) => [
      {
        label: 'Send again',
        run: () => {
          const params = { id, message: message.id };
          const send = () =>
            api.call(
              'POST /api/webhooks/{id}/deliveries/{message}/retry',
              { params, query },
              webhookQueuedSchema,
            );
          return resource.act(send, `${message.type} is on its way again.`);
        },
      },
    ],
  };
  return <ResourceSection resource={resource} spec={spec} />;
}
