import { html } from 'hono/html';
import { SETUP_PATHS } from '../app-manifest.ts';
import type { InstalledAccount, SetupFacts } from '../setup-facts.ts';
import type { Markup } from '../setup-page.ts';

/** Each account has runners of its own; one with the App installed can have its first. */
export function runnerStep({ accounts }: SetupFacts): Markup {
  if (accounts.length === 0) return html`<p>Install the App first: runners work for one account each.</p>`;
  return html`${accounts.map(accountPart)}`;
}

function accountPart({ account, login, online, runners }: InstalledAccount): Markup {
  const state =
    online.length > 0
      ? `connected: ${online.join(', ')}`
      : runners > 0
        ? `${runners} registered, none connected`
        : 'none yet';
  return html`<form method="post" action="${SETUP_PATHS.runner}">
    <p><strong>${login}</strong>: ${state}.</p>
    <input type="hidden" name="account" value="${account}" />
    <button>${runners === 0 ? 'Show the command for the first runner' : 'Add another'}</button>
  </form>`;
}
