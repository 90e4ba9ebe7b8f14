import { DurableObject } from 'cloudflare:workers';
import type { AttentionItem } from '../../protocol/attention.ts';
import type { DeliveryPage, MissedDeliveries } from '../../protocol/http.ts';
import { type AccountKey, accountKeySchema, type SessionId, type TaskId } from '../../protocol/ids.ts';
import type { RepositoryConfigState } from '../../protocol/repository-config.ts';
import { configOf } from '../config.ts';
import type { Attend, IncomingDelivery, InstallationRpc, StuckWrite, TokenHolder } from '../contracts.ts';
import type { Env } from '../env.ts';
import { classifyGitHubError } from '../github/classify-github-error.ts';
import type { Redelivered } from '../github/redeliver-missed.ts';
import type { GitHubWrite } from '../github-write.ts';
import { createLogger } from '../logger.ts';
import type { Sample } from '../metrics/observation.ts';
import { appOf, forgetApp } from '../read-app.ts';
import { type Named, RepositoryConfigs } from '../repository-config/repository-configs.ts';
import type { AppDescription } from '../setup/setup-facts.ts';
import { Deadlines } from '../storage/deadlines.ts';
import { Outbox } from '../storage/outbox.ts';
import { acceptDelivery } from './accept-delivery.ts';
import { AttentionDesk } from './attention-desk.ts';
import { AttentionStore } from './attention-store.ts';
import type { DeliveryEnd } from './decide-delivery.ts';
import type { GitToken } from './git-tokens.ts';
import { GitHubSender } from './github-sender.ts';
import type { EffectDeps } from './handler-effects.ts';
import { Inbox } from './inbox.ts';
import { type InboxRow, InboxStore } from './inbox-store.ts';
import { InstallationMetrics } from './installation-metrics.ts';
import {
  batchSizeOf,
  githubPut,
  type InstallationPut,
  type InstallationWrite,
  policyOf,
  reactionPut,
  writtenPut,
} from './installation-writes.ts';
import { LoadedApp } from './loaded-app.ts';
import { readMissedState } from './look-for-missed.ts';
import { openPushAccess } from './open-push-access.ts';
import { paceOf } from './pace-writes.ts';
import { PUSH_ACCESS_DEADLINE, type PushAccess } from './push-access.ts';
import { Reach } from './reach/reach.ts';
import { deliveryPut } from './record-rows.ts';
import { sendInstallationWrites } from './send-installation-writes.ts';
import { WrittenStore } from './written-store.ts';

