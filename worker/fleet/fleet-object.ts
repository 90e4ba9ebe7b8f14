import { DurableObject } from 'cloudflare:workers';
import type { AttentionItem } from '../../protocol/attention.ts';
import { CLOSE } from '../../protocol/close-codes.ts';
import type { FleetView, RunnerView } from '../../protocol/fleet-view.ts';
import { type AccountKey, accountKeySchema, type RunnerId, type TaskId } from '../../protocol/ids.ts';
import type { RegistrationTokenView } from '../../protocol/registration.ts';
import { signTicket } from '../access/ticket.ts';
import { configOf } from '../config.ts';
import type {
  Attend,
  FleetJob,
  FleetRpc,
  QueueAnswer,
  QueuePage,
  QueuePageAsk,
  RegisteredRunner,
} from '../contracts.ts';
import type { Env } from '../env.ts';
import { createLogger } from '../logger.ts';
import type { Sample } from '../metrics/observation.ts';
import { Deadlines } from '../storage/deadlines.ts';
import { Outbox } from '../storage/outbox.ts';
import { AttentionDesk } from './attention-desk.ts';
import { ControlSocket } from './control-socket.ts';
import { Dispatcher } from './dispatcher.ts';
import { FleetStore } from './fleet-store.ts';
import {
  FLEET_LANE_POLICY,
  type FleetOutboxEntry,
  type FleetWrite,
  fleetBatchSize,
  sendFleetWrites,
} from './fleet-writes.ts';
import { JobRunners } from './job-runners.ts';
import { createJobSigner } from './job-signer.ts';
import { proveRunner } from './prove-runner.ts';
import { QueueDesk } from './queue-desk.ts';
import { QueuePlan } from './queue-plan.ts';
import { Registration } from './register-runner.ts';
import { RegistrationTokens } from './registration-tokens.ts';
import { RunnerDesk } from './runner-desk.ts';
import { closeQuietly, RunnerSockets } from './runner-sockets.ts';
import { sampleFleet } from './sample-fleet.ts';
import { viewFleet } from './view-fleet.ts';

/** A handler that threw has met a bug or an outage; the same one a moment later meets it again. */
const DEADLINE_RETRY_MS = 10_000;

/** When the outbox is looked at if the object ends between storing a write and sending it. */
const DRAIN_GUARD_MS = 1_000;

/**
 * A thousand sessions may have to be told at one moment, and each call wakes an object that writes to its disk: requests
 * that come meanwhile must not stand behind all of them.
 */
const SESSIONS_TOLD_AT_ONCE = 16;

/** Name of the query parameter with which the Worker says whose socket it forwards. */
export const RUNNER_PARAMETER = 'runner';

