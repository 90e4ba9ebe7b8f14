import '../style/records.css';
import { useSignal } from '@preact/signals';
import { useEffect, useMemo } from 'preact/hooks';
import { INSIGHT_GROUPS, type Insights, insightsSchema } from '../../protocol/insights.ts';
import { describeFailure } from '../model/api.ts';
import { chosenAccount, type ReachedAccount } from '../records/choose-account.ts';
import { FilterBar } from '../records/filter-bar.tsx';
import { readFilters } from '../records/filters.ts';
import type { Choice, Field } from '../records/form-fields.ts';
import type { RecordsApp } from '../records/records-app.ts';
import { accountFields, useReachedAccounts } from '../records/use-reached-accounts.ts';
import { useRepositoryChoices } from '../records/use-repository-choices.ts';
import { formatDuration, formatUsd } from '../view/format.ts';
import { ChartFigure } from './chart.tsx';
import { distributionChart, outcomesChart, toolsChart } from './chart-spec.ts';
import { GroupsTable, pair, share } from './groups-table.tsx';
import { askedOf, DEFAULT_DAYS, PERIOD_DAYS } from './period.ts';

const BY_WORDS = { repository: 'repository', requester: 'person', model: 'model' } as const;

const dayChoice = (days: number): Choice => [String(days), `the last ${days} days`];

const FIELDS: readonly Field[] = [
  {
    kind: 'choice',
    name: 'days',
    label: 'Period',
    choices: [
      ['', `the last ${DEFAULT_DAYS} days`],
      ...PERIOD_DAYS.filter((days) => days !== DEFAULT_DAYS).map(dayChoice),
    ],
  },
  { kind: 'date', name: 'from', label: 'From' },
  { kind: 'date', name: 'to', label: 'To' },
  {
    kind: 'choice',
    name: 'by',
    label: 'By',
    choices: INSIGHT_GROUPS.map((by, index): Choice => [index === 0 ? '' : by, BY_WORDS[by]]),
  },
  { kind: 'text', name: 'requester', label: 'Person' },
  { kind: 'text', name: 'model', label: 'Model' },
];
const NAMES = [...FIELDS.map(({ name }) => name), 'repository', 'account'];

type State = { insights: Insights | null; problem: string | null; isOld: boolean };

/** How tasks went over a period: outcomes, times, costs and tools. */
export function InsightsPage({ app }: { app: RecordsApp }) {
  const search = app.search.value;
  const reached = useReachedAccounts(app);
  const chosen = reached === null ? null : chosenAccount(reached, search);
  const { insights, problem, isOld } = useInsights(app, chosen);
  const { repository } = readFilters(search, NAMES);
  const known = useRepositoryChoices(app.api, { account: chosen?.account });
  const isKnown = repository === undefined || known.some(([id]) => id === repository);
  const choices: Choice[] = [['', 'all'], ...known, ...(isKnown ? [] : [[repository, repository] as const])];
  return (
    <>
      <h1>Insights</h1>
      <FilterBar
        fields={[
          ...FIELDS,
          { kind: 'choice', name: 'repository', label: 'Repository', choices },
          ...accountFields(reached ?? []),
        ]}
        search={search}
        replaceSearch={app.replaceSearch}
        openSearch={(next) => app.open(`/insights${next}`)}
      />
      {problem !== null && <p role="alert">{problem}</p>}
      {reached?.length === 0 && <p class="quiet">You reach no account yet, so there is nothing to add up.</p>}
      {insights === null && problem === null && reached?.length !== 0 && <p class="quiet late">Adding up…</p>}
      {insights !== null && (
        <div aria-busy={isOld}>
          <Figures insights={insights} search={search} />
        </div>
      )}
    </>
  );
}

/** @param chosen null: not known yet */
function useInsights({ api, onSignedOut, search }: RecordsApp, chosen: ReachedAccount | null): State {
  const state = useSignal<State>({ insights: null, problem: null, isOld: false });
  const filters = readFilters(search.value, NAMES);
  const query = JSON.stringify({ ...askedOf(filters, Date.now()), account: chosen?.account });
  const isKnown = chosen !== null;
  useEffect(() => {
    if (!isKnown) return;
    let isCurrent = true;
    state.value = { ...state.value, isOld: true };
    const asked = { ...askedOf(filters, Date.now()), account: chosen?.account };
    void api.call('GET /api/insights', { query: asked }, insightsSchema).then((result) => {
      if (!isCurrent) return;
      if (result.ok) state.value = { insights: result.value, problem: null, isOld: false };
      else if (result.failure.reason === 'signed_out') onSignedOut();
      else state.value = { ...state.value, problem: describeFailure(result.failure), isOld: false };
    });
    return () => {
      isCurrent = false;
    };
    // The same question, whichever objects say it.
  }, [api, onSignedOut, isKnown, query]);
  return state.value;
}

function Figures({ insights, search }: { insights: Insights; search: string }) {
  const { total, days, durationMs, queueMs, taskUsd, tools } = insights;
  const charts = useMemo(
    () => ({
      outcomes: outcomesChart(days),
      duration: distributionChart('Duration', durationMs, formatEdge),
      queue: distributionChart('Time in the queue', queueMs, formatEdge),
      cost: distributionChart('Cost of a task', taskUsd, formatUsd),
      tools: toolsChart(tools),
    }),
    [days, durationMs, queueMs, taskUsd, tools],
  );
  if (total.tasks === 0) {
    return (
      <p class="card narrow empty" role="status">
        No task ended in this period, or none that fits the filters.
      </p>
    );
  }
  const note = (of: typeof total.durationMs, format: (value: number) => string) =>
    `median / p95: ${pair(of, format)}`;
  return (
    <>
      <dl class="tiles">
        <Tile name="Tasks" value={String(total.tasks)} />
        <Tile name="Completed" value={share(total.outcomes.completed, total.tasks)} />
        <Tile name="Completed after a retry" value={share(total.retries.completed, total.retries.tasks)} />
        <Tile name="Cost" value={formatUsd(total.costUsd)} />
      </dl>
      <ChartFigure title="Tasks by outcome, a day" spec={charts.outcomes} />
      <div class="charts">
        <ChartFigure title="Duration" note={note(total.durationMs, formatDuration)} spec={charts.duration} />
        <ChartFigure
          title="Time in the queue"
          note={note(total.queueMs, formatDuration)}
          spec={charts.queue}
        />
        <ChartFigure title="Cost" note={note(total.taskUsd, formatUsd)} spec={charts.cost} />
        {tools.length > 0 && <ChartFigure title="Tool calls" spec={charts.tools} />}
      </div>
      <GroupsTable insights={insights} search={search} />
    </>
  );
}

function Tile({ name, value }: { name: string; value: string }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{value}</dd>
    </div>
  );
}

/** Edges of bars are round: `30 s`, `5 min`, `2 h`. */
function formatEdge(ms: number): string {
  if (ms < 60_000) return `${ms / 1_000} s`;
  return ms < 3_600_000 ? `${ms / 60_000} min` : `${ms / 3_600_000} h`;
}
