import { useSignal } from '@preact/signals';
import { z } from 'zod';
import { createShareAnswerSchema, type ShareView, shareListSchema } from '../../protocol/shares.ts';
import { may } from '../records/choose-account.ts';
import { type Draft, type Field, filledIn, numberOf, textOf } from '../records/form-fields.ts';
import type { Resource } from '../records/resource.ts';
import { Moment } from '../view/moment.tsx';
import { removal } from './removal.ts';
import { type Action, ResourceSection, type SectionSpec } from './resource-section.tsx';
import type { SectionProps, SettingsContext } from './settings-context.ts';
import type { Secret } from './shown-once.tsx';
import { useResource } from './use-resource.ts';

const DEFAULT_HOURS = 7 * 24;

const read = ({ api, query }: SettingsContext) => api.call('GET /api/shares', { query }, shareListSchema);

/** Read-only links: made, shown once, taken away. */
export function SharesSection({ context }: SectionProps) {
  const resource = useResource(context, read);
  const secret = useSignal<Secret | null>(null);
  const { api, query } = context;
  const spec: SectionSpec<ShareView> = {
    title: 'Share links',
    about: 'Whoever has a link sees one session, or all of the account, and can do nothing to it.',
    empty: 'Nothing is shared. A link shows one session to somebody who has no account here.',
    keyOf: ({ id }) => id,
    nameOf: ({ name, scope }) => name || (scope.kind === 'account' ? 'the whole account' : 'one session'),
    facts: ({ scope, createdBy, createdAt, expiresAt, opened, lastOpenedAt }) => (
      <>
        {scope.kind === 'account' ? (
          'all sessions of the account'
        ) : (
          <a href={`/sessions/${scope.sessionId}`}>one session</a>
        )}{' '}
        · made by {createdBy}, <Moment at={createdAt} /> · ends <Moment at={expiresAt} /> · opened {opened} ×,
        last <Moment at={lastOpenedAt} />
      </>
    ),
    actions: ({ id, name }) => [
      removal(resource, {
        verb: 'Revoke',
        what: `the link ${name}`,
        text: 'Whoever looks on by it is cut off at once. It can’t be taken back.',
        done: 'was revoked',
        call: () => api.call('DELETE /api/shares/{id}', { params: { id }, query }, z.null()),
      }),
    ],
    create: createLink(context, resource, secret),
  };
  return <ResourceSection resource={resource} spec={spec} secret={secret} />;
}

function createLink(
  { api, query, role }: SettingsContext,
  resource: Resource<ShareView>,
  secret: { value: Secret | null },
): Action {
  const ofAccount = may(role, 'admin');
  const fields: Field[] = [
    {
      kind: 'text',
      name: 'scope.sessionId',
      label: 'Session',
      required: !ofAccount,
      hint: `Its id or address.${ofAccount ? ' Empty: all sessions of the account.' : ''}`,
    },
    { kind: 'text', name: 'name', label: 'Name', hint: 'For this list.' },
    { kind: 'number', name: 'expiresInHours', label: 'Hours until it ends', required: true },
  ];
  const submit = (draft: Draft) => {
    const session = filledIn(draft, 'scope.sessionId')
      .replace(/^.*\/sessions\//, '')
      .replace(/[/?#].*$/, '');
    const scope =
      session === '' ? { kind: 'account' as const } : { kind: 'session' as const, sessionId: session };
    const body = {
      ...(scope.kind === 'account' ? query : {}),
      scope,
      name: textOf(draft, 'name'),
      expiresInHours: numberOf(draft, 'expiresInHours') ?? undefined,
    };
    const make = () => api.call('POST /api/shares', { body }, createShareAnswerSchema);
    return resource.act(make, 'The link was made.', ({ share, url }) => {
      const text = 'Send it to whoever is to look on.';
      secret.value = { title: share.name === '' ? 'The link' : `The link ${share.name}`, text, value: url };
    });
  };
  const draft = { 'scope.sessionId': '', name: '', expiresInHours: String(DEFAULT_HOURS) };
  return { label: 'New link', form: { title: 'New share link', fields, draft, confirm: 'Make it', submit } };
}
