import { setTimeout as delay } from 'node:timers/promises';
import { HranaError, isBusy } from './hrana-error.ts';
import { BUSY_WAIT_MS } from './limits.ts';

/** Another process may hold the lock, and its end is nothing we hear of: then this is how often we look. */
const LOOK_AGAIN_MS = 20;

interface Ticket {
  wake: () => void;
}

/**
 * Lets statements wait for each other's locks without blocking the one thread that everybody shares:
 * SQLite's own busy timeout sleeps inside the call, and the holder of the lock could never come to its commit.
 */
export class WriteTurns {
  readonly #queue: Ticket[] = [];

  /** Runs `statement` until no other connection is in its way, at most for `BUSY_WAIT_MS`. First come, first served. */
  async run<T>(statement: () => T, signal: AbortSignal): Promise<T> {
    const giveUpAt = performance.now() + BUSY_WAIT_MS;
    const ticket: Ticket = { wake: () => {} };
    try {
      for (;;) {
        try {
          return statement();
        } catch (error) {
          if (!isBusy(error) || performance.now() > giveUpAt) throw error;
        }
        if (!this.#queue.includes(ticket)) this.#queue.push(ticket);
        await this.#waitForTurn(ticket, signal);
      }
    } finally {
      const place = this.#queue.indexOf(ticket);
      if (place >= 0) this.#queue.splice(place, 1);
    }
  }

  /** A lock may have been given up: whoever waits longest tries next. */
  passOn(): void {
    this.#queue[0]?.wake();
  }

  async #waitForTurn(ticket: Ticket, signal: AbortSignal): Promise<void> {
    const { promise: turn, resolve } = Promise.withResolvers<void>();
    ticket.wake = resolve;
    const stop = new AbortController();
    const patienceMs = LOOK_AGAIN_MS * (1 + this.#queue.indexOf(ticket));
    const anySignal = AbortSignal.any([signal, stop.signal]);
    try {
      await Promise.race([turn, delay(patienceMs, undefined, { signal: anySignal })]);
    } catch {
      throw new HranaError(
        'REQUEST_CANCELLED',
        'The request ended while the statement waited for another writer.',
      );
    } finally {
      stop.abort();
    }
  }
}
