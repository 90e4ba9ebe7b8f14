import type { BudgetsView } from '../../../protocol/budgets.ts';
import type { AccountParts } from '../account-parts.ts';
import type { SettingsDesk } from '../settings/settings-desk.ts';
import { type Admission, type AdmissionAsk, personKey, type Spend } from './admission.ts';
import { type Day, dayOf } from './day-of.ts';
import { budgetsOf, judgeBudgets, limitOfPerson, limitOfRepository } from './judge-budgets.ts';

/** No outbox is behind for longer, and no day of a budget is; older rows are the record's matter. */
const KEEP_MS = 8 * 24 * 3_600_000;

/** Enough to see who spends most. */
const MAX_SHOWN = 100;

type Sum = { usd: number };
type SumOf = Sum & { name: string; key: string };

/**
 * What the account's tasks cost, as their sessions tell it, and whether a new one may begin. The record would be too
 * late: it may lag, and a budget must not be spent twice meanwhile.
 */
export class BudgetsDesk {
  readonly #parts: AccountParts;
  readonly #settings: SettingsDesk;
  #day: (Day & { timeZone: string }) | null = null;

  constructor(parts: AccountParts, settings: SettingsDesk) {
    this.#parts = parts;
    this.#settings = settings;
    parts.storage.sql.exec(`
      CREATE TABLE IF NOT EXISTS spends (
        id TEXT PRIMARY KEY, at_ms INTEGER NOT NULL, usd REAL NOT NULL, task_id TEXT NOT NULL,
        person TEXT NOT NULL, login TEXT NOT NULL, repository_id INTEGER, repository TEXT
      ) WITHOUT ROWID;
      CREATE INDEX IF NOT EXISTS spends_by_time ON spends (at_ms, usd);
      CREATE INDEX IF NOT EXISTS spends_by_person ON spends (person, at_ms, usd);
      CREATE INDEX IF NOT EXISTS spends_by_repository ON spends (repository_id, at_ms, usd);
    `);
  }

  /** Turns have cost something. */
  spend(spends: readonly Spend[]): void {
    for (const { id, atMs, usd, taskId, person, repository } of spends) {
      this.#parts.storage.sql.exec(
        `INSERT OR IGNORE INTO spends (id, at_ms, usd, task_id, person, login, repository_id, repository)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
        id,
        atMs,
        usd,
        taskId,
        personKey(person),
        person.login,
        repository?.id ?? null,
        repository?.name ?? null,
      );
    }
    if (spends.length > 0) {
      this.#parts.storage.sql.exec('DELETE FROM spends WHERE at_ms < ?', this.#parts.now() - KEEP_MS);
    }
  }

  /** Whether a task may begin. @param unsent what its session has not told yet */
  admit(ask: AdmissionAsk, unsent: readonly Spend[]): Admission {
    this.spend(unsent);
    const settings = this.#settings.current;
    const day = this.#today();
    const spent = {
      account: () => this.#sum('at_ms >= ?', day.fromMs),
      person: () => this.#sum('person = ? AND at_ms >= ?', personKey(ask.person), day.fromMs),
      repository: (id: number) => this.#sum('repository_id = ? AND at_ms >= ?', id, day.fromMs),
    };
    return judgeBudgets(budgetsOf(settings, ask, spent), day, settings.timeZone);
  }

  /** What was spent today. */
  view(): BudgetsView {
    const { budgets, timeZone } = this.#settings.current;
    const { fromMs, untilMs } = this.#today();
    return {
      account: this.#parts.account,
      timeZone,
      from: fromMs,
      until: untilMs,
      limitUsd: budgets.accountUsdPerDay,
      spentUsd: this.#sum('at_ms >= ?', fromMs),
      people: this.#most('person', 'login', fromMs).map(({ name, usd }) => ({
        login: name,
        limitUsd: limitOfPerson(budgets, name),
        spentUsd: usd,
      })),
      repositories: this.#most('repository_id', 'repository', fromMs).map(({ key, name, usd }) => ({
        id: Number(key),
        name,
        limitUsd: limitOfRepository(budgets, name),
        spentUsd: usd,
      })),
    };
  }

  /** Time zones take long to reckon with, and every task's start asks. */
  #today(): Day {
    const nowMs = this.#parts.now();
    const { timeZone } = this.#settings.current;
    if (this.#day?.timeZone !== timeZone || nowMs < this.#day.fromMs || nowMs >= this.#day.untilMs) {
      this.#day = { ...dayOf(nowMs, timeZone), timeZone };
    }
    return this.#day;
  }

  #sum(condition: string, ...bound: (string | number)[]): number {
    return this.#parts.storage.sql
      .exec<Sum>(`SELECT TOTAL(usd) AS usd FROM spends WHERE ${condition}`, ...bound)
      .one().usd;
  }

  #most(key: 'person' | 'repository_id', name: 'login' | 'repository', fromMs: number): SumOf[] {
    return this.#parts.storage.sql
      .exec<SumOf>(
        `SELECT CAST(${key} AS TEXT) AS key, MAX(${name}) AS name, TOTAL(usd) AS usd FROM spends
         WHERE at_ms >= ? AND ${key} IS NOT NULL GROUP BY ${key} ORDER BY usd DESC LIMIT ?`,
        fromMs,
        MAX_SHOWN,
      )
      .toArray();
  }
}
