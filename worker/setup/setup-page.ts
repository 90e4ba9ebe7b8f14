import { html } from 'hono/html';
import { APP_PERMISSIONS, isReachableByGitHub, MAX_APP_NAME_CHARS, SETUP_PATHS } from './app-manifest.ts';
import { page } from './page-frame.ts';
import { type SetupFacts, type StepId, setupSteps } from './setup-facts.ts';
import { mentionStep } from './steps/mention-step.ts';
import { runnerStep } from './steps/runner-step.ts';

/** Markup that is escaped already. */
export type Markup = ReturnType<typeof html>;

/** What the person has chosen on the way, and what was just made for him. */
export type SetupView = {
  /** The form that GitHub makes the App of, once its owner is chosen. */
  manifestForm: { action: string; manifest: string } | null;
  owner: string;
  name: string;
  /** A runner's registration token, which is shown once. */
  token: { account: string; token: string } | null;
  problem: string | null;
};

export const EMPTY_VIEW: SetupView = { manifestForm: null, owner: '', name: '', token: null, problem: null };

/** The whole set-up: one list of steps that tick by themselves. */
export function setupPage(facts: SetupFacts, view: SetupView): Markup {
  const steps = setupSteps(facts);
  const isDone = steps.every(({ status }) => status === 'done');
  const content = html`${view.problem === null ? '' : html`<p role="alert">${view.problem}</p>`}
    ${view.token === null ? '' : tokenPart(facts, view.token)}
    <ol id="steps" aria-live="polite">${steps.map(
      ({ id, title, status }) => html`<li class="${status}">
        <h2><span aria-hidden="true">${MARKS[status]}</span> ${title}<span class="hidden">: ${WORDS[status]}</span></h2>
        ${partOf(id, facts, view, status !== 'later')}
      </li>`,
    )}</ol>
    ${isDone ? html`<p><strong>All is set up.</strong> <a href="/">Go to the page</a>.</p>` : ''}`;
  return page('Set Signalbox up', content);
}

const MARKS = { done: '✓', now: '●', later: '○' } as const;
const WORDS = { done: 'done', now: 'to do now', later: 'later' } as const;

function partOf(id: StepId, facts: SetupFacts, view: SetupView, isOpen: boolean): Markup | '' {
  if (!isOpen) return '';
  switch (id) {
    case 'app':
      return appStep(facts, view);
    case 'install':
      return installStep(facts);
    case 'webhook':
      return webhookStep(facts);
    case 'runner':
      return runnerStep(facts);
    case 'mention':
      return mentionStep(facts);
  }
}

function appStep({ source, app, trouble, botName, publicUrl }: SetupFacts, view: SetupView): Markup {
  if (source === 'none') return createForm(publicUrl, view);
  const where = source === 'settings' ? 'It is named by the settings of the Worker.' : 'It was made here.';
  const link = app === null ? html`<code>${botName}</code>` : html`<a href="${app.htmlUrl}">${app.slug}</a>`;
  return html`<p>${link}. ${where}</p>
    ${trouble === null ? '' : html`<p role="alert">GitHub does not describe it: ${trouble}</p>`}
    ${source === 'stored' ? forgetForm() : ''}`;
}

function createForm(publicUrl: string, { manifestForm, owner, name }: SetupView): Markup {
  const rights = Object.entries(APP_PERMISSIONS).map(([right, access]) => `${right} (${access})`);
  return html`${
    isReachableByGitHub(publicUrl)
      ? ''
      : html`<p role="note">GitHub can't reach <code>${publicUrl}</code>: webhooks will not arrive. Use a tunnel or a public address, and set it as <code>PUBLIC_URL</code> before you go on.</p>`
  }
    <p>GitHub makes the App of a manifest and hands its keys to this deployment, which keeps them encrypted. It asks for ${rights.join(', ')}.</p>
    ${
      manifestForm === null
        ? html`<form method="get" action="${SETUP_PATHS.page}">
      <label>Organization <small>(empty: your own account)</small> <input name="owner" value="${owner}" autocomplete="off" pattern="[A-Za-z0-9-]{1,39}" /></label>
      <label>Name of the App <small>(nobody else on GitHub may have it)</small> <input name="name" value="${name}" required maxlength="${MAX_APP_NAME_CHARS}" /></label>
      <button>Continue</button>
    </form>`
        : html`<form method="post" action="${manifestForm.action}">
      <input type="hidden" name="manifest" value="${manifestForm.manifest}" />
      <p><strong>${name}</strong> for ${owner === '' ? 'your own account' : html`<strong>${owner}</strong>`}. <a href="${SETUP_PATHS.page}">Change</a></p>
      <button>Create it on GitHub</button>
    </form>`
    }`;
}

function forgetForm(): Markup {
  return html`<details><summary>Use another App</summary>
    <form method="post" action="${SETUP_PATHS.forget}">
      <p>This deployment forgets the App's keys. Delete the App on GitHub yourself.</p>
      <button>Forget this App</button>
    </form></details>`;
}

function installStep({ app, accounts }: SetupFacts): Markup {
  const names = app === null ? accounts.map(({ login }) => login) : app.installations.map(nameOf);
  const on = names.length === 0 ? '' : html`<p>On ${names.join(', ')}.</p>`;
  const more = names.length === 0 ? 'Install it on GitHub' : 'Install it elsewhere';
  return html`${on}${app === null ? '' : html`<p><a class="button" href="${app.htmlUrl}/installations/new">${more}</a></p>`}`;
}

const nameOf = ({ login, suspended }: { login: string; suspended: boolean }) =>
  suspended ? `${login} (suspended)` : login;

function webhookStep({ accounts, publicUrl }: SetupFacts): Markup {
  const heard = accounts.filter(({ isHeard }) => isHeard).map(({ login }) => login);
  if (heard.length > 0) return html`<p>Webhooks arrive from ${heard.join(', ')}.</p>`;
  return html`<p>Waiting for the first webhook at <code>${publicUrl}/api/github/webhooks</code>. It comes within seconds of the installation; if it does not, look at <em>Advanced</em> in the App's settings on GitHub, which shows why it could not be delivered and can send it again.</p>`;
}

function tokenPart({ publicUrl }: SetupFacts, { account, token }: NonNullable<SetupView['token']>): Markup {
  return html`<section aria-labelledby="token-title">
    <h2 id="token-title">The command for your machine</h2>
    <p>On the machine that is to work for <code>${account}</code>, with git and a Claude login. Good once, for an hour; it is not shown again.</p>
    <pre tabindex="0"><code>SIGNALBOX_REGISTRATION_TOKEN=${token} npx signalbox-runner register --url ${publicUrl}
npx signalbox-runner start</code></pre>
  </section>`;
}
