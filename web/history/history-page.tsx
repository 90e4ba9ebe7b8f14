import '../style/records.css';
import { useCallback, useEffect, useMemo } from 'preact/hooks';
import { type SessionSummary, sessionPageSchema } from '../../protocol/http.ts';
import { sessionStatusSchema } from '../../protocol/session.ts';
import { messageSourceSchema } from '../../protocol/task.ts';
import { chosenAccount } from '../records/choose-account.ts';
import { ExportLinks } from '../records/export-links.tsx';
import { FilterBar } from '../records/filter-bar.tsx';
import { type Filters, momentsOf, readFilters } from '../records/filters.ts';
import type { Field } from '../records/form-fields.ts';
import type { RecordsApp } from '../records/records-app.ts';
import { createResource, type Resource } from '../records/resource.ts';
import { accountFields, useReachedAccounts } from '../records/use-reached-accounts.ts';
import { SessionRows } from '../view/session-rows.tsx';

const PAGE = 50;

const FIELDS: readonly Field[] = [
  { kind: 'search', name: 'q', label: 'Search', placeholder: 'title, message, file, branch' },
  { kind: 'choice', name: 'status', label: 'Status', choices: anyOf(sessionStatusSchema.options) },
  { kind: 'text', name: 'repository', label: 'Repository', placeholder: 'owner/name' },
  { kind: 'choice', name: 'source', label: 'Asked on', choices: anyOf(messageSourceSchema.options) },
  { kind: 'text', name: 'assignee', label: 'Assignee' },
  { kind: 'text', name: 'label', label: 'Label' },
  { kind: 'date', name: 'from', label: 'From' },
  { kind: 'date', name: 'to', label: 'To' },
  {
    kind: 'choice',
    name: 'sort',
    label: 'Order',
    choices: [
      ['', 'last changed first'],
      ['created', 'newest first'],
      ['oldest', 'oldest first'],
    ],
  },
];

function anyOf(values: readonly string[]): [string, string][] {
  return [['', 'any'], ...values.map((value): [string, string] => [value, value])];
}

/** All that was done, found by words and filters that stand in the address. */
export function HistoryPage({ app }: { app: RecordsApp }) {
  const reached = useReachedAccounts(app) ?? [];
  const fields = useMemo(() => [...FIELDS, ...accountFields(reached, ['', 'all'])], [reached.length]);
  const search = app.search.value;
  const filters = readFilters(
    search,
    fields.map(({ name }) => name),
  );
  const resource = useSessions(app, filters);
  const { repository, assignee, status, source } = filters;
  const known = knownChoices(status, source);
  return (
    <>
      <h1>History</h1>
      <FilterBar
        fields={fields}
        search={search}
        replaceSearch={app.replaceSearch}
        openSearch={(next) => app.open(`/history${next}`)}
      />
      <Found resource={resource} isFiltered={Object.keys(filters).length > 0} />
      <ExportLinks
        kinds={['sessions', 'tasks', 'messages', 'logs', 'questions', 'usage']}
        query={{
          account: chosenAccount(reached, search)?.account,
          ...{ repository, assignee, ...known, ...momentsOf(filters) },
        }}
      />
    </>
  );
}

/** What the address says and the API does not know is left out, rather than refused. */
function knownChoices(status: string | undefined, source: string | undefined) {
  return {
    status: sessionStatusSchema.safeParse(status).data,
    source: messageSourceSchema.safeParse(source).data,
  };
}

function useSessions({ api, onSignedOut }: RecordsApp, filters: Filters): Resource<SessionSummary> {
  const key = JSON.stringify(filters);
  const read = useCallback(
    (cursor: string | undefined) => {
      const { q, repository, assignee, label, account, sort, status, source } = filters;
      const { from, to } = momentsOf(filters);
      const query = {
        ...{ q, repository, assignee, label, account, since: from, until: to, limit: PAGE, cursor },
        ...knownChoices(status, source),
        sort: sort === undefined ? ('updated' as const) : ('created' as const),
        order: sort === 'oldest' ? ('asc' as const) : ('desc' as const),
      };
      return api.call('GET /api/sessions', { query }, sessionPageSchema);
    },
    // The same filters are the same reading, whichever object says them.
    [api, key],
  );
  const resource = useMemo(() => createResource({ read, onSignedOut }), [read, onSignedOut]);
  useEffect(() => void resource.read(), [resource]);
  return resource;
}

type FoundProps = { resource: Resource<SessionSummary>; isFiltered: boolean };

function Found({ resource: { items, problem, hasMore, read, readMore }, isFiltered }: FoundProps) {
  if (problem.value !== null) {
    return (
      <p role="alert">
        {problem.value}{' '}
        <button type="button" onClick={() => void read()}>
          Try again
        </button>
      </p>
    );
  }
  if (items.value === null) return <p class="quiet late">Loading…</p>;
  if (items.value.length === 0) {
    return (
      <p class="card narrow empty" role="status">
        {isFiltered ? 'No session fits all of these filters.' : 'Nothing has been asked yet.'}
      </p>
    );
  }
  return (
    <>
      <p class="aloud" role="status">
        {items.value.length} sessions{hasMore.value && ', and more'}
      </p>
      <SessionRows sessions={[...items.value]} base="/sessions" />
      {hasMore.value && (
        <p class="actions">
          <button type="button" onClick={() => void readMore()}>
            Show more
          </button>
        </p>
      )}
    </>
  );
}
