import { createClient } from '@libsql/client/web';
import type { LibSQLDatabase } from 'drizzle-orm/libsql';
import { drizzle } from 'drizzle-orm/libsql/web';
import { configOf } from '../config.ts';
import type { Env } from '../env.ts';
import { wholeAnswer } from '../whole-answer.ts';
import * as schema from './schema.ts';

export type RecordDb = LibSQLDatabase<typeof schema>;

/** Longer than any query of ours takes; a database that is slower than this counts as down. */
export const RECORD_DEADLINE_MS = 5_000;

export type RecordAddress = { url: string; authToken: string | null };

/**
 * Opens the record. Nothing is sent yet, and nothing needs closing: each call is one HTTP request with a deadline.
 * A database that lives across requests would share one request's sockets with another, which workerd forbids.
 */
export function openRecord(env: Env): RecordDb {
  return connectRecord(configOf(env).libsql);
}

export function connectRecord({ url, authToken }: RecordAddress): RecordDb {
  const client = createClient({
    // libsql: and wss: would open a WebSocket, which has no deadline.
    url: url.replace(/^libsql:/, 'https:'),
    authToken: authToken ?? undefined,
    fetch: fetchInTime,
  });
  return drizzle(client, { schema });
}

/**
 * Fetches the whole answer or fails. The timer ends with it: `AbortSignal.timeout` would keep a Durable Object from
 * hibernating until it rings.
 */
async function fetchInTime(request: Request): Promise<Response> {
  const controller = new AbortController();
  const timer = setTimeout(
    () => controller.abort(new Error(`The record did not answer within ${RECORD_DEADLINE_MS} ms.`)),
    RECORD_DEADLINE_MS,
  );
  try {
    return await wholeAnswer(await fetch(request, { signal: controller.signal }));
  } finally {
    clearTimeout(timer);
  }
}
