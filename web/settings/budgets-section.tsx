import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { type BudgetsView, budgetsViewSchema } from '../../protocol/budgets.ts';
import { type SettingsView, settingsViewSchema } from '../../protocol/settings.ts';
import { type Draft, type Field, filledIn, numberOf } from '../records/form-fields.ts';
import type { Mistakes } from '../records/resource.ts';
import { TableBox } from '../records/table-box.tsx';
import { formatUsd } from '../view/format.ts';
import { Moment } from '../view/moment.tsx';
import { readSettings } from './account-section.tsx';
import { ResourceForm } from './resource-form.tsx';
import type { SectionProps } from './settings-context.ts';
import { useResource } from './use-resource.ts';

const FIELDS: readonly Field[] = [
  {
    kind: 'number',
    name: 'budgets.accountUsdPerDay',
    label: 'The account, US dollars a day',
    hint: 'Empty: no limit.',
  },
  { kind: 'number', name: 'budgets.repositoryUsdPerDay', label: 'Each repository, US dollars a day' },
  { kind: 'number', name: 'budgets.personUsdPerDay', label: 'Each person, US dollars a day' },
  {
    kind: 'long',
    name: 'budgets.repositories',
    label: 'Other amounts for repositories',
    placeholder: 'octo/app 20',
    hint: 'One a line: owner/name and US dollars a day.',
  },
  {
    kind: 'long',
    name: 'budgets.people',
    label: 'Other amounts for people',
    placeholder: 'mona 50',
    hint: 'One a line: login and US dollars a day.',
  },
];

/** What may be spent a day, and what is spent today. */
export function BudgetsSection({ context }: SectionProps) {
  const settings = useResource(context, readSettings);
  const spent = useSignal<BudgetsView | null>(null);
  const { api, query } = context;
  const view = settings.items.value?.[0] ?? null;
  useEffect(() => void settings.read(), [settings]);
  useEffect(() => {
    void api.call('GET /api/budgets', { query }, budgetsViewSchema).then((result) => {
      if (result.ok) spent.value = result.value;
    });
  }, [spent, api, query, view?.updatedAt]);
  return (
    <>
      <h1>Budgets</h1>
      <p class="quiet">
        A task that would begin when one of its budgets is spent is refused until the next day.
      </p>
      <p role="status">{settings.said.value}</p>
      {settings.problem.value !== null && <p role="alert">{settings.problem.value}</p>}
      {spent.value === null ? <p class="quiet late">Loading…</p> : <SpentToday spent={spent.value} />}
      {view !== null && (
        <>
          <h2>Limits</h2>
          <ResourceForm
            key={view.updatedAt}
            fields={FIELDS}
            draft={draftOf(view)}
            confirm="Keep them"
            submit={async (draft) => {
              const mistakes = mistakesOf(draft);
              if (Object.keys(mistakes).length > 0) return { mistakes, message: null };
              const body = { budgets: budgetsOf(draft, view) };
              const change = () => api.call('PATCH /api/settings', { query, body }, settingsViewSchema);
              return settings.act(change, 'The budgets were changed; they hold with the next task.');
            }}
            onDone={() => {}}
          />
        </>
      )}
    </>
  );
}

type Line = { key: string; name: string; spentUsd: number; limitUsd: number | null };

function SpentToday({ spent }: { spent: BudgetsView }) {
  const lines: Line[] = [
    { key: 'account', name: 'The account', spentUsd: spent.spentUsd, limitUsd: spent.limitUsd },
    ...spent.repositories.map(({ id, ...line }) => ({ ...line, key: `repository-${id}` })),
    ...spent.people.map(({ login, ...line }) => ({ ...line, key: `person-${login}`, name: login })),
  ];
  return (
    <TableBox label="Spent today">
      <table class="figures">
        <caption>
          Spent today, until <Moment at={spent.until} />
        </caption>
        <thead>
          <tr>
            <th scope="col">Of</th>
            <th scope="col">Spent</th>
            <th scope="col">Limit</th>
            <th scope="col">Share</th>
          </tr>
        </thead>
        <tbody>
          {lines.map(({ key, name, spentUsd, limitUsd }) => (
            <tr key={key}>
              <th scope="row">{name}</th>
              <td>{formatUsd(spentUsd)}</td>
              <td>{limitUsd === null ? 'none' : formatUsd(limitUsd)}</td>
              <td>
                {limitUsd !== null && (
                  <meter aria-label={`Spent by ${name}`} value={spentUsd} max={limitUsd || 1} />
                )}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </TableBox>
  );
}

const linesOf = (amounts: Readonly<Record<string, number>>): string =>
  Object.entries(amounts)
    .map(([name, usd]) => `${name} ${usd}`)
    .join('\n');

function draftOf({ settings: { budgets } }: SettingsView): Draft {
  const text = (value: number | null) => (value === null ? '' : String(value));
  return {
    'budgets.accountUsdPerDay': text(budgets.accountUsdPerDay),
    'budgets.repositoryUsdPerDay': text(budgets.repositoryUsdPerDay),
    'budgets.personUsdPerDay': text(budgets.personUsdPerDay),
    'budgets.repositories': linesOf(budgets.repositories),
    'budgets.people': linesOf(budgets.people),
  };
}

/** A merge patch: an exception that is gone from the form is taken away by null. */
function budgetsOf(draft: Draft, { settings: { budgets } }: SettingsView) {
  return {
    accountUsdPerDay: numberOf(draft, 'budgets.accountUsdPerDay'),
    repositoryUsdPerDay: numberOf(draft, 'budgets.repositoryUsdPerDay'),
    personUsdPerDay: numberOf(draft, 'budgets.personUsdPerDay'),
    repositories: exceptionsOf(filledIn(draft, 'budgets.repositories'), budgets.repositories),
    people: exceptionsOf(filledIn(draft, 'budgets.people'), budgets.people),
  };
}

const EXCEPTION = /^\s*(\S+)\s+(\d+(?:\.\d+)?)\s*$/;

/** A line that can't be read would be taken for one that is gone. */
function mistakesOf(draft: Draft): Mistakes {
  const wrong = ['budgets.repositories', 'budgets.people'].flatMap((name) => {
    const lines = filledIn(draft, name).split('\n');
    const line = lines.find((one) => one.trim() !== '' && !EXCEPTION.test(one));
    return line === undefined ? [] : [[name, `"${line.trim()}" is no name with an amount of US dollars`]];
  });
  return Object.fromEntries(wrong);
}

function exceptionsOf(text: string, before: Readonly<Record<string, number>>): Record<string, number | null> {
  const kept = text.split('\n').flatMap((line): [string, number][] => {
    const [, name, usd] = EXCEPTION.exec(line) ?? [];
    return name === undefined ? [] : [[name.toLowerCase(), Number(usd)]];
  });
  const gone = Object.keys(before).map((name): [string, null] => [name, null]);
  return Object.fromEntries([...gone, ...kept]);
}
