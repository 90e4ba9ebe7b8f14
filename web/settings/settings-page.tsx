import '../style/records.css';
import { useMemo } from 'preact/hooks';
import { chosenAccount, type ReachedAccount } from '../records/choose-account.ts';
import { withFilter } from '../records/filters.ts';
import { FormField } from '../records/form-field.tsx';
import type { RecordsApp } from '../records/records-app.ts';
import { accountFields, useReachedAccounts } from '../records/use-reached-accounts.ts';
import { type Section, sectionsFor } from './sections.tsx';
import type { SettingsContext } from './settings-context.ts';

type Props = {
  app: RecordsApp;
  /** As the address has it; null: none is named. */
  section: string | null;
};

/** What people set up, section by section, as far as their role goes. */
export function SettingsPage({ app, section }: Props) {
  const reached = useReachedAccounts(app);
  if (reached === null) return <p class="quiet late">Loading…</p>;
  const chosen = chosenAccount(reached, app.search.value);
  const sections = chosen === null ? [] : sectionsFor(chosen);
  if (chosen === null || sections.length === 0) return <NothingToSet />;
  const shown = section === null ? sections[0] : sections.find(({ id }) => id === section);
  return (
    <div class="settings">
      <div class="settings-nav">
        {accountFields(reached).map((field) => (
          <FormField
            key={field.name}
            field={field}
            value={chosen.account ?? ''}
            mistake={null}
            onChange={(account) => app.replaceSearch(withFilter('', 'account', account))}
          />
        ))}
        <nav aria-label="Settings">
          <ul>
            {sections.map(({ id, label }) => (
              <li key={id}>
                <a href={addressOf(id, chosen)} aria-current={id === shown?.id ? 'page' : undefined}>
                  {label}
                </a>
              </li>
            ))}
            {app.me.me.value?.isDeploymentAdmin === true && (
              <li>
                <a href="/setup">GitHub App</a>
              </li>
            )}
          </ul>
        </nav>
      </div>
      <div class="settings-body">
        {shown === undefined ? (
          <>
            <h1>Settings</h1>
            <p class="quiet">
              There is no such section, or your role does not reach it. Choose one of the list.
            </p>
          </>
        ) : (
          <Shown key={`${shown.id} ${chosen.account}`} app={app} section={shown} chosen={chosen} />
        )}
      </div>
    </div>
  );
}

function NothingToSet() {
  return (
    <>
      <h1>Settings</h1>
      <p class="quiet">
        Settings belong to an account as a whole; you see single repositories of it. Ask an admin of the
        account for a role there.
      </p>
    </>
  );
}

const addressOf = (id: string, { account }: ReachedAccount): string =>
  account === undefined ? `/settings/${id}` : `/settings/${id}?account=${encodeURIComponent(account)}`;

type ShownProps = { app: RecordsApp; section: Section; chosen: ReachedAccount };

function Shown({ app, section: { Show, ofRepositories }, chosen }: ShownProps) {
  const { api, onSignedOut, search, replaceSearch } = app;
  const { account } = chosen;
  const role = ofRepositories === true ? chosen.bestRole : chosen.role;
  const isDeploymentAdmin = app.me.me.value?.isDeploymentAdmin === true;
  const context = useMemo(
    (): SettingsContext => ({
      ...{ api, onSignedOut, search, replaceSearch, role, isDeploymentAdmin },
      query: account === undefined ? {} : { account },
      origin: window.location.origin,
    }),
    [api, onSignedOut, search, replaceSearch, role, isDeploymentAdmin, account],
  );
  return <Show context={context} />;
}
