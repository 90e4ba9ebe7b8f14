import type { AccountSettings } from '../../../protocol/settings.ts';
import type { Admission, Payers } from './admission.ts';
import type { Day } from './day-of.ts';

/** What was spent today, in US dollars; asked for where there is a limit. */
export type SpentToday = { account(): number; person(): number; repository(id: number): number };

export type Budget = { whose: string; limitUsd: number; spentUsd: number };

/** Less than a cent is no budget: Claude Code would end before its first answer. */
const LEAST_USD = 0.01;

/** The budgets that a task draws on; none where no limit is set. */
export function budgetsOf({ budgets }: AccountSettings, payers: Payers, spent: SpentToday): Budget[] {
  const { person, repository } = payers;
  const budgetOf = (whose: string, limitUsd: number | null, spentUsd: () => number): Budget[] =>
    limitUsd === null ? [] : [{ whose, limitUsd, spentUsd: spentUsd() }];
  return [
    ...budgetOf('the account', budgets.accountUsdPerDay, () => spent.account()),
    ...budgetOf(`@${person.login}`, limitOfPerson(budgets, person.login), () => spent.person()),
    ...(repository === null
      ? []
      : budgetOf(repository.name, limitOfRepository(budgets, repository.name), () =>
          spent.repository(repository.id),
        )),
  ];
}

type Limits = AccountSettings['budgets'];

export function limitOfPerson({ people, personUsdPerDay }: Limits, login: string): number | null {
  return own(people, login.toLowerCase()) ?? personUsdPerDay;
}

export function limitOfRepository(
  { repositories, repositoryUsdPerDay }: Limits,
  name: string,
): number | null {
  return own(repositories, name.toLowerCase()) ?? repositoryUsdPerDay;
}

/** Whether a task may begin, and what it may cost at most. */
export function judgeBudgets(budgets: readonly Budget[], day: Day, timeZone: string): Admission {
  const left = budgets.map((budget) => ({ budget, usd: budget.limitUsd - budget.spentUsd }));
  const narrowest = left.toSorted((a, b) => a.usd - b.usd)[0];
  if (narrowest === undefined) return { status: 'admitted', leftUsd: null };
  if (narrowest.usd >= LEAST_USD) return { status: 'admitted', leftUsd: narrowest.usd };
  return { status: 'refused', failure: spentFailure(narrowest.budget, day, timeZone) };
}

function spentFailure({ whose, limitUsd, spentUsd }: Budget, { untilMs }: Day, timeZone: string) {
  const renewed = `${clock(untilMs, timeZone)} (${timeZone})`;
  return {
    kind: 'budget' as const,
    message: `Today's budget of ${whose} is spent: ${dollars(spentUsd)} of ${dollars(limitUsd)}.`,
    remedy: `Start the task again with \`retry\` after ${renewed}, when the next day's budget begins; or ask an admin of the account for a larger one.`,
    retryAt: untilMs,
  };
}

const dollars = (usd: number) => `US$ ${usd.toFixed(2)}`;

/** `2026-11-22 00:00`, as the clock there shows it. */
function clock(atMs: number, timeZone: string): string {
  const format = new Intl.DateTimeFormat('sv', { timeZone, dateStyle: 'short', timeStyle: 'short' });
  return format.format(atMs);
}

/** Names come from outside; `constructor` is none of ours. */
function own(amounts: Readonly<Record<string, number>>, name: string): number | undefined {
  return Object.hasOwn(amounts, name) ? amounts[name] : undefined;
}
