import { runInDurableObject } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import type { SendResult } from '../outbox-decide.ts';

/** The storage of an object that nobody else uses. */
export function withStorage<T>(work: (storage: DurableObjectStorage) => T | Promise<T>): Promise<T> {
  const stub = env.SESSION.get(env.SESSION.idFromName(crypto.randomUUID()));
  return runInDurableObject(stub, (_object, state) => work(state.storage));
}

/** A far side with a script: what it answers to each send, then `done`. */
export function farSide(script: SendResult[] = [], nowMs = 1_000) {
  const sent: string[] = [];
  const clock = { nowMs };
  return {
    sent,
    clock,
    now: () => clock.nowMs,
    random: () => 1,
    send: async (items: { key: string; body: string }[]): Promise<SendResult> => {
      sent.push(items.map((item) => `${item.key}=${item.body}`).join('+'));
      return script.shift() ?? { status: 'done' };
    },
  };
}
