import { z } from 'zod';
import { ROLES } from '../../protocol/access.ts';
import {
  type MemberView,
  memberRoleSchema,
  membersAnswerSchema,
  memberViewSchema,
} from '../../protocol/people.ts';
import { type Choice, type Draft, type Field, filledIn, textOf } from '../records/form-fields.ts';
import type { Resource } from '../records/resource.ts';
import { Moment } from '../view/moment.tsx';
import { type Action, ResourceSection, type SectionSpec } from './resource-section.tsx';
import type { SectionProps, SettingsContext } from './settings-context.ts';
import { useResource } from './use-resource.ts';

const read = ({ api, query }: SettingsContext) =>
  api.call('GET /api/members', { query }, membersAnswerSchema);

const ROLE_CHOICES: readonly Choice[] = [
  ...ROLES.map((role): Choice => [role, role]),
  ['none', 'none: shut out'],
];
const ROLE_FIELD: Field = {
  kind: 'choice',
  name: 'role',
  label: 'Role',
  choices: ROLE_CHOICES,
  hint: 'In place of what GitHub gives, for the account and those of its repositories that the person sees there.',
};

/** The people of an account, and what each may do. */
export function MembersSection({ context }: SectionProps) {
  const resource = useResource(context, read);
  const spec: SectionSpec<MemberView> = {
    title: 'Members',
    about:
      'Whoever has signed in with GitHub, or was given a role here. Without one, the role follows from GitHub.',
    empty: 'Nobody has signed in yet.',
    keyOf: ({ id }) => String(id),
    nameOf,
    badgeOf: ({ role, githubRole }) => ({
      text: role ?? githubRole ?? 'repositories only',
      kind: role === 'none' ? 'offline' : 'ok',
    }),
    facts: ({ id, githubRole, role, setBy, setAt, lastSeenAt }) => (
      <>
        GitHub’s id {id} · from GitHub: {githubRole ?? 'single repositories'} · last seen{' '}
        <Moment at={lastSeenAt} />
        {role !== null && setBy !== null && (
          <>
            {' '}
            · set by {setBy}, <Moment at={setAt} />
          </>
        )}
      </>
    ),
    actions: (member) => memberActions(context, resource, member),
    create: addMember(context, resource),
  };
  return <ResourceSection resource={resource} spec={spec} />;
}

const nameOf = ({ id, login }: Pick<MemberView, 'id' | 'login'>): string => login ?? `GitHub’s person ${id}`;

function setRole({ api, query }: SettingsContext, resource: Resource<MemberView>, id: number, draft: Draft) {
  const body = { role: memberRoleSchema.parse(draft.role), login: textOf(draft, 'login') };
  const name = nameOf({ id, login: body.login ?? null });
  const set = () => api.call('PUT /api/members/{id}', { params: { id }, query, body }, memberViewSchema);
  return resource.act(set, `${name} has the role ${body.role}.`);
}

function addMember(context: SettingsContext, resource: Resource<MemberView>): Action {
  const fields: Field[] = [
    {
      kind: 'number',
      name: 'id',
      label: 'GitHub’s numeric id',
      required: true,
      hint: 'api.github.com/users/<login> shows it; it survives renames.',
    },
    { kind: 'text', name: 'login', label: 'Login', hint: 'For the list, until the person signs in.' },
    ROLE_FIELD,
  ];
  return {
    label: 'Give a role',
    form: {
      title: 'Give somebody a role',
      fields,
      draft: { id: '', login: '', role: 'viewer' },
      confirm: 'Give it',
      submit: (draft) => setRole(context, resource, Number(filledIn(draft, 'id')), draft),
    },
  };
}

function memberActions(
  context: SettingsContext,
  resource: Resource<MemberView>,
  member: MemberView,
): Action[] {
  const { id, login, role, githubRole } = member;
  const { api, query } = context;
  const actions: Action[] = [
    {
      label: 'Set the role',
      form: {
        title: `The role of ${nameOf(member)}`,
        fields: [ROLE_FIELD],
        draft: { role: role ?? githubRole ?? 'viewer', login: login ?? '' },
        confirm: 'Set it',
        submit: (draft) => setRole(context, resource, id, draft),
      },
    },
  ];
  if (role !== null) {
    actions.push({
      label: 'Follow GitHub',
      run: () =>
        resource.act(
          () => api.call('DELETE /api/members/{id}', { params: { id }, query }, z.null()),
          `The role of ${nameOf(member)} follows from GitHub again.`,
        ),
    });
  }
  return actions;
}
