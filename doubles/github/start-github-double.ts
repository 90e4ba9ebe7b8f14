import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createAppKey } from './create-app-key.ts';
import { createWorld } from './create-world.ts';
import { createFaults, type Fault, type FaultHandle } from './faults.ts';
import { createHttpServer } from './http-server.ts';
import { createInspection } from './inspect.ts';
import type { JsonObject } from './json.ts';
import type { Permission } from './model.ts';
import type { GitHubDoubleOptions } from './options.ts';
import { createIssueActions } from './people/act-on-issues.ts';
import { createPullActions } from './people/act-on-pulls.ts';
import { cloneUrl } from './render/render-repository.ts';
import { createRequestLog, type RequestRecord, type Violation } from './request-log.ts';
import { createSecondaryLimit } from './secondary-limit.ts';
import { addImage, imageBase } from './user-images.ts';
import { createWaiter, type Until } from './wait-until.ts';
import { buildPayload } from './webhooks/build-payload.ts';
import type { Delivery } from './webhooks/delivery-log.ts';
import type { WebhookTarget } from './webhooks/send-webhook.ts';
import { createWebhookSender, type Delivered, type WebhookSender } from './webhooks/webhook-sender.ts';
import { type Announcement, accountOf, repositoryNamed, type World } from './world.ts';

export type AppIdentity = {
  id: number;
  slug: string;
  clientId: string;
  clientSecret: string;
  installationId: number;
  /** PEM in PKCS#1, as GitHub hands it out. */
  privateKey: string;
  /** `<slug>[bot]`, who writes what the App writes. */
  botLogin: string;
};

export type PayloadRequest = {
  event: string;
  action?: string;
  repo: string;
  sender: string;
  /** Patched into the example's own parts, such as `issue` and `comment`. */
  fields?: JsonObject;
};

type Actions = ReturnType<typeof createIssueActions> & ReturnType<typeof createPullActions>;
type Inspection = ReturnType<typeof createInspection>;

export type GitHubDouble = Actions &
  Inspection & {
    /** Base of the REST API, of git and of the pages. */
    url: string;
    app: AppIdentity;
    owner: string;
    ownerId: number;
    requests: RequestRecord[];
    /** Empty as long as every call and answer fits GitHub's description. */
    violations: Violation[];
    cloneUrl: (repo: string) => string;
    repositoryId: (repo: string) => number;
    /** Every webhook attempt, oldest first. */
    deliveries: () => Delivery[];
    /** Installation tokens that are neither expired nor revoked. */
    liveTokens: () => number;
    failNext: (fault: Fault) => FaultHandle;
    clearFaults: () => void;
    setWebhookTarget: (target: WebhookTarget | undefined) => void;
    setPermission: (repo: string, login: string, permission: Permission) => void;
    /** A token of a signed-in person, as an OAuth flow ends with. */
    createUserToken: (login: string) => string;
    /** Ends every token of a person, as GitHub's settings page does. */
    revokeUserTokens: (login: string) => void;
    /** A real payload of GitHub's, patched to speak of this double. */
    payload: (request: PayloadRequest) => JsonObject;
    /** Signs and sends a payload and waits for the target's answer; status 0 when it was not reached. */
    deliver: (event: string, payload: JsonObject, options?: { deliveryId?: string }) => Promise<Delivered>;
    /** Keeps an image as a browser uploads it. Returns the Markdown that the browser writes into the comment. */
    uploadImage: (content: Uint8Array) => string;
    /** Where the signed addresses of images are. */
    imageUrl: string;
    until: Until;
    /** Resolves when no webhook is under way. */
    settled: () => Promise<void>;
    close: () => Promise<void>;
  };

function identityOf(world: World, privateKey: string): AppIdentity {
  const { id, slug, clientId, installationId, bot } = world.app;
  const { clientSecret } = world.authorization;
  return { id, slug, clientId, clientSecret, installationId, privateKey, botLogin: bot.login };
}

