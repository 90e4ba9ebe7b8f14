import { z } from 'zod';
import { accountKeySchema } from '../../protocol/ids.ts';
import { startBrowserSession } from '../access/browser-session.ts';
import { matchesHash } from '../access/compare-hash.ts';
import { accountOf } from '../account/account-of.ts';
import { configOf } from '../config.ts';
import { APP_KEEPER, appOf, forgetApp } from '../read-app.ts';
import { openRecord } from '../record/open-record.ts';
import { appManifest, newAppUrl, SETUP_PATHS } from '../setup/app-manifest.ts';
import { exchangeCode } from '../setup/exchange-code.ts';
import { bouncePage, SETUP_SCRIPT, SETUP_STYLE, signInPage } from '../setup/page-frame.ts';
import { readFacts } from '../setup/read-facts.ts';
import { mustBeOwnForm, type SetupAdmin } from '../setup/require-setup-admin.ts';
import { EMPTY_VIEW, type Markup, type SetupView, setupPage } from '../setup/setup-page.ts';
import { isOwnState, makeState } from '../setup/setup-state.ts';
import { audited, noted } from './audited.ts';
import { fleetOf, installationOf } from './durable-objects.ts';
import { invalidProblem, refusalProblem } from './problem.ts';
import { type AppContext, publicRoute, type Route, setupRoute } from './route.ts';
import { pageOperation } from './setup-operations.ts';

const RUNNER_TOKEN_MS = 60 * 60_000;

const chosenSchema = z.object({
  owner: z
    .string()
    .trim()
    .regex(/^[A-Za-z0-9-]{0,39}$/)
    .catch(''),
  name: z.string().trim().max(100).catch(''),
});
/** GitHub's codes and our own states; nothing else is put into an address. */
const backSchema = z.object({
  code: z.string().regex(/^[\w-]{1,200}$/),
  state: z.string().regex(/^[\w.-]{1,2000}$/),
});

export const setupRoutes: Route[] = [
  setupRoute({
    method: 'GET',
    path: SETUP_PATHS.page,
    operation: pageOperation('showSetup', 'Show how far the set-up is'),
    handle: async (c, admin) => {
      const { owner, name } = chosenSchema.parse(c.req.query());
      const form = name === '' ? null : await manifestForm(c, admin, owner === '' ? null : owner, name);
      const suggested = `Signalbox ${new URL(configOf(c.env).publicUrl).hostname}`;
      return show(c, { ...EMPTY_VIEW, owner, name: name || suggested, manifestForm: form });
    },
  }),
  setupRoute({
    method: 'GET',
    path: SETUP_PATHS.created,
    operation: pageOperation('takeCreatedApp', 'Take over the App that GitHub has made'),
    handle: async (c, admin) => {
      const problem = await takeApp(c, admin);
      return problem === null ? c.redirect(SETUP_PATHS.page, 303) : show(c, { ...EMPTY_VIEW, problem });
    },
  }),
  setupRoute({
    method: 'POST',
    path: SETUP_PATHS.forget,
    operation: pageOperation('forgetApp', 'Forget the App that was made here'),
    handle: async (c, admin) => {
      const target = { kind: 'github_app', id: 'stored', name: null };
      await audited(c, admin, { account: APP_KEEPER, action: 'github_app.forgotten', target }, () =>
        accountOf(c.env, APP_KEEPER).githubApp.forget(),
      );
      await forgetEverywhere(c);
      return c.redirect(SETUP_PATHS.page, 303);
    },
  }),
  setupRoute({
    method: 'POST',
    path: SETUP_PATHS.runner,
    operation: pageOperation('showRunnerCommand', 'Make a token for the first runner of an account'),
    handle: async (c, admin) => {
      const form = z.object({ account: accountKeySchema }).safeParse(await c.req.parseBody());
      if (!form.success) throw invalidProblem('body', form.error);
      const { account } = form.data;
      const asked = { name: null, labels: [], expiresAt: Date.now() + RUNNER_TOKEN_MS };
      const target = { kind: 'registration_token', id: 'unnamed', name: null };
      const act = { account, action: 'registration_token.created', target };
      const made = await audited(c, admin, act, async () => {
        const result = await fleetOf(c.env, account).makeRegistrationToken(account, asked);
        if (result.status === 'refused') throw refusalProblem(result);
        return result;
      });
      return show(c, { ...EMPTY_VIEW, token: { account, token: made.token } });
    },
  }),
  publicRoute({
    method: 'GET',
    path: SETUP_PATHS.back,
    operation: pageOperation('returnFromGitHub', 'Take a browser back from GitHub'),
    handle: (c) => {
      const back = backSchema.safeParse(c.req.query());
      const query = back.success ? `?${new URLSearchParams(back.data)}` : '';
      return send(c, bouncePage(back.success ? SETUP_PATHS.created + query : SETUP_PATHS.page));
    },
  }),
  publicRoute({
    method: 'GET',
    path: SETUP_PATHS.signIn,
    operation: pageOperation('showSetupSignIn', 'Ask for the admin key'),
    handle: (c) => send(c, signInPage(null)),
  }),
  publicRoute({
    method: 'POST',
    path: SETUP_PATHS.signIn,
    operation: pageOperation('signInForSetup', 'Sign a browser in with the admin key'),
    handle: async (c) => {
      const { adminKeyHash, secret, publicUrl } = configOf(c.env);
      mustBeOwnForm(c, publicUrl);
      const { key } = z.object({ key: z.string().catch('') }).parse(await c.req.parseBody());
      if (!(await matchesHash(key, adminKeyHash))) return send(c, signInPage('The admin key is wrong.'), 401);
      const actor = { kind: 'admin_key', id: null, name: 'admin' } as const;
      const target = { kind: 'setup', id: 'sign-in', name: null };
      await noted(c, { account: APP_KEEPER, actor, action: 'person.signed_in', target });
      await startBrowserSession(c, secret, publicUrl, Date.now());
      return c.redirect(SETUP_PATHS.page, 303);
    },
  }),
  publicRoute({
    method: 'GET',
    path: SETUP_PATHS.style,
    operation: pageOperation('getSetupStyle', "Read the set-up page's style", 'text/css'),
    handle: (c) => c.body(SETUP_STYLE, 200, { 'content-type': 'text/css; charset=utf-8' }),
  }),
  publicRoute({
    method: 'GET',
    path: SETUP_PATHS.script,
    operation: pageOperation('getSetupScript', "Read the set-up page's script", 'text/javascript'),
    handle: (c) => c.body(SETUP_SCRIPT, 200, { 'content-type': 'text/javascript; charset=utf-8' }),
  }),
];

