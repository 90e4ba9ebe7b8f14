import { z } from 'zod';
import type { AccountKey } from '../protocol/ids.ts';
import type { Env } from './env.ts';
import { envSchema, optionalText } from './env-schema.ts';
import type { JobSigningSecrets } from './fleet/job-signer.ts';
import type { SignInConfig } from './github/user-tokens.ts';
import type { KeepDays } from './record/delete-old-rows.ts';

const SIGN_IN_SETTINGS = ['GITHUB_CLIENT_ID', 'GITHUB_CLIENT_SECRET'] as const;
const APP_SETTINGS = ['GITHUB_APP_ID', 'GITHUB_PRIVATE_KEY', 'GITHUB_WEBHOOK_SECRET'] as const;
const groupsSchema = z.looseObject(
  Object.fromEntries([...APP_SETTINGS, ...SIGN_IN_SETTINGS].map((name) => [name, optionalText])),
);

/** Apart from the schema, because zod skips refinements of an object that has other mistakes. */
function missingAppSettings(env: unknown): string[] {
  return [
    ...missingOf(env, APP_SETTINGS, 'the GitHub App needs all three'),
    ...missingOf(env, SIGN_IN_SETTINGS, 'sign-in with GitHub needs both'),
  ];
}

function missingOf(env: unknown, names: readonly string[], why: string): string[] {
  const settings = groupsSchema.safeParse(env).data ?? {};
  const missing = names.filter((name) => settings[name] === undefined);
  return missing.length === names.length ? [] : missing.map((name) => `${name}: must be set too, ${why}`);
}

/** Where GitHub is, whichever App is used there. */
export type GitHubServer = {
  apiUrl: string;
  /** Where people are: `https://github.com`. */
  webUrl: string;
  /** Where the server keeps images of comments, besides github.com's own hosts; null for nowhere. */
  imageUrl: string | null;
  /** What the server allows: `worker/installation/pace-writes.ts`. */
  writesAnHour: number;
};

export type GitHubAppConfig = GitHubServer & {
  appId: number;
  privateKey: string;
  webhookSecret: string;
};

/** Requests a minute; 0 for no limit. `worker/access/limit-requests.ts` says what counts where. */
export type RateLimits = { perKey: number; perNetwork: number; failures: number };

export type Config = {
  /** Without a slash at the end. */
  publicUrl: string;
  botName: string;
  defaultAccount: AccountKey;
  secret: string;
  adminKeyHash: string;
  jobSigning: JobSigningSecrets;
  libsql: { url: string; authToken: string | null };
  githubServer: GitHubServer;
  /** As the settings name it; null when they don't. Ask `read-app.ts` which App there is: one may be stored. */
  githubApp: GitHubAppConfig | null;
  /** As the settings name it, in the same way. */
  githubSignIn: SignInConfig | null;
  /** Who signs the tokens of GitHub Actions. */
  oidcIssuer: string;
  rateLimits: RateLimits;
  keepDays: KeepDays;
  /** Reads /metrics and nothing else. Null: that takes a key. */
  metricsToken: string | null;
  /** Receivers of webhooks may be in this machine's own networks, and speak plain http. */
  webhookPrivateNetworks: boolean;
};

/** The deployment's settings are wrong; the message names every mistake. Values are never in it. */
export class ConfigError extends Error {
  override name = 'ConfigError';
}

/** Parses the bindings. @throws ConfigError that names every mistake at once. */
export function parseConfig(env: unknown): Config {
  const parsed = envSchema.safeParse(env);
  const issues = parsed.error?.issues ?? [];
  const mistakes = [
    ...issues.map(
      (issue) => `${issue.path.join('.')}: ${isMissing(env, issue.path) ? 'is not set' : issue.message}`,
    ),
    ...missingAppSettings(env),
  ];
  if (!parsed.success || mistakes.length > 0) {
    throw new ConfigError(
      `${mistakes.length} setting(s) of the Worker are wrong. ${mistakes.join('; ')}. Set them with "wrangler secret put NAME" or under [vars].`,
    );
  }
  const { data } = parsed;
  return {
    publicUrl: data.PUBLIC_URL.replace(/\/+$/, ''),
    botName: data.BOT_NAME,
    defaultAccount: data.DEFAULT_ACCOUNT,
    secret: data.SIGNALBOX_SECRET,
    adminKeyHash: data.ADMIN_KEY_SHA256,
    jobSigning: {
      signing: data.JOB_SIGNING_SECRET ?? data.SIGNALBOX_SECRET,
      next: data.JOB_SIGNING_SECRET_NEXT ?? null,
    },
    libsql: { url: data.LIBSQL_URL, authToken: data.LIBSQL_AUTH_TOKEN ?? null },
    githubServer: githubServerOf(data),
    githubApp: githubAppOf(data),
    githubSignIn: signInOf(data),
    oidcIssuer: data.GITHUB_OIDC_ISSUER.replace(/\/+$/, ''),
    rateLimits: {
      perKey: data.RATE_LIMIT_PER_KEY,
      perNetwork: data.RATE_LIMIT_PER_NETWORK,
      failures: data.RATE_LIMIT_FAILURES,
    },
    keepDays: { toolLogs: data.KEEP_TOOL_LOGS_DAYS, deliveries: data.KEEP_DELIVERIES_DAYS },
    metricsToken: data.METRICS_TOKEN ?? null,
    webhookPrivateNetworks: data.WEBHOOK_PRIVATE_NETWORKS === 'allow',
  };
}

function isMissing(env: unknown, [name]: PropertyKey[]): boolean {
  return typeof env === 'object' && env !== null && name !== undefined && !(name in env);
}

function githubAppOf(data: z.output<typeof envSchema>): GitHubAppConfig | null {
  const { GITHUB_APP_ID: appId, GITHUB_PRIVATE_KEY: privateKey, GITHUB_WEBHOOK_SECRET: webhookSecret } = data;
  if (appId === undefined || privateKey === undefined || webhookSecret === undefined) return null;
  return { ...githubServerOf(data), appId: Number(appId), privateKey, webhookSecret };
}

function githubServerOf(data: z.output<typeof envSchema>): GitHubServer {
  return {
    apiUrl: data.GITHUB_API_URL.replace(/\/+$/, ''),
    webUrl: data.GITHUB_WEB_URL.replace(/\/+$/, ''),
    imageUrl: data.GITHUB_IMAGE_URL ?? null,
    writesAnHour: data.GITHUB_WRITES_AN_HOUR,
  };
}

function signInOf(data: z.output<typeof envSchema>): SignInConfig | null {
  const { GITHUB_CLIENT_ID: clientId, GITHUB_CLIENT_SECRET: clientSecret } = data;
  if (clientId === undefined || clientSecret === undefined) return null;
  const { webUrl, apiUrl } = githubServerOf(data);
  return { clientId, clientSecret, webUrl, apiUrl };
}

const parsedByEnv = new WeakMap<Env, Config>();

/** The settings of this isolate, parsed once. @throws ConfigError that names every mistake at once. */
export function configOf(env: Env): Config {
  const known = parsedByEnv.get(env);
  if (known !== undefined) return known;
  const config = parseConfig(env);
  parsedByEnv.set(env, config);
  return config;
}
