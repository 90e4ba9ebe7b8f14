import type { AccountObject } from './account/account-object.ts';
import type { FleetObject } from './fleet/fleet-object.ts';
import type { InstallationObject } from './installation/installation-object.ts';
import type { RecorderObject } from './record/recorder/recorder-object.ts';
import type { SessionObject } from './session/session-object.ts';

/** Bindings of wrangler.toml and secrets. Strings are parsed once, in `config.ts`. */
export type Env = {
  SESSION: DurableObjectNamespace<SessionObject>;
  FLEET: DurableObjectNamespace<FleetObject>;
  INSTALLATION: DurableObjectNamespace<InstallationObject>;
  ACCOUNT: DurableObjectNamespace<AccountObject>;
  RECORDER: DurableObjectNamespace<RecorderObject>;
  BODIES: R2Bucket;
  ASSETS: Fetcher;

  /** Address under which people reach this deployment. */
  PUBLIC_URL: string;
  /** The name after the @ in a mention; the App's slug. */
  BOT_NAME: string;
  /** Owner of sessions that name none: `local` or `github:<account id>`. */
  DEFAULT_ACCOUNT?: string;

  /** Signs tickets, cookies and one-time tokens; at least 32 random bytes, base64url. */
  SIGNALBOX_SECRET: string;
  /** SHA-256 (hex) of the admin key. The key itself is nowhere on the server. */
  ADMIN_KEY_SHA256: string;

  /** Signs jobs; SIGNALBOX_SECRET does when it is not set. */
  JOB_SIGNING_SECRET?: string;
  /** Will sign jobs: announced to runners ahead of the change. */
  JOB_SIGNING_SECRET_NEXT?: string;

  LIBSQL_URL: string;
  LIBSQL_AUTH_TOKEN?: string;

  /** All three or none: without them the deployment serves API sessions only. */
  GITHUB_APP_ID?: string;
  GITHUB_PRIVATE_KEY?: string;
  GITHUB_WEBHOOK_SECRET?: string;
  /** Another address of GitHub's REST API (GitHub Enterprise Server, tests). */
  GITHUB_API_URL?: string;
  /** Another address of the images in comments. */
  GITHUB_IMAGE_URL?: string;
  /** Writes an hour that the server allows; github.com's 500 when left out. */
  GITHUB_WRITES_AN_HOUR?: string;

  /** Reads /metrics of all accounts and nothing else; at least 32 random bytes, base64url. */
  METRICS_TOKEN?: string;

  /** "allow": receivers of webhooks may be in private networks and speak plain http. "refuse" when left out. */
  WEBHOOK_PRIVATE_NETWORKS?: string;
  /** On one machine: a network that reaches the public internet alone, whatever a name leads to. */
  WEBHOOK_NETWORK?: Fetcher;

  /** Both or none: with them people sign in with GitHub. */
  GITHUB_CLIENT_ID?: string;
  GITHUB_CLIENT_SECRET?: string;
  /** Other addresses of GitHub's pages and of the issuer of GitHub Actions' tokens. */
  GITHUB_WEB_URL?: string;
  GITHUB_OIDC_ISSUER?: string;

  /** Requests a minute of one credential, of one network without one, and its failed attempts; "0" for no limit. */
  KEEP_TOOL_LOGS_DAYS?: string;
  KEEP_DELIVERIES_DAYS?: string;
  RATE_LIMIT_PER_KEY?: string;
  RATE_LIMIT_PER_NETWORK?: string;
  RATE_LIMIT_FAILURES?: string;
};