/** One GitHub account: its inbox of webhook deliveries, its tokens, its paced writes. */
export class InstallationObject extends DurableObject<Env> implements InstallationRpc {
  readonly #account = accountKeySchema.parse(this.ctx.id.name);
  readonly #logger = createLogger({ part: 'installation' });
  readonly #deadlines: Deadlines;
  readonly #inboxStore: InboxStore;
  readonly #written: WrittenStore;
  readonly #inbox: Inbox;
  readonly #outbox: Outbox<InstallationWrite>;
  readonly #sender: GitHubSender;
  readonly #access: PushAccess;
  readonly #reports: AttentionStore;
  readonly #desk: AttentionDesk;
  readonly #configs: RepositoryConfigs;
  readonly #reach: Reach;
  readonly #metrics: InstallationMetrics;
  readonly #app: LoadedApp;

  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env);
    const config = configOf(env);
    this.#deadlines = new Deadlines(ctx.storage);
    const pace = paceOf(config.githubServer.writesAnHour);
    this.#metrics = new InstallationMetrics(ctx.storage.sql, pace);
    this.#inboxStore = new InboxStore(ctx.storage.sql);
    this.#written = new WrittenStore(ctx.storage.sql);
    this.#outbox = new Outbox<InstallationWrite>(ctx.storage, policyOf);
    this.#inbox = new Inbox({
      store: this.#inboxStore,
      handle: (row) => this.#app.handle(row),
      classify: (error) => classifyGitHubError(error, Date.now()),
      ended: (row, end) => this.#ended(row, end),
      wakeAt: (atMs) => this.#wakeAt('inbox', atMs),
      now: Date.now,
      random: Math.random,
    });
    const app = () => this.#app.get();
    const own = { account: this.#account, logger: this.#logger, sql: ctx.storage.sql };
    const common = { ...own, now: () => Date.now() };
    this.#sender = new GitHubSender({
      app,
      requests: this.#metrics.requests,
      editIntervalMs: pace.editIntervalMs,
      forgetTokens: () => this.#app.forgetTokens(),
      written: this.#written,
      tell: (sessionId, result) => this.#put(writtenPut(sessionId, result)),
      ...common,
      sleep: (ms) => scheduler.wait(ms),
    });
    this.#access = openPushAccess({
      ...common,
      config,
      app,
      metrics: this.#metrics,
      wakeAt: (atMs) => this.#deadlines.set(PUSH_ACCESS_DEADLINE, atMs),
    });
    this.#configs = new RepositoryConfigs({ ...common, octokit: async (id) => (await app()).octokit(id) });
    this.#reach = new Reach({
      ...common,
      env,
      outbox: this.#outbox,
      configs: this.#configs,
      tell: (sessionId, result) => this.#put(writtenPut(sessionId, result)),
      forgetTokens: () => {
        this.#access.forget();
        this.#app.forgetTokens();
      },
    });
    this.#app = new LoadedApp({ settings: () => appOf(this.env), effects: this.#effects() });
    this.#reports = new AttentionStore(ctx.storage.sql);
    this.#desk = new AttentionDesk({
      outbox: this.#outbox,
      inbox: this.#inboxStore,
      reports: this.#reports,
      put: (item) => this.#put(item),
      ended: (row, end) => this.#ended(row, end),
      ...common,
      newId: () => crypto.randomUUID(),
    });
    void ctx.blockConcurrencyWhile(async () => {
      await this.#deadlines.rearm();
      this.#access.arm();
      // What a former instance left unfinished does not wait for its alarm.
      if (this.#inboxStore.openCount() > 0) this.#deadlines.set('inbox', Date.now());
    });
  }

  async accept(account: AccountKey, delivery: IncomingDelivery): Promise<'stored' | 'duplicate' | 'full'> {
    this.#metrics.permissions.hear(delivery.event);
    return acceptDelivery(
      {
        store: this.#inboxStore,
        kv: this.ctx.storage.kv,
        start: () => this.#startInbox(),
        retry: (id) => this.retryDelivery(id),
        ended: (row, end) => this.#ended(row, end),
      },
      account,
      delivery,
    );
  }

  async deliveries(cursor: string | null, limit: number): Promise<DeliveryPage> {
    return this.#inboxStore.page(cursor, limit);
  }

  async retryDelivery(deliveryId: string): Promise<boolean> {
    const reopened = this.#inboxStore.reopen(deliveryId);
    if (reopened) this.#startInbox();
    return reopened;
  }

  async attention(account: AccountKey): Promise<AttentionItem[]> {
    return this.#desk.items(account);
  }

  async attend(item: StuckWrite | { deliveryId: string }, how: Attend): Promise<boolean> {
    const what = this.#desk.attend(item, how);
    if (what === 'inbox') this.#startInbox();
    if (what === 'outbox') this.ctx.waitUntil(this.#drain());
    return what !== null;
  }

  async reportAttention(sessionId: SessionId, items: AttentionItem[], atMs: number): Promise<void> {
    this.#reports.report(sessionId, items, atMs);
  }

  /** What a repository's own file says. @throws when GitHub does not answer and nothing recent is known */
  async repositoryConfig(installationId: number, repository: Named): Promise<RepositoryConfigState> {
    return this.#configs.read(installationId, repository);
  }

  async metrics(): Promise<Sample[]> {
    const deliveries = this.#inboxStore.counts();
    const reported = this.#reports.count();
    return this.#metrics.samples({ deliveries, reported, outbox: this.#outbox.backlog() }, Date.now());
  }

  async sweep(): Promise<void> {
    if (await this.#deadlines.mend(Date.now())) await this.alarm();
    this.#desk.prune();
  }

  async write(_account: AccountKey, sessionId: SessionId, write: GitHubWrite): Promise<void> {
    if (this.#reach.isLost(write.thread.repository.id)) return this.#reach.refuse(write, sessionId);
    if (write.kind === 'reaction') this.#put(reactionPut(write.key, write.thread, write.reaction));
    else this.#put(githubPut(write, sessionId, this.#sender.notBefore(write)));
  }

  gitToken(
    _account: AccountKey,
    installationId: number,
    repositoryId: number,
    access: 'read' | 'write',
    holder: TokenHolder,
  ): Promise<GitToken> {
    return this.#access.grant(installationId, repositoryId, access, holder);
  }

  endGitAccess(taskId: TaskId, epoch: number): Promise<void> {
    return this.#access.end(taskId, epoch);
  }

  async revokeToken(token: string): Promise<void> {
    this.#logger.info('git_access.revoked', { outcome: await this.#access.revoke(token) });
  }

  /** For the set-up page. @throws when GitHub refuses the App's key or does not answer */
  describeApp(): Promise<AppDescription> {
    return this.#app.describe();
  }

  /** Another account's object was told of a transfer. */
  loseRepository(repositoryId: number, reason: string): Promise<void> {
    return this.#reach.lose([repositoryId], reason);
  }

  /** The credentials have changed: the next use reads them anew. */
  async forgetApp(): Promise<void> {
    forgetApp(this.env);
    this.#app.forgetTokens();
  }

  /** For the one object that looks after the App's delivery log; see `redeliver-missed.ts`. */
  redeliverMissed(nowMs: number): Promise<Redelivered> {
    return this.#app.lookForMissed(this.ctx.storage.kv, nowMs);
  }

  async missedState(): Promise<MissedDeliveries> {
    return readMissedState(this.ctx.storage.kv);
  }

  override async alarm(): Promise<void> {
    // Not waited for: the next deadline must not wait for slow answers of GitHub.
    await this.#deadlines.runDue(Date.now(), (name) => {
      if (name === 'outbox') this.ctx.waitUntil(this.#drain());
      if (name === 'inbox') this.#startInbox();
      if (name === PUSH_ACCESS_DEADLINE) this.ctx.waitUntil(this.#access.revokeDue());
    });
    this.#written.prune(Date.now());
    this.#desk.prune();
  }

  #startInbox(): void {
    // Handlers run after the answer; the inbox sets the alarm in case this instance does not live to see them end.
    this.ctx.waitUntil(this.#inbox.work());
  }

  #ended(row: InboxRow, end: DeliveryEnd): void {
    const { id, event: webhook, action, attempts } = row;
    const level = end.status === 'parked' ? 'warn' : 'info';
    const name = end.status === 'received' ? 'delivery.retried' : 'delivery.ended';
    this.#logger[level](name, { id, webhook, action, attempts, ...end });
    this.#put(deliveryPut(row, end, Date.now()));
  }

  #effects(): Omit<EffectDeps, 'handled' | 'botName'> {
    return {
      env: this.env,
      account: this.#account,
      logger: this.#logger,
      kv: this.ctx.storage.kv,
      put: (item) => this.#put(item),
      fetch: this.#metrics.requests.fetch,
      configs: this.#configs,
      reach: this.#reach,
      knownPermission: (...asked) => this.#metrics.permissions.get(...asked),
    };
  }

  #put(item: InstallationPut): void {
    this.#outbox.put(item);
    this.ctx.waitUntil(this.#drain());
  }

  async #drain(): Promise<void> {
    const sending = { env: this.env, logger: this.#logger, account: this.#account, sender: this.#sender };
    const drained = this.#outbox.drain({
      now: Date.now,
      random: Math.random,
      send: (items) => sendInstallationWrites(sending, items),
      batchSize: batchSizeOf,
    });
    this.#wakeAt('outbox', this.#outbox.nextDueAt());
    await drained;
    this.#wakeAt('outbox', this.#outbox.nextDueAt());
  }

  #wakeAt(name: string, atMs: number | null): void {
    if (atMs === null) this.#deadlines.clear(name);
    else this.#deadlines.set(name, atMs);
  }
}
