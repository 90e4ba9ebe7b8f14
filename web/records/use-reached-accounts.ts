import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { repositoriesAnswerSchema } from '../../protocol/repositories.ts';
import { type ReachedAccount, reachedAccounts } from './choose-account.ts';
import type { Choice, Field } from './form-fields.ts';
import type { RecordsApp } from './records-app.ts';

/** As many as the API gives at once. */
const MAX_REPOSITORIES = 200;

/** Without an answer nothing can be shown; whoever waits looks at an empty page. */
const ASK_AGAIN_MS = 3_000;

/** Every account that the reader reaches; null until it is known. */
export function useReachedAccounts({ api, me }: RecordsApp): readonly ReachedAccount[] | null {
  const reader = me.me.value;
  const others = useSignal<readonly ReachedAccount[]>([]);
  const isDeploymentAdmin = reader?.isDeploymentAdmin === true;
  useEffect(() => {
    if (reader !== null) return;
    void me.read();
    const timer = setInterval(() => void me.read(), ASK_AGAIN_MS);
    return () => clearInterval(timer);
  }, [me, reader]);
  useEffect(() => {
    if (!isDeploymentAdmin) return;
    const query = { limit: MAX_REPOSITORIES };
    // Nobody has a list of all accounts; those with repositories are known by them.
    void api.call('GET /api/repositories', { query }, repositoriesAnswerSchema).then((result) => {
      if (!result.ok) return;
      const accounts = new Set(result.value.items.map(({ account }) => account));
      others.value = [...accounts].map((account) => ({ account, role: 'admin', bestRole: 'admin' }));
    });
  }, [api, isDeploymentAdmin, others]);
  return reader === null ? null : [...reachedAccounts(reader), ...others.value];
}

/** Which account, where there are several. */
export function accountFields(reached: readonly ReachedAccount[], first?: Choice): Field[] {
  if (reached.length < 2) return [];
  const own: Choice = ['', 'the deployment’s own'];
  const choices = reached.map(({ account }): Choice => (account === undefined ? own : [account, account]));
  return [
    {
      ...{ kind: 'choice', name: 'account', label: 'Account' },
      choices: first === undefined ? choices : [first, ...choices.filter(([account]) => account !== '')],
    },
  ];
}