async function manifestForm(
  c: AppContext,
  { proof }: SetupAdmin,
  organization: string | null,
  name: string,
): Promise<SetupView['manifestForm']> {
  const { secret, publicUrl, githubServer } = configOf(c.env);
  const state = await makeState(secret, proof.sessionId, Date.now());
  return {
    action: newAppUrl(githubServer.webUrl, organization, state),
    manifest: JSON.stringify(appManifest(publicUrl, name)),
  };
}

/** @returns what went wrong; null when the App is stored */
async function takeApp(c: AppContext, admin: SetupAdmin): Promise<string | null> {
  const { secret, githubServer } = configOf(c.env);
  const nowMs = Date.now();
  const back = backSchema.safeParse(c.req.query());
  const isOwn = back.success && (await isOwnState(secret, back.data.state, admin.proof.sessionId, nowMs));
  if (!isOwn) return 'This browser did not ask GitHub for this App, or an hour is over. Begin again below.';
  if ((await appOf(c.env)).source !== 'none') return 'There is an App already. Nothing was changed.';
  const exchanged = await exchangeCode(githubServer.apiUrl, back.data.code, nowMs);
  if (exchanged.status === 'refused') return `${exchanged.reason} Begin again below.`;
  const { app } = exchanged;
  const target = { kind: 'github_app', id: String(app.appId), name: app.slug };
  const stored = await audited(c, admin, { account: APP_KEEPER, action: 'github_app.created', target }, () =>
    accountOf(c.env, APP_KEEPER).githubApp.store(app),
  );
  await forgetEverywhere(c);
  return stored ? null : 'There is an App already. Nothing was changed.';
}

async function forgetEverywhere(c: AppContext): Promise<void> {
  forgetApp(c.env);
  await installationOf(c.env, APP_KEEPER).forgetApp();
}

async function show(c: AppContext, view: SetupView): Promise<Response> {
  return send(c, setupPage(await readFacts(c.env, openRecord(c.env)), view));
}

/** Forms go to this deployment and to GitHub, which makes the App; GitHub's own redirects stay on GitHub. */
async function send(c: AppContext, content: Markup, status: 200 | 401 = 200): Promise<Response> {
  const { webUrl } = configOf(c.env).githubServer;
  c.header(
    'content-security-policy',
    `default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; form-action 'self' ${new URL(webUrl).origin}; frame-ancestors 'none'; base-uri 'none'`,
  );
  // Without it browsers hide the `Origin` of forms, which proves that they are ours. Other sites are told nothing.
  c.header('referrer-policy', 'same-origin');
  return c.html(content, status);
}
