import { html, raw } from 'hono/html';
import { SETUP_PATHS } from './app-manifest.ts';
import type { Markup } from './setup-page.ts';

/** A page for a person who sets the deployment up. */
export function page(title: string, content: Markup, head: Markup | '' = ''): Markup {
  return html`<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8" />
    <meta name="viewport" content="width=device-width, initial-scale=1" />
    <title>${title}</title>
    <link rel="stylesheet" href="${SETUP_PATHS.style}" />
    ${head}
  </head>
  <body>
    <main>
      <h1>${title}</h1>
      ${content}
    </main>
    <script type="module" src="${SETUP_PATHS.script}"></script>
  </body>
</html>`;
}

/** For who is not signed in here as the admin of the deployment. */
export function signInPage(problem: string | null): Markup {
  return page(
    'Sign in to set Signalbox up',
    html`${problem === null ? '' : html`<p role="alert">${problem}</p>`}
    <p>Open the one-time link that the start has printed and come back to <a href="${SETUP_PATHS.page}">this address</a>, or give the admin key:</p>
    <form method="post" action="${SETUP_PATHS.signIn}">
      <label>Admin key <input type="password" name="key" required autocomplete="current-password" /></label>
      <button>Sign in</button>
    </form>`,
  );
}

/**
 * A page that goes on by itself. A browser that comes from another site brings no strict cookie; from this page, it does.
 */
export function bouncePage(to: string): Markup {
  return page(
    'Back from GitHub',
    html`<p><a href="${to}">Go on</a></p>`,
    html`<meta http-equiv="refresh" content="0;url=${to}" />`,
  );
}

export const SETUP_STYLE = raw(`
:root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif; }
body { margin: 0; background: Canvas; color: CanvasText; }
main { max-width: 44rem; margin: 0 auto; padding: 1rem; }
h1 { font-size: 1.5rem; }
h2 { font-size: 1.125rem; margin: 0; }
ol { list-style: none; padding: 0; }
li { border-top: 1px solid GrayText; padding: .75rem 0; }
li.later h2 { font-weight: normal; }
label { display: block; margin: .5rem 0; }
input { font: inherit; display: block; width: 100%; max-width: 24rem; box-sizing: border-box; padding: .375rem; }
button, a.button { font: inherit; display: inline-block; padding: .375rem .75rem; min-height: 1.5rem; }
pre { overflow: auto; padding: .75rem; border: 1px solid GrayText; border-radius: .25rem; }
code { font-family: ui-monospace, monospace; font-size: .875rem; overflow-wrap: anywhere; }
[role=alert], [role=note] { border-inline-start: .25rem solid; padding-inline-start: .75rem; }
.hidden { position: absolute; clip-path: inset(50%); width: 1px; height: 1px; overflow: hidden; white-space: nowrap; }
`).toString();

/** Looks every few seconds whether a step is done. What somebody types or has open is left alone. */
export const SETUP_SCRIPT = raw(`
const EVERY_MS = 2500;
const steps = () => document.getElementById('steps');
const isBusy = () => steps().contains(document.activeElement) && document.activeElement.matches('input, summary');
async function look() {
  if (document.hidden || isBusy()) return;
  const answer = await fetch('${SETUP_PATHS.page}' + location.search, { headers: { accept: 'text/html' } });
  if (!answer.ok || answer.redirected) return;
  const found = new DOMParser().parseFromString(await answer.text(), 'text/html').getElementById('steps');
  const marks = (list) => [...list.children].map((step) => step.className + step.textContent.replaceAll(/\\s+/g, ' ')).join();
  if (found !== null && !isBusy() && marks(found) !== marks(steps())) steps().replaceWith(found);
}
if (steps() !== null) setInterval(() => look().catch(() => undefined), EVERY_MS);
`).toString();