function createUserToken(world: World, login: string): string {
  const token = `ghu_${randomBytes(20).toString('hex')}`;
  world.userTokens.set(token, accountOf(world, login));
  return token;
}

function payloadFor(world: World, { event, action, repo, sender, fields }: PayloadRequest): JsonObject {
  const announcement: Announcement = {
    event,
    ...(action !== undefined && { action }),
    repository: repositoryNamed(world, repo),
    sender: accountOf(world, sender),
    fields: fields ?? {},
  };
  return buildPayload(world, announcement);
}

type Parts = {
  world: World;
  sender: WebhookSender;
  privateKey: string;
  log: ReturnType<typeof createRequestLog>;
  faults: ReturnType<typeof createFaults>;
  close: () => Promise<void>;
};

function assemble({ world, sender, privateKey, log, faults, close }: Parts): GitHubDouble {
  const stage = { world, sender };
  const named = (repo: string) => repositoryNamed(world, repo);
  return {
    ...createIssueActions(stage),
    ...createPullActions(stage),
    ...createInspection(world),
    url: world.baseUrl,
    app: identityOf(world, privateKey),
    owner: world.owner.login,
    ownerId: world.owner.id,
    requests: log.requests,
    violations: log.violations,
    cloneUrl: (repo) => cloneUrl(world, named(repo)),
    repositoryId: (repo) => named(repo).id,
    deliveries: () => world.deliveries.newestFirst().toReversed(),
    liveTokens: () => world.tokens.countLive(world.now()),
    failNext: faults.failNext,
    clearFaults: faults.clear,
    setWebhookTarget: sender.setTarget,
    setPermission(repo, login, permission) {
      accountOf(world, login);
      named(repo).collaborators.set(login.toLowerCase(), permission);
    },
    createUserToken: (login) => createUserToken(world, login),
    revokeUserTokens(login) {
      for (const [token, account] of world.userTokens) {
        if (account.login.toLowerCase() === login.toLowerCase()) world.userTokens.delete(token);
      }
    },
    payload: (request) => payloadFor(world, request),
    deliver: sender.deliver,
    uploadImage: (content) => addImage(world, content),
    imageUrl: imageBase(world),
    until: createWaiter(log.changes),
    settled: sender.settled,
    close,
  };
}

/**
 * Starts a stand-in for GitHub on 127.0.0.1: REST API, git over HTTP and webhooks, with state in memory and
 * real bare repositories. Every call and answer is compared with GitHub's OpenAPI description.
 */
export async function startGitHubDouble(options: GitHubDoubleOptions = {}): Promise<GitHubDouble> {
  const log = createRequestLog();
  const faults = createFaults();
  let world: World | undefined;
  const getWorld = (): World => {
    if (!world) throw new Error('The GitHub double is still starting.');
    return world;
  };
  const sender = createWebhookSender(getWorld, options.webhook, () => log.changes.emit('change'));
  const server = createHttpServer({
    getWorld,
    log,
    faults,
    limit: options.enforceSecondaryLimit ? createSecondaryLimit() : undefined,
    latencyMs: options.latencyMs ?? 0,
    reportBug: (error) => console.error('The GitHub double failed:', error),
  });
  const privateKey = options.app?.privateKey ?? (await createAppKey());
  const dataDir = options.dataDir ?? (await mkdtemp(join(tmpdir(), 'github-double-')));
  server.listen(options.port ?? 0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  world = await createWorld(options, {
    baseUrl: `http://127.0.0.1:${port}`,
    dataDir,
    privateKey,
    announce: sender.announce,
    redeliver: sender.redeliver,
    installApp: sender.installApp,
    setWebhookTarget: sender.setTarget,
  });

  async function close(): Promise<void> {
    await sender.close();
    server.closeAllConnections();
    server.close();
    if (options.dataDir === undefined) await rm(dataDir, { recursive: true, force: true, maxRetries: 3 });
  }
  return assemble({ world, sender, privateKey, log, faults, close });
}
