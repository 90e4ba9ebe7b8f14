import type { App } from '../model/app.ts';
import { MAX_ACCOUNTS_ASKED } from '../model/now.ts';

/** Whose tasks and machines are shown, for whoever has a part in several accounts. The address has it. */
export function AccountChoice({ app }: { app: App }) {
  const accounts = app.me.accounts.value.flatMap(({ account }) => account ?? []);
  if (accounts.length < 2) return null;
  const rest =
    accounts.length > MAX_ACCOUNTS_ASKED ? `, with machines of the first ${MAX_ACCOUNTS_ASKED}` : '';
  function choose(account: string): void {
    app.replaceSearch(account === '' ? '' : `?${new URLSearchParams({ account })}`);
    // At once, and not when it is time to read again.
    app.now.start(true);
  }
  return (
    <label class="account-choice">
      Account
      <select
        value={app.now.account.value ?? ''}
        onChange={({ currentTarget }) => choose(currentTarget.value)}
      >
        <option value="">all{rest}</option>
        {accounts.map((account) => (
          <option key={account} value={account}>
            {account}
          </option>
        ))}
      </select>
    </label>
  );
}
