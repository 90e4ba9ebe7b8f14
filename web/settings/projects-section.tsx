import { z } from 'zod';
import { type Project, projectSchema } from '../../protocol/projects.ts';
import { itemsOf } from '../model/items-of.ts';
import { may } from '../records/choose-account.ts';
import { type Draft, type Field, filledIn } from '../records/form-fields.ts';
import { Moment } from '../view/moment.tsx';
import { catalogActions } from './catalog-actions.ts';
import { ResourceSection, type SectionSpec } from './resource-section.tsx';
import type { SectionProps, SettingsContext } from './settings-context.ts';
import { useResource } from './use-resource.ts';

const read = ({ api, query }: SettingsContext) =>
  api.call('GET /api/projects', { query }, itemsOf(projectSchema));

const FIELDS: readonly Field[] = [
  { kind: 'text', name: 'name', label: 'Name', required: true, placeholder: 'shop' },
  { kind: 'text', name: 'description', label: 'What it is' },
  {
    kind: 'long',
    name: 'repositories',
    label: 'Repositories',
    required: true,
    placeholder: 'octo/app\nocto/design read main',
    hint: 'One a line: owner/name, then "read" where it is only looked at, then the branch that work begins at. Work begins in the first that is written to.',
  },
];

/** Repositories that belong together. */
export function ProjectsSection({ context }: SectionProps) {
  const resource = useResource(context, read);
  const { api, query } = context;
  const spec: SectionSpec<Project> = {
    title: 'Projects',
    about: 'Repositories that belong together: work begins in one, and the others lie beside it.',
    empty: 'There is no project yet. One is needed where a change touches several repositories.',
    keyOf: ({ id }) => id,
    nameOf: ({ name }) => name,
    facts: (project) => <ProjectFacts item={project} />,
    ...catalogActions(resource, may(context.role, 'operator'), {
      what: 'project',
      fields: FIELDS,
      removalText: 'Schedules that work in it fail from then on. Its repositories and sessions stay.',
      draftOf,
      bodyOf,
      make: (body) => api.call('POST /api/projects', { query, body }, projectSchema),
      write: (key, body) =>
        api.call('PUT /api/projects/{key}', { params: { key }, query, body }, projectSchema),
      remove: (key) => api.call('DELETE /api/projects/{key}', { params: { key }, query }, z.null()),
    }),
  };
  return <ResourceSection resource={resource} spec={spec} />;
}

function ProjectFacts({ item: { description, repositories, updatedBy, updatedAt } }: { item: Project }) {
  return (
    <>
      {description !== '' && <p>{description}</p>}
      <ul>
        {repositories.map(({ id, repository, access, base }) => (
          <li key={id}>
            <code>{repository}</code> {access === 'read' && '(read only)'} {base !== null && `from ${base}`}
          </li>
        ))}
      </ul>
      changed by {updatedBy}, <Moment at={updatedAt} />
    </>
  );
}

const draftOf = ({ name, description, repositories }: Project): Draft => ({
  name,
  description,
  repositories: repositories
    .map(({ repository, access, base }) => [repository, access, base ?? ''].join(' ').trim())
    .join('\n'),
});

/** @param before what the form does not show of it is kept */
function bodyOf(draft: Draft, before: Project | null) {
  const lines = filledIn(draft, 'repositories').split('\n');
  const repositories = lines.flatMap((line) => {
    const [repository = '', ...rest] = line.trim().split(/\s+/);
    if (repository === '') return [];
    const access = rest.includes('read') ? ('read' as const) : ('write' as const);
    const base = rest.find((word) => word !== 'read' && word !== 'write') ?? null;
    return { repository, access, base };
  });
  return {
    name: filledIn(draft, 'name'),
    description: filledIn(draft, 'description'),
    repositories,
    options: before?.options ?? {},
  };
}
