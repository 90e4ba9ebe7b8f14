import { accountOf } from './account/account-of.ts';
import { configOf, type GitHubAppConfig } from './config.ts';
import type { Env } from './env.ts';
import type { SignInConfig } from './github/user-tokens.ts';
import type { AppCredentials } from './setup/app-credentials.ts';

/** Whose object keeps the App that was made on the set-up page. Not `DEFAULT_ACCOUNT`, which may change later. */
export const APP_KEEPER = 'local';

/** An App is replaced by hand and seldom; other isolates learn of it within this. */
const KNOWN_MS = 60_000;

/** While there is none, somebody may be about to make one. */
const NONE_MS = 2_000;

export type AppSettings = {
  /** `settings`: variables and secrets of the Worker, which go first. `stored`: made on the set-up page. */
  source: 'settings' | 'stored' | 'none';
  /** Null: this deployment serves API sessions only. */
  githubApp: GitHubAppConfig | null;
  /** Null: browsers sign in with links only. */
  githubSignIn: SignInConfig | null;
  /** The name after the `@` in a mention. */
  botName: string;
};

const remembered = new WeakMap<Env, { settings: AppSettings; untilMs: number }>();

/** The deployment's GitHub App: the one place that knows where its credentials are. */
export async function appOf(env: Env): Promise<AppSettings> {
  const { githubApp, githubSignIn, botName } = configOf(env);
  if (githubApp !== null) return { source: 'settings', githubApp, githubSignIn, botName };
  const known = remembered.get(env);
  if (known !== undefined && known.untilMs > Date.now()) return known.settings;
  const stored = await accountOf(env, APP_KEEPER).githubApp.read();
  const settings = stored === null ? noApp(env) : storedApp(env, stored);
  remembered.set(env, { settings, untilMs: Date.now() + (stored === null ? NONE_MS : KNOWN_MS) });
  return settings;
}

/** After it was stored or taken away by this isolate. */
export function forgetApp(env: Env): void {
  remembered.delete(env);
}

function noApp(env: Env): AppSettings {
  const { githubSignIn, botName } = configOf(env);
  return { source: 'none', githubApp: null, githubSignIn, botName };
}

function storedApp(env: Env, app: AppCredentials): AppSettings {
  const { githubServer, githubSignIn } = configOf(env);
  const { appId, privateKey, webhookSecret, clientId, clientSecret } = app;
  const { webUrl, apiUrl } = githubServer;
  return {
    source: 'stored',
    githubApp: { ...githubServer, appId, privateKey, webhookSecret },
    githubSignIn: githubSignIn ?? { clientId, clientSecret, webUrl, apiUrl },
    botName: app.slug,
  };
}
