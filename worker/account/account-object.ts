import { DurableObject } from 'cloudflare:workers';
import { accountKeySchema } from '../../protocol/ids.ts';
import type { Env } from '../env.ts';
import { createLogger } from '../logger.ts';
import { Deadlines } from '../storage/deadlines.ts';
import { Outbox } from '../storage/outbox.ts';
import type { AccountParts } from './account-parts.ts';
import { type AccountWrite, accountLanePolicy, RECORD_LANE, sendAccountWrites } from './account-writes.ts';
import { AuditChain } from './audit/audit-chain.ts';
import { type Desks, openDesks } from './desks.ts';

/** When the outbox is looked at if the object ends between storing a write and sending it. */
const DRAIN_GUARD_MS = 1_000;

const OUTBOX_DEADLINE = 'outbox';

/** One statement each in one round trip; far below libSQL's limits. */
const RECORD_BATCH = 50;

/** Lines of the audit log come in bursts, and nobody waits for their copies: a few go in one call. */
const RECORD_DELAY_MS = 100;

/**
 * What an account decides about itself, and its audit log. Each matter has a desk; `account-of.ts` shows them to others.
 */
export class AccountObject extends DurableObject<Env> {
  readonly #logger = createLogger({ part: 'account' });
  readonly #deadlines: Deadlines;
  readonly #outbox: Outbox<AccountWrite>;
  readonly #desks: Desks;
  /** Deadlines whose handlers run: what they were set to is over. */
  readonly #ringing = new Set<string>();

  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env);
    const account = accountKeySchema.parse(ctx.id.name);
    this.#deadlines = new Deadlines(ctx.storage);
    this.#outbox = new Outbox<AccountWrite>(ctx.storage, accountLanePolicy);
    const parts: AccountParts = {
      account,
      env,
      storage: ctx.storage,
      logger: this.#logger,
      now: () => Date.now(),
      newId: () => crypto.randomUUID(),
      record: (key, row) => this.#tell({ lane: RECORD_LANE, key, body: { kind: 'record', row } }),
      tell: (lane, key, body) => this.#tell({ lane, key, body }),
      outbox: this.#outbox,
      drain: () => this.ctx.waitUntil(this.#drain()),
      audit: new AuditChain(ctx.storage.sql, account),
      wakeAt: (name, atMs) => this.#wakeAt(name, atMs),
    };
    this.#desks = openDesks(parts);
    void ctx.blockConcurrencyWhile(() => this.#deadlines.rearm());
  }

  /** Calls a method of a desk. Only `account-of.ts` does, which has the types. */
  async ask(desk: string, method: string, args: readonly unknown[]): Promise<unknown> {
    const found: unknown = Object.hasOwn(this.#desks, desk) ? Reflect.get(this.#desks, desk) : undefined;
    const call: unknown =
      typeof found === 'object' && found !== null ? Reflect.get(found, method) : undefined;
    if (typeof call !== 'function') throw new TypeError(`An account has no ${desk}.${method}.`);
    return Reflect.apply(call, found, args);
  }

  /** Looks after what an alarm that never rang has left undone. */
  async sweep(): Promise<void> {
    const nowMs = Date.now();
    if (await this.#deadlines.mend(nowMs)) await this.alarm();
    for (const { lane, key, reason } of this.#outbox.pruneParked(nowMs)) {
      this.#logger.warn('account.given_up', { lane, key, reason });
    }
  }

  override async alarm(): Promise<void> {
    const failed = await this.#deadlines.runDue(Date.now(), (name) => this.#onDeadline(name));
    for (const { name, error } of failed) this.#logger.error('account.deadline_failed', { name, error });
  }

  async #onDeadline(name: string): Promise<void> {
    if (name === OUTBOX_DEADLINE) return this.#drain();
    this.#ringing.add(name);
    const [desk = ''] = name.split(':', 1);
    const found = Object.entries(this.#desks).find(([known]) => known === desk)?.[1];
    try {
      if (found !== undefined && 'onDeadline' in found) await found.onDeadline(name);
    } finally {
      this.#ringing.delete(name);
    }
  }

  #wakeAt(name: string, atMs: number): void {
    const knownMs = this.#deadlines.at(name);
    const isSpent = this.#ringing.delete(name);
    if (isSpent || knownMs === null || atMs < knownMs) this.#deadlines.set(name, atMs);
  }

  #tell(entry: { lane: string; key: string; body: AccountWrite }): void {
    this.#outbox.put(entry);
    this.#wakeAt(OUTBOX_DEADLINE, Date.now() + DRAIN_GUARD_MS);
    this.ctx.waitUntil(this.#drain());
  }

  async #drain(): Promise<void> {
    const { webhooks, schedules } = this.#desks;
    const sending = {
      env: this.env,
      logger: this.#logger,
      account: accountKeySchema.parse(this.ctx.id.name),
      deliver: (...message: Parameters<typeof webhooks.deliver>) => webhooks.deliver(...message),
      startRun: (...run: Parameters<typeof schedules.attempt>) => schedules.attempt(...run),
    };
    const drained = this.#outbox.drain({
      now: () => Date.now(),
      random: Math.random,
      send: (items) => sendAccountWrites(sending, items),
      batchSize: (lane) => (lane === RECORD_LANE ? RECORD_BATCH : 1),
      delayMs: (lane) => (lane === RECORD_LANE ? RECORD_DELAY_MS : 0),
    });
    this.#wakeForOutbox();
    await drained;
    this.#wakeForOutbox();
  }

  #wakeForOutbox(): void {
    const dueMs = this.#outbox.nextDueAt();
    if (dueMs === null) this.#deadlines.clear(OUTBOX_DEADLINE);
    else this.#deadlines.set(OUTBOX_DEADLINE, dueMs);
  }
}
