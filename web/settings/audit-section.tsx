import { useCallback } from 'preact/hooks';
import { type AuditEntry, auditOutcomeSchema, auditPageSchema } from '../../protocol/audit.ts';
import { ExportLinks } from '../records/export-links.tsx';
import { FilterBar } from '../records/filter-bar.tsx';
import { momentsOf, readFilters } from '../records/filters.ts';
import type { Field } from '../records/form-fields.ts';
import { Moment } from '../view/moment.tsx';
import { ResourceSection, type SectionSpec } from './resource-section.tsx';
import type { SectionProps, SettingsContext } from './settings-context.ts';
import { useResource } from './use-resource.ts';
import { VerifyChain } from './verify-chain.tsx';

const PAGE = 50;

const FIELDS: readonly Field[] = [
  { kind: 'text', name: 'action', label: 'Action', placeholder: 'key.created' },
  { kind: 'text', name: 'actor', label: 'Who' },
  { kind: 'text', name: 'target', label: 'To what' },
  {
    kind: 'choice',
    name: 'outcome',
    label: 'Outcome',
    choices: [['', 'any'], ...auditOutcomeSchema.options.map((one) => [one, one] as const)],
  },
  { kind: 'date', name: 'from', label: 'From' },
  { kind: 'date', name: 'to', label: 'To' },
];
const NAMES = FIELDS.map(({ name }) => name);

const KINDS = { done: 'ok', refused: 'pending', failed: 'failed', unknown: 'pending' } as const;

/** Who did what to what, and a check that nobody has changed it since. */
export function AuditSection({ context }: SectionProps) {
  const filters = readFilters(context.search.value, NAMES);
  const { action, actor, target, outcome } = filters;
  const { from, to } = momentsOf(filters);
  const read = useCallback(
    ({ api, query }: SettingsContext, cursor: string | undefined) => {
      const known = auditOutcomeSchema.safeParse(outcome);
      const asked = { action, actor, target, from, to, outcome: known.success ? known.data : undefined };
      return api.call(
        'GET /api/audit',
        { query: { ...query, ...asked, limit: PAGE, cursor } },
        auditPageSchema,
      );
    },
    [action, actor, target, outcome, from, to],
  );
  const resource = useResource(context, read);
  const spec: SectionSpec<AuditEntry> = {
    title: 'Audit log',
    about: 'Who did what to what, from where, and what became of it; the latest first.',
    empty: 'There is no line that fits.',
    keyOf: ({ number }) => String(number),
    nameOf: ({ number, action: what }) => `${number} ${what}`,
    badgeOf: ({ outcome: end, problem }) => ({ text: problem ?? end, kind: KINDS[end] }),
    facts: ({ at, actor: who, target: what, address, details }) => (
      <>
        <Moment at={at} /> · {who.name} ({who.kind.replaceAll('_', ' ')}) · {what.kind}{' '}
        <code>{what.name ?? what.id}</code>
        {address !== null && ` · ${address}`}
        {Object.keys(details).length > 0 && (
          <details>
            <summary>Details</summary>
            <pre>{JSON.stringify(details, null, 2)}</pre>
          </details>
        )}
      </>
    ),
  };
  return (
    <ResourceSection resource={resource} spec={spec}>
      <VerifyChain context={context} />
      <FilterBar fields={FIELDS} search={context.search.value} replaceSearch={context.replaceSearch} />
      <ExportLinks kinds={['audit']} query={{ ...context.query, from, to }} />
    </ResourceSection>
  );
}
