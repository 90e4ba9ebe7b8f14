import { z } from 'zod';
import { accountKeySchema } from '../protocol/ids.ts';
import { GITHUB_WRITES_AN_HOUR } from './installation/pace-writes.ts';

/** 32 bytes in base64url; fewer could be guessed. */
const MIN_SECRET_CHARS = 43;

/** Requests a minute; 0 for no limit. */
const perMinute = (fallback: number) =>
  z.coerce.number('must be a number').int().min(0).max(100_000_000).default(fallback);

/** Ten years; 0 for ever. */
const days = (fallback: number) =>
  z.coerce.number('must be a number').int().min(0).max(3_650).default(fallback);

export const optionalText = z
  .string()
  .trim()
  .transform((text) => (text === '' ? undefined : text))
  .optional();

const optionalSecret = optionalText.refine(
  (secret) => secret === undefined || secret.length >= MIN_SECRET_CHARS,
  'must be at least 32 random bytes in base64url',
);

/** What a deployment is told by its bindings: variables and secrets. */
export const envSchema = z.object({
  PUBLIC_URL: z
    .url({ protocol: /^https?$/, error: 'must be an http(s) address' })
    .describe('Address under which people reach the deployment.'),
  BOT_NAME: z
    .string()
    .regex(/^[A-Za-z0-9][A-Za-z0-9-]{0,38}$/, 'must be a GitHub name without "@"')
    .describe("The name after the @ in a mention: the App's slug."),
  DEFAULT_ACCOUNT: accountKeySchema
    .default('local')
    .describe(
      'Owner of what names no account: `local`, or `github:` and the numeric id of a GitHub account.',
    ),
  SIGNALBOX_SECRET: z
    .string()
    .min(MIN_SECRET_CHARS, 'must be at least 32 random bytes in base64url')
    .describe('Signs tickets, cookies and one-time tokens, and encrypts stored states. A secret.'),
  ADMIN_KEY_SHA256: z
    .string()
    .regex(/^[0-9a-f]{64}$/, 'must be the SHA-256 of the admin key in lower-case hex')
    .describe('SHA-256 of the admin key. The key itself is nowhere on the server.'),
  JOB_SIGNING_SECRET: optionalSecret.describe(
    'Signs jobs; `SIGNALBOX_SECRET` does while it is not set. A secret.',
  ),
  JOB_SIGNING_SECRET_NEXT: optionalSecret.describe(
    'Will sign jobs: announced to runners ahead of the change. A secret.',
  ),
  LIBSQL_URL: z
    .url({ protocol: /^(?:libsql|https?)$/, error: 'must be a libsql: or http(s): address' })
    .describe('Address of the record (Turso or another libSQL server).'),
  LIBSQL_AUTH_TOKEN: optionalText.describe('Token for the record. A secret.'),
  GITHUB_APP_ID: optionalText
    .refine((id) => id === undefined || /^\d+$/.test(id), 'must be a number')
    .describe(
      'Number of the GitHub App. It, its key and its webhook secret are set all three, or none for a deployment without GitHub.',
    ),
  GITHUB_PRIVATE_KEY: optionalText
    .refine((key) => key === undefined || key.includes('PRIVATE KEY-----'), 'must be a PEM private key')
    .describe("The App's private key, PEM. A secret."),
  GITHUB_WEBHOOK_SECRET: optionalText.describe('Proves that webhooks come from GitHub. A secret.'),
  GITHUB_API_URL: z
    .url({ protocol: /^https?$/ })
    .default('https://api.github.com')
    .describe("GitHub's REST API; another one for GitHub Enterprise Server."),
  GITHUB_IMAGE_URL: optionalText
    .refine(
      (url) => url === undefined || /^https?:$/.test(URL.parse(url)?.protocol ?? ''),
      'must be an http(s) address',
    )
    .describe('Where a GitHub Enterprise Server keeps images of comments; those of github.com are known.'),
  GITHUB_CLIENT_ID: optionalText.describe(
    "The App's client id, for sign-in with GitHub. Set with its secret, or not at all.",
  ),
  GITHUB_CLIENT_SECRET: optionalText.describe("The App's client secret. A secret."),
  GITHUB_WEB_URL: z
    .url({ protocol: /^https?$/ })
    .default('https://github.com')
    .describe("GitHub's pages; others for GitHub Enterprise Server."),
  GITHUB_OIDC_ISSUER: z
    .url({ protocol: /^https?$/ })
    .default('https://token.actions.githubusercontent.com')
    .describe('Who issues the tokens of GitHub Actions.'),
  // An Enterprise Server of one's own may have no limits.
  GITHUB_WRITES_AN_HOUR: z.coerce
    .number('must be a number')
    .int()
    .min(60)
    .max(1_000_000)
    .default(GITHUB_WRITES_AN_HOUR)
    .describe(
      'Most writes an hour of an account to GitHub. Where more are allowed, comments are edited more often, each second at most.',
    ),
  // A script that polls a hundred tasks a second, or a team that all watches the page, stays below these.
  RATE_LIMIT_PER_KEY: perMinute(6_000).describe('Requests a minute of one credential; 0 for no limit.'),
  RATE_LIMIT_PER_NETWORK: perMinute(600).describe(
    'Requests a minute of one network without a credential; 0 for no limit.',
  ),
  RATE_LIMIT_FAILURES: perMinute(30).describe('Failed attempts a minute of one network; 0 for no limit.'),
  KEEP_TOOL_LOGS_DAYS: days(0).describe(
    'Days that tool calls stay in the record, for lists and exports; 0 for ever. Sessions keep their events.',
  ),
  KEEP_DELIVERIES_DAYS: days(90).describe('Days that webhook deliveries stay in the record; 0 for ever.'),
  METRICS_TOKEN: optionalSecret.describe('Lets Prometheus read `/metrics`. A secret.'),
  WEBHOOK_PRIVATE_NETWORKS: z
    .enum(['allow', 'refuse'], 'must be "allow" or "refuse"')
    .default('refuse')
    .describe('`allow`: receivers of webhooks may be in private networks and speak plain http.'),
});