/** One GitHub account's runners and job queue. */
export class FleetObject extends DurableObject<Env> implements FleetRpc {
  readonly #logger = createLogger({ part: 'fleet' });
  readonly #store: FleetStore;
  readonly #sockets: RunnerSockets;
  readonly #deadlines: Deadlines;
  readonly #outbox: Outbox<FleetWrite>;
  readonly #dispatcher: Dispatcher;
  readonly #plan: QueuePlan;
  readonly #queue: QueueDesk;
  readonly #desk: AttentionDesk;
  readonly #control: ControlSocket;
  readonly #registration: Registration;
  readonly #runnerDesk: RunnerDesk;
  readonly #jobRunners: JobRunners;
  #drainsSoon = false;

  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env);
    this.#store = new FleetStore(ctx.storage.sql);
    this.#sockets = new RunnerSockets(ctx);
    this.#deadlines = new Deadlines(ctx.storage);
    this.#outbox = new Outbox<FleetWrite>(ctx.storage, () => FLEET_LANE_POLICY);
    const shared = {
      store: this.#store,
      sockets: this.#sockets,
      logger: this.#logger,
      now: () => Date.now(),
      tell: (entry: FleetOutboxEntry) => this.#tell(entry),
    };
    const signer = createJobSigner(configOf(env).jobSigning);
    this.#dispatcher = new Dispatcher({
      ...shared,
      signTicket: (claims) => signTicket(configOf(env).secret, claims),
      signJob: (claims) => signer.sign(claims),
      wakeAt: (what, atMs) => this.#wakeAt(what, atMs),
    });
    const dispatcher = this.#dispatcher;
    this.#plan = new QueuePlan({ ...shared, runners: () => dispatcher.namedRunners() });
    this.#queue = new QueueDesk({ ...shared, dispatcher, plan: this.#plan });
    this.#desk = new AttentionDesk({ ...shared, outbox: this.#outbox, dispatcher, plan: this.#plan });
    this.#control = new ControlSocket({
      ...shared,
      dispatcher,
      jobKeys: () => signer.keys(),
    });
    const disconnect = (runnerId: RunnerId, reason: string) => this.#disconnect(runnerId, reason);
    this.#registration = new Registration({
      ...shared,
      tokens: new RegistrationTokens(ctx.storage.sql),
      newId: () => crypto.randomUUID(),
      disconnect,
    });
    this.#runnerDesk = new RunnerDesk({ ...shared, dispatcher, disconnect });
    this.#jobRunners = new JobRunners({
      ...shared,
      awaited: () => this.#registration.awaitsJobRunner(),
      remove: (runnerId) => this.#runnerDesk.remove(runnerId),
      wakeAt: (atMs) => this.#wakeAt('job_runners', atMs),
    });
    void ctx.blockConcurrencyWhile(async () => {
      await this.#deadlines.rearm();
      // Sockets do not outlive a restart: leases of runners that stay away must end.
      this.#dispatcher.watchLeases();
    });
  }

  enqueue(job: FleetJob): Promise<QueueAnswer> {
    return this.#queue.enqueue(job);
  }

  release(taskId: TaskId, epoch: number): Promise<void> {
    return this.#queue.release(taskId, epoch);
  }

  withdraw(taskId: TaskId, reason: string): Promise<void> {
    return this.#queue.withdraw(taskId, reason);
  }

  async queuePage(ask: QueuePageAsk): Promise<QueuePage> {
    return this.#queue.page(ask);
  }

  registerRunner(account: AccountKey, name: string): Promise<RegisteredRunner> {
    return this.#registration.addRunner(account, name);
  }

  makeRegistrationToken(
    ...[account, asked]: Parameters<FleetRpc['makeRegistrationToken']>
  ): ReturnType<FleetRpc['makeRegistrationToken']> {
    if (asked.bound !== undefined) this.#jobRunners.watch();
    return this.#registration.makeToken(account, asked);
  }

  async registrationTokens(): Promise<RegistrationTokenView[]> {
    return this.#registration.list();
  }

  async revokeRegistrationToken(id: string): Promise<boolean> {
    return this.#registration.revoke(id);
  }

  register(...asked: Parameters<FleetRpc['register']>): ReturnType<FleetRpc['register']> {
    return this.#registration.register(...asked);
  }

  removeRunner(runnerId: RunnerId): Promise<boolean> {
    return this.#runnerDesk.remove(runnerId);
  }

  drainRunner(runnerId: RunnerId, drainAsked: boolean): Promise<RunnerView | null> {
    return this.#runnerDesk.drain(runnerId, drainAsked);
  }

  async knowsRunner(runnerId: RunnerId, taskId: TaskId): Promise<boolean> {
    const row = this.#store.runners.get(runnerId);
    return row !== undefined && this.#jobRunners.mayWorkOn(row, taskId);
  }

  async renewJobRunner(...[runnerId, by]: Parameters<FleetRpc['renewJobRunner']>): Promise<boolean> {
    return this.#jobRunners.renew(runnerId, by);
  }

  runnerOf(credential: string): Promise<{ id: RunnerId; name: string } | null> {
    return proveRunner(this.#store, credential, () => Date.now());
  }

  async view(): Promise<FleetView> {
    const contacts = [...this.#store.runners.values()].map((row) => this.#dispatcher.contactOf(row));
    return viewFleet(contacts, [...this.#store.leases.values()], this.#plan.ordered());
  }

  async attention(account: AccountKey): Promise<AttentionItem[]> {
    return this.#desk.items(account);
  }

  async attend(what: Parameters<FleetRpc['attend']>[0], how: Attend): Promise<boolean> {
    const found = this.#desk.attend(what, how);
    if (found && 'lane' in what) this.ctx.waitUntil(this.#drain());
    if (found) await this.#dispatcher.match();
    return found;
  }

  async metrics(): Promise<Sample[]> {
    return sampleFleet(await this.view(), this.#outbox.backlog(), Date.now());
  }

  async sweep(): Promise<void> {
    if (await this.#deadlines.mend(Date.now())) await this.alarm();
    this.#dispatcher.watchLeases();
    await this.#jobRunners.look();
  }

  async runner(runnerId: RunnerId): Promise<RunnerView | null> {
    return this.#runnerDesk.view(runnerId);
  }

  /** A control socket. The Worker has checked the credential and names the runner. */
  override async fetch(request: Request): Promise<Response> {
    const row = this.#store.runners.get(new URL(request.url).searchParams.get(RUNNER_PARAMETER) ?? '');
    if (row === undefined) return new Response('No such runner.', { status: 404 });
    return new Response(null, { status: 101, webSocket: this.#sockets.accept(row.id, Date.now()) });
  }

  override async webSocketMessage(socket: WebSocket, message: string | ArrayBuffer): Promise<void> {
    await this.#control.onMessage(socket, message);
  }

  override async webSocketClose(socket: WebSocket, code: number): Promise<void> {
    await this.#control.onClose(socket, code);
  }

  override async webSocketError(socket: WebSocket): Promise<void> {
    await this.#control.onClose(socket, null);
  }

  override async alarm(): Promise<void> {
    // All start before the first await: what follows from a deadline is stored in the turn that removes it.
    await Promise.all(this.#deadlines.takeDue(Date.now()).map((name) => this.#onDeadline(name)));
  }

  async #onDeadline(name: string): Promise<void> {
    try {
      if (name === 'outbox') return await this.#drain();
      if (name === 'leases') this.#dispatcher.checkLeases();
      if (name === 'job_runners') await this.#jobRunners.look();
      await this.#dispatcher.match();
    } catch (error) {
      this.#logger.error('fleet.deadline_failed', { name, error });
      this.#deadlines.set(name, Date.now() + DEADLINE_RETRY_MS);
    }
  }

  #disconnect(runnerId: RunnerId, reason: string): void {
    for (const socket of this.#sockets.allOf(runnerId)) closeQuietly(socket, CLOSE.unauthorized, reason);
  }

  #wakeAt(name: string, atMs: number): void {
    const knownMs = this.#deadlines.at(name);
    if (knownMs === null || atMs < knownMs) this.#deadlines.set(name, atMs);
  }

  /** Stored now, sent right after this turn: frames to runners come first. */
  #tell(entry: FleetOutboxEntry): void {
    this.#outbox.put(entry);
    this.#wakeAt('outbox', Date.now() + DRAIN_GUARD_MS);
    if (this.#drainsSoon) return;
    this.#drainsSoon = true;
    this.ctx.waitUntil(
      scheduler.wait(0).then(() => {
        this.#drainsSoon = false;
        return this.#drain();
      }),
    );
  }

  async #drain(): Promise<void> {
    const account = accountKeySchema.parse(this.ctx.id.name);
    const sending = { env: this.env, logger: this.#logger, account };
    const drained = this.#outbox.drain({
      now: () => Date.now(),
      random: Math.random,
      send: (items) => sendFleetWrites(sending, items),
      batchSize: fleetBatchSize,
      lanesAtOnce: SESSIONS_TOLD_AT_ONCE,
    });
    this.#wakeForOutbox();
    await drained;
    this.#wakeForOutbox();
  }

  #wakeForOutbox(): void {
    const dueMs = this.#outbox.nextDueAt();
    if (dueMs === null) this.#deadlines.clear('outbox');
    else this.#deadlines.set('outbox', dueMs);
  }
}
