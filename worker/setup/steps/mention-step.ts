import { html } from 'hono/html';
import type { InstalledAccount, SetupFacts } from '../setup-facts.ts';
import type { Markup } from '../setup-page.ts';

/** An App can't mention itself to any effect: a person writes the first one. */
export function mentionStep({ accounts, app, botName }: SetupFacts): Markup {
  const worked = accounts.find(({ sessionId }) => sessionId !== null);
  if (worked !== undefined) {
    return html`<p>It works: <a href="/sessions/${worked.sessionId}">the first session of ${worked.login}</a>.</p>`;
  }
  const text = `@${botName} say in one sentence what this repository is. Change nothing.`;
  const place = accounts.find(({ repository }) => repository !== null);
  return html`<p>Open an issue with this text, and the step is done when its session appears:</p>
    <pre tabindex="0"><code>${text}</code></pre>
    ${place === undefined || app === null ? '' : issueLink(place, app.htmlUrl, text)}`;
}

function issueLink({ repository }: InstalledAccount, appUrl: string, body: string): Markup {
  const query = new URLSearchParams({ title: 'A test mention', body });
  const href = `${new URL(appUrl).origin}/${repository}/issues/new?${query}`;
  return html`<p><a class="button" href="${href}">Write it in ${repository}</a></p>`;
}
