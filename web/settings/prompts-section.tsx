import { z } from 'zod';
import { type Prompt, promptSchema } from '../../protocol/prompts.ts';
import { itemsOf } from '../model/items-of.ts';
import { may } from '../records/choose-account.ts';
import { type Draft, type Field, filledIn } from '../records/form-fields.ts';
import { Moment } from '../view/moment.tsx';
import { catalogActions } from './catalog-actions.ts';
import { ResourceSection, type SectionSpec } from './resource-section.tsx';
import type { SectionProps, SettingsContext } from './settings-context.ts';
import { useResource } from './use-resource.ts';

const read = ({ api, query }: SettingsContext) =>
  api.call('GET /api/prompts', { query }, itemsOf(promptSchema));

const FIELDS: readonly Field[] = [
  { kind: 'text', name: 'name', label: 'Name', required: true, placeholder: 'update-package' },
  { kind: 'text', name: 'description', label: 'What it is for' },
  {
    kind: 'long',
    name: 'text',
    label: 'Request',
    required: true,
    rows: 6,
    hint: '{{name}} stands for the variable of that name.',
  },
  {
    kind: 'long',
    name: 'variables',
    label: 'Variables',
    rows: 3,
    placeholder: 'package\nversion = the newest',
    hint: 'One a line; with "=" and a default it need not be given.',
  },
];

/** Templates of requests. */
export function PromptsSection({ context }: SectionProps) {
  const resource = useResource(context, read);
  const { api, query } = context;
  const spec: SectionSpec<Prompt> = {
    title: 'Prompts',
    about: 'Templates of requests, for people, schedules and mentions.',
    empty: 'There is no template yet. One with variables saves typing what is asked for again and again.',
    keyOf: ({ id }) => id,
    nameOf: ({ name }) => name,
    facts: (prompt) => <PromptFacts item={prompt} />,
    ...catalogActions(resource, may(context.role, 'operator'), {
      what: 'prompt',
      fields: FIELDS,
      removalText: 'Schedules that use it fail from then on.',
      draftOf,
      bodyOf,
      make: (body) => api.call('POST /api/prompts', { query, body }, promptSchema),
      write: (key, body) =>
        api.call('PUT /api/prompts/{key}', { params: { key }, query, body }, promptSchema),
      remove: (key) => api.call('DELETE /api/prompts/{key}', { params: { key }, query }, z.null()),
    }),
  };
  return <ResourceSection resource={resource} spec={spec} />;
}

function PromptFacts({ item: { description, text, variables, updatedBy, updatedAt } }: { item: Prompt }) {
  return (
    <>
      {description !== '' && <p>{description}</p>}
      <details>
        <summary>{text}</summary>
        <pre>{text}</pre>
      </details>
      {variables.length > 0 && `Variables: ${variables.map(({ name }) => name).join(', ')} · `}
      changed by {updatedBy}, <Moment at={updatedAt} />
    </>
  );
}

const draftOf = ({ name, description, text, variables }: Prompt): Draft => ({
  name,
  description,
  text,
  variables: variables
    .map((one) => (one.default === null ? one.name : `${one.name} = ${one.default}`))
    .join('\n'),
});

/** @param before what the form does not show of it is kept */
function bodyOf(draft: Draft, before: Prompt | null) {
  const descriptions = new Map(before?.variables.map(({ name, description }) => [name, description]));
  const lines = filledIn(draft, 'variables').split('\n');
  const variables = lines.flatMap((line) => {
    const [, name = '', usual] = /^\s*([^=\s]+)\s*(?:=\s?(.*))?$/.exec(line) ?? [];
    if (name === '') return [];
    return { name, description: descriptions.get(name) ?? '', default: usual ?? null };
  });
  return {
    name: filledIn(draft, 'name'),
    description: filledIn(draft, 'description'),
    text: filledIn(draft, 'text'),
    variables,
    options: before?.options ?? {},
  };
}
