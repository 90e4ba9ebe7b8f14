import { useSignal } from '@preact/signals';
import { z } from 'zod';
import {
  WEBHOOK_EVENTS,
  type WebhookView,
  webhookEventSchema,
  webhookListSchema,
  webhookQueuedSchema,
  webhookSecretAnswerSchema,
  webhookViewSchema,
} from '../../protocol/webhooks.ts';
import { type Choice, type Draft, type Field, filledIn, listOf, textOf } from '../records/form-fields.ts';
import type { Resource } from '../records/resource.ts';
import { Moment } from '../view/moment.tsx';
import { removal } from './removal.ts';
import { type Action, ResourceSection, type SectionSpec } from './resource-section.tsx';
import type { SectionProps, SettingsContext } from './settings-context.ts';
import type { Secret } from './shown-once.tsx';
import { useResource } from './use-resource.ts';
import { SentMessages } from './webhook-deliveries.tsx';

const read = ({ api, query }: SettingsContext) => api.call('GET /api/webhooks', { query }, webhookListSchema);

const FIELDS: readonly Field[] = [
  { kind: 'url', name: 'url', label: 'Address', required: true, placeholder: 'https://ci.example.com/hooks' },
  { kind: 'text', name: 'name', label: 'Name' },
  {
    kind: 'choices',
    name: 'events',
    label: 'Events',
    choices: WEBHOOK_EVENTS.map((event): Choice => [event, event]),
    hint: 'None chosen: all of them.',
  },
];

const DISABLED = {
  failing: 'off: nothing got through for days',
  gone: 'off: it answered that it is gone',
  by_hand: 'off',
} as const;

/** Systems that are told what happens. */
export function WebhooksSection({ context }: SectionProps) {
  const resource = useResource(context, read);
  const secret = useSignal<Secret | null>(null);
  const log = useSignal<WebhookView | null>(null);
  const spec: SectionSpec<WebhookView> = {
    title: 'Webhooks',
    about: 'Other systems are told what happens, signed by Standard Webhooks.',
    empty: 'Nobody is told yet. A receiver is any https address that answers 2xx.',
    keyOf: ({ id }) => id,
    nameOf: ({ name }) => name,
    badgeOf: ({ disabled, failingSince }) => {
      if (disabled !== null) return { text: DISABLED[disabled], kind: 'offline' };
      return failingSince === null ? { text: 'on', kind: 'ok' } : { text: 'failing', kind: 'pending' };
    },
    facts: ({ url, events, createdBy, createdAt }) => (
      <>
        <code>{url}</code> · {events === null ? 'all events' : events.join(', ')} · made by {createdBy},{' '}
        <Moment at={createdAt} />
      </>
    ),
    actions: (webhook) => [
      {
        label: 'Log',
        run: async () => {
          log.value = webhook;
          return null;
        },
      },
      ...webhookActions(context, resource, secret, webhook),
    ],
    create: {
      label: 'New webhook',
      form: {
        title: 'New webhook',
        fields: FIELDS,
        draft: {},
        confirm: 'Make it',
        submit: (draft) => {
          const body = { ...context.query, ...bodyOf(draft) };
          const make = () => context.api.call('POST /api/webhooks', { body }, webhookSecretAnswerSchema);
          return resource.act(make, 'The webhook was made.', (made) => show(secret, made));
        },
      },
    },
  };
  return (
    <>
      <ResourceSection resource={resource} spec={spec} secret={secret} />
      {log.value !== null && <SentMessages key={log.value.id} context={context} webhook={log.value} />}
    </>
  );
}

const bodyOf = (draft: Draft) => {
  const events = listOf(draft, 'events').map((event) => webhookEventSchema.parse(event));
  return {
    url: filledIn(draft, 'url'),
    name: textOf(draft, 'name'),
    events: events.length === 0 ? null : events,
  };
};

function show(secret: { value: Secret | null }, made: z.infer<typeof webhookSecretAnswerSchema>): void {
  const text = 'Messages are signed with it. Verify the raw body by a library of Standard Webhooks.';
  secret.value = { title: `The secret of ${made.webhook.name}`, text, value: made.secret };
}

function webhookActions(
  { api, query }: SettingsContext,
  resource: Resource<WebhookView>,
  secret: { value: Secret | null },
  { id, name, url, events, disabled }: WebhookView,
): Action[] {
  const params = { id };
  return [
    {
      label: 'Change',
      form: {
        title: `Change ${name}`,
        fields: FIELDS,
        draft: { url, name, events: (events ?? []).join('\n') },
        confirm: 'Keep it',
        submit: (draft) => {
          const body = bodyOf(draft);
          const change = () =>
            api.call('PATCH /api/webhooks/{id}', { params, query, body }, webhookViewSchema);
          return resource.act(change, 'The webhook was changed.');
        },
      },
    },
    {
      label: disabled === null ? 'Switch off' : 'Switch on',
      run: () => {
        const body = { enabled: disabled !== null };
        const change = () => api.call('PATCH /api/webhooks/{id}', { params, query, body }, webhookViewSchema);
        return resource.act(change, `${name} was switched ${disabled === null ? 'off' : 'on'}.`);
      },
    },
    {
      label: 'Test',
      run: () =>
        resource.act(
          () => api.call('POST /api/webhooks/{id}/test', { params, query }, webhookQueuedSchema),
          `A greeting is on its way to ${name}; the log shows what it answered.`,
        ),
    },
    {
      label: 'New secret…',
      ask: {
        title: `Give ${name} a new secret?`,
        text: 'For a day messages carry a signature by each; then the former secret is worth nothing.',
        confirm: 'Give it a new one',
      },
      run: () =>
        resource.act(
          () => api.call('POST /api/webhooks/{id}/secret', { params, query }, webhookSecretAnswerSchema),
          `${name} has a new secret.`,
          (made) => show(secret, made),
        ),
    },
    removal(resource, {
      verb: 'Delete',
      what: `the webhook ${name}`,
      text: 'Its log and what is on its way go too.',
      done: 'was deleted',
      call: () => api.call('DELETE /api/webhooks/{id}', { params, query }, z.null()),
    }),
  ];
}
