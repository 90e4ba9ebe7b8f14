import { z } from 'zod';
import { type DeliveryView, deliveryPageSchema } from '../../protocol/http.ts';
import { may } from '../records/choose-account.ts';
import { Moment } from '../view/moment.tsx';
import { MissedDeliveries } from './missed-deliveries.tsx';
import { ResourceSection, type SectionSpec } from './resource-section.tsx';
import type { SectionProps, SettingsContext } from './settings-context.ts';
import { useResource } from './use-resource.ts';

const PAGE = 50;

const queuedSchema = z.object({ status: z.literal('queued') });

const read = ({ api, query }: SettingsContext, cursor: string | undefined) =>
  api.call('GET /api/deliveries', { query: { ...query, limit: PAGE, cursor } }, deliveryPageSchema);

const KINDS = { received: 'pending', done: 'ok', ignored: '', parked: 'failed' } as const;

/** What GitHub told us, and what became of it. */
export function DeliveriesSection({ context }: SectionProps) {
  const resource = useResource(context, read);
  const { api, query } = context;
  const mayRetry = may(context.role, 'operator');
  const spec: SectionSpec<DeliveryView> = {
    title: 'Deliveries from GitHub',
    about: 'The webhook deliveries of the App, the latest first, with what became of each and why.',
    empty: 'GitHub has told nothing yet.',
    keyOf: ({ id }) => id,
    nameOf: ({ event, action }) => (action === null ? event : `${event}.${action}`),
    badgeOf: ({ status }) => ({ text: status, kind: KINDS[status] }),
    facts: ({ id, receivedAt, reason, attempts, taskId }) => (
      <>
        <Moment at={receivedAt} /> · <code>{id}</code> · {attempts} {attempts === 1 ? 'attempt' : 'attempts'}
        {taskId !== null && (
          <>
            {' '}
            · <a href={`/sessions/${taskId.replace(/\.\d+$/, '')}`}>its session</a>
          </>
        )}
        {reason !== null && ` · ${reason}`}
      </>
    ),
    actions: ({ id, status }) =>
      mayRetry && status === 'parked'
        ? [
            {
              label: 'Try again',
              run: () =>
                resource.act(
                  () => api.call('POST /api/deliveries/{id}/retry', { params: { id }, query }, queuedSchema),
                  'The delivery is tried again.',
                ),
            },
          ]
        : [],
  };
  return (
    <ResourceSection resource={resource} spec={spec}>
      {context.isDeploymentAdmin && <MissedDeliveries context={context} />}
    </ResourceSection>
  );
}
