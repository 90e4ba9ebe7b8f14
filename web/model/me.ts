import { computed, type ReadonlySignal, type Signal, signal } from '@preact/signals';
import type { AccountKey } from '../../protocol/ids.ts';
import { type MeAnswer, meAnswerSchema } from '../../protocol/people.ts';
import type { Api, ApiResult } from './api.ts';

export type AccountQuery = { account?: AccountKey };

export type Me = {
  /** Null until it is known. */
  me: Signal<MeAnswer | null>;
  /** The accounts whose runners and queue the reader may see; one without a name is the deployment's own. */
  accounts: ReadonlySignal<AccountQuery[]>;
  /** Asks once, however often it is called. What can't be read is left unknown. */
  read(): Promise<void>;
};

/** Who reads the page. */
export function createMe(api: Api): Me {
  const me = signal<MeAnswer | null>(null);
  const accounts = computed((): AccountQuery[] => {
    if (me.value === null || me.value.isDeploymentAdmin) return [{}];
    return me.value.accounts.filter(({ role }) => role !== null).map(({ account }) => ({ account }));
  });
  let asked: Promise<void> | null = null;
  async function ask(): Promise<void> {
    const result = await api.call('GET /api/me', {}, meAnswerSchema);
    if (result.ok) me.value = result.value;
    else asked = null;
  }
  return {
    me,
    accounts,
    read() {
      asked ??= ask();
      return asked;
    },
  };
}

/** Asks for each account. One failure is the answer's failure when no account answered. */
export async function askEach<T>(
  accounts: readonly AccountQuery[],
  ask: (query: AccountQuery) => Promise<ApiResult<T>>,
): Promise<ApiResult<T[]>> {
  const results = await Promise.all(accounts.map(ask));
  const failed = results.find((result) => !result.ok);
  const value = results.flatMap((result) => (result.ok ? [result.value] : []));
  return failed !== undefined && value.length === 0 ? failed : { ok: true, value };
}
