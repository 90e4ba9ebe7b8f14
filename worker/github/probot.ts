import { createPrivateKey } from 'node:crypto';
import { Probot, ProbotOctokit } from 'probot';
import type { GitHubAppConfig } from '../config.ts';
import { asPino, type Logger } from '../logger.ts';
import { fetchWithDeadline } from './fetch-with-deadline.ts';

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
  asApp(): Promise<Octokit>;
};

/**
 * Builds the GitHub App on Probot, once a Durable Object.
 *
 * Probot's throttling plugin keeps its queues in a module global, so that one request would wait for another's
 * timers, which workerd forbids; writes are paced by the installation's outbox instead. The option must be given
 * as a function: Probot overrides plain defaults. Its retries are off too: inbox and outbox try again durably, and a
 * write whose answer was lost must be looked for first.
 */
export async function createGitHubApp(
  config: GitHubAppConfig,
  logger: Logger,
  handlers: Readonly<Record<string, (event: WebhookEvent) => Promise<void>>>,
  fetch: typeof fetchWithDeadline = fetchWithDeadline,
): Promise<GitHubApp> {
  const WorkerOctokit = ProbotOctokit.defaults((options: object) => ({
    ...options,
    throttle: { enabled: false },
    retry: { enabled: false },
  }));
  const probot = new Probot({
    appId: config.appId,
    privateKey: toPkcs8(config.privateKey),
    secret: config.webhookSecret,
    baseUrl: config.apiUrl,
    request: { fetch },
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
  return {
    receive: async (id, event, payload) => {
      try {
        await probot.receive({ id, name: event, payload: JSON.parse(payload) } as never);
      } catch (error) {
        // Probot gathers what its handlers throw; there is one handler an event.
        throw error instanceof AggregateError ? (error.errors[0] ?? error) : error;
      }
    },
    octokit: (installationId) => {
      const client = clients.get(installationId) ?? probot.auth(installationId);
      clients.set(installationId, client);
      return client;
    },
    asApp: () => probot.auth(),
  };
}

/** GitHub hands out PKCS#1 keys; WebCrypto, which signs the App's tokens here, takes PKCS#8 only. */
function toPkcs8(pem: string): string {
  const key = pem.replaceAll('\\n', '\n');
  if (!key.includes('BEGIN RSA PRIVATE KEY')) return key;
  return createPrivateKey(key).export({ type: 'pkcs8', format: 'pem' }).toString();
}
