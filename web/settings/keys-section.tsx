import { useSignal } from '@preact/signals';
import { z } from 'zod';
import { ROLES, roleSchema } from '../../protocol/access.ts';
import {
  createKeyAnswerSchema,
  DEFAULT_KEY_DAYS,
  type KeyView,
  keysAnswerSchema,
  keyViewSchema,
} from '../../protocol/keys.ts';
import { type Choice, type Draft, type Field, filledIn, listOf, numberOf } from '../records/form-fields.ts';
import type { Resource } from '../records/resource.ts';
import { useRepositoryChoices } from '../records/use-repository-choices.ts';
import { Moment } from '../view/moment.tsx';
import { removal } from './removal.ts';
import { type Action, ResourceSection, type SectionSpec } from './resource-section.tsx';
import type { SectionProps, SettingsContext } from './settings-context.ts';
import type { Secret } from './shown-once.tsx';
import { useResource } from './use-resource.ts';

const read = ({ api, query }: SettingsContext) => api.call('GET /api/keys', { query }, keysAnswerSchema);

/** API keys: made, shown once, revoked. */
export function KeysSection({ context }: SectionProps) {
  const resource = useResource(context, read);
  const secret = useSignal<Secret | null>(null);
  const repositories = useRepositoryChoices(context.api, context.query);
  const names = new Map(repositories);
  const spec: SectionSpec<KeyView> = {
    title: 'API keys',
    about:
      'Programs call the API with a key of their own. It is shown once; revoking it ends it within seconds.',
    empty: 'There is no key yet. Make one for a program, and give it no more than that program needs.',
    keyOf: ({ id }) => id,
    nameOf: ({ name }) => name,
    badgeOf: ({ status }) => ({ text: status, kind: status === 'active' ? 'ok' : 'offline' }),
    facts: (key) => <KeyFacts item={key} names={names} />,
    actions: (key) => (key.status === 'active' ? keyActions(context, resource, key) : []),
    create: createKey(context, resource, secret, repositories),
  };
  return <ResourceSection resource={resource} spec={spec} secret={secret} />;
}

function KeyFacts({ item, names }: { item: KeyView; names: ReadonlyMap<string, string> }) {
  const { role, repositories, createdAt, createdBy, expiresAt, lastUsedAt, revokedBy } = item;
  const where =
    repositories === 'all'
      ? 'the whole account'
      : repositories.map((id) => names.get(String(id)) ?? id).join(', ');
  return (
    <>
      {role} of {where} · made by {createdBy}, <Moment at={createdAt} /> · last used{' '}
      <Moment at={lastUsedAt} /> · ends <Moment at={expiresAt} />
      {revokedBy !== null && ` · revoked by ${revokedBy}`}
    </>
  );
}

function createKey(
  { api, query }: SettingsContext,
  resource: Resource<KeyView>,
  secret: { value: Secret | null },
  choices: readonly Choice[],
): Action {
  const fields: Field[] = [
    { kind: 'text', name: 'name', label: 'Name', required: true, hint: 'Shown as who asked for its tasks.' },
    { kind: 'choice', name: 'role', label: 'Role', choices: ROLES.map((role) => [role, ROLE_WORDS[role]]) },
    { kind: 'number', name: 'expiresInDays', label: 'Days until it ends', hint: 'Empty: it has no end.' },
  ];
  if (choices.length > 0) {
    const hint = 'None chosen: all of the account, and what belongs to no repository.';
    fields.push({ kind: 'choices', name: 'repositories', label: 'Repositories', choices, hint });
  }
  const submit = (draft: Draft) => {
    const ids = listOf(draft, 'repositories').map(Number);
    const body = {
      ...query,
      name: filledIn(draft, 'name'),
      role: roleSchema.parse(draft.role),
      repositories: ids.length === 0 ? ('all' as const) : ids,
      expiresInDays: numberOf(draft, 'expiresInDays'),
    };
    const make = () => api.call('POST /api/keys', { body }, createKeyAnswerSchema);
    return resource.act(make, `The key ${body.name} was made.`, ({ key, view }) => {
      const text = 'Send it as "Authorization: Bearer …".';
      secret.value = { title: `The key ${view.name}`, text, value: key };
    });
  };
  const draft = { name: '', role: 'viewer', expiresInDays: String(DEFAULT_KEY_DAYS), repositories: '' };
  return { label: 'New key', form: { title: 'New API key', fields, draft, confirm: 'Make it', submit } };
}

const ROLE_WORDS = {
  viewer: 'viewer: reads',
  operator: 'operator: also hands work out',
  admin: 'admin: also decides who may do what',
} as const;

function keyActions({ api, query }: SettingsContext, resource: Resource<KeyView>, item: KeyView): Action[] {
  const { id, name, role } = item;
  const params = { id };
  return [
    {
      label: 'Change',
      form: {
        title: `Change the key ${name}`,
        confirm: 'Change it',
        draft: { name, role },
        fields: [
          { kind: 'text', name: 'name', label: 'Name', required: true },
          {
            kind: 'choice',
            name: 'role',
            label: 'Role',
            choices: ROLES.map((one) => [one, ROLE_WORDS[one]]),
          },
        ],
        submit: (draft) => {
          const body = { name: filledIn(draft, 'name'), role: roleSchema.parse(draft.role) };
          const change = () => api.call('PATCH /api/keys/{id}', { params, query, body }, keyViewSchema);
          return resource.act(change, `The key ${body.name} was changed.`);
        },
      },
    },
    removal(resource, {
      verb: 'Revoke',
      what: `the key ${name}`,
      text: 'Whatever calls the API with it is refused from then on. It can’t be taken back.',
      done: 'was revoked',
      call: () => api.call('DELETE /api/keys/{id}', { params, query }, z.null()),
    }),
  ];
}
