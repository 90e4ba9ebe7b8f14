import { createPrivateKey } from 'node:crypto';
import { Probot, ProbotOctokit } from 'probot';
import type { GitHubAppConfig } from '../config.ts';
import { asPino, type Logger } from '../logger.ts';
import { fetchWithDeadline } from './fetch-with-deadline.ts';

/** Reads are tried once more at once; the inbox and the outbox try again later. */
const READ_RETRIES = 1;

/** GitHub's own answers; trying the same again right away can't change them. */
const NEVER_RETRIED = [400, 401, 403, 404, 410, 422, 429, 451];

/** A client for one installation, or (from `asApp`) for the App itself. Its token is minted when it is needed. */
export type Octokit = Awaited<ReturnType<Probot['auth']>>;

export type WebhookEvent = {
  id: string;
  /** With its action where it has one: `issues.opened`. */
  name: string;
  payload: unknown;
};

export type GitHubApp = {
  /** Hands a stored delivery to Probot, which calls the handler of its event. Throws what the handler throws. */
  receive(id: string, event: string, payload: string): Promise<void>;
  octokit(installationId: number): Promise<Octokit>;
  /** Mints a new token for an installation whose old one GitHub no longer takes. */
  renewToken(installationId: number): Promise<void>;
  asApp(): Promise<Octokit>;
};

/**
 * Builds the GitHub App on Probot, once a Durable Object.
 *
 * Probot's throttling plugin keeps its queues in a module global, so that one request would wait for another's
 * timers, which workerd forbids; writes are paced by the installation's outbox instead. The option must be given
 * as a function: Probot overrides plain defaults.
 */
export async function createGitHubApp(
  config: GitHubAppConfig,
  logger: Logger,
  handlers: Readonly<Record<string, (event: WebhookEvent) => Promise<void>>>,
): Promise<GitHubApp> {
  const WorkerOctokit = ProbotOctokit.defaults((options: object) => ({
    ...options,
    throttle: { enabled: false },
    retry: { retries: READ_RETRIES, doNotRetry: NEVER_RETRIED },
  }));
  const probot = new Probot({
    appId: config.appId,
    privateKey: toPkcs8(config.privateKey),
    secret: config.webhookSecret,
    baseUrl: config.apiUrl,
    request: { fetch: fetchWithDeadline },
    // Both are typed more narrowly than what Probot needs of them.
    log: asPino(logger) as never,
    Octokit: WorkerOctokit as never,
  });
  await probot.ready();
  for (const [name, handle] of Object.entries(handlers)) {
    probot.on(name as 'issues.opened', (context) => {
      const { id, payload } = context;
      return handle({ id, name, payload });
    });
  }
  const clients = new Map<number, Promise<Octokit>>();
  const clientOf = (installationId: number): Promise<Octokit> => {
    const client = clients.get(installationId) ?? makeClient(probot, installationId);
    clients.set(installationId, client);
    return client;
  };
  return {
    receive: async (id, event, payload) => {
      try {
        await probot.receive({ id, name: event, payload: JSON.parse(payload) } as never);
      } catch (error) {
        // Probot gathers what its handlers throw; there is one handler an event.
        throw error instanceof AggregateError ? (error.errors[0] ?? error) : error;
      }
    },
    octokit: clientOf,
    renewToken: async (installationId) => {
      const client = await clientOf(installationId);
      await client.auth({ type: 'installation', installationId, refresh: true });
    },
    asApp: () => probot.auth(),
  };
}

async function makeClient(probot: Probot, installationId: number): Promise<Octokit> {
  const octokit = await probot.auth(installationId);
  // A write whose answer was lost must be looked for before it is sent again.
  octokit.hook.before('request', (options) => {
    if (options.method !== 'GET') options.request.retries = 0;
  });
  return octokit;
}

/** GitHub hands out PKCS#1 keys; WebCrypto, which signs the App's tokens here, takes PKCS#8 only. */
function toPkcs8(pem: string): string {
  const key = pem.replaceAll('\\n', '\n');
  if (!key.includes('BEGIN RSA PRIVATE KEY')) return key;
  return createPrivateKey(key).export({ type: 'pkcs8', format: 'pem' }).toString();
}
