import { env } from 'cloudflare:workers';
import { eq } from 'drizzle-orm';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { accountKeySchema } from '../../../protocol/ids.ts';
import { createLogger } from '../../logger.ts';
import { openRecord } from '../open-record.ts';
import type { RecordRow } from '../rows.ts';
import { sessions } from '../schema.ts';
import { sendToRecord } from '../send-to-record.ts';
import { makeSession } from '../testing/record-fixtures.ts';

afterEach(() => {
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
});

const SENDERS = 200;

/** What is down takes a while to be found so. */
const FAILS_AFTER_MS = 100;

function anAccount() {
  return accountKeySchema.parse(`github:${crypto.getRandomValues(new Uint32Array(1))[0]}`);
}

/** Sends a row of a session of its own, as that session would. */
function send(account: ReturnType<typeof anAccount>, row: RecordRow) {
  return sendToRecord(env, createLogger({ part: 'test' }), account, [row]);
}

const storedOf = (account: ReturnType<typeof anAccount>) =>
  openRecord(env).select({ id: sessions.id }).from(sessions).where(eq(sessions.account, account));

/** The requests that went to the database from now on. */
function watchRequests(fail?: () => boolean) {
  const real = globalThis.fetch;
  const watched = { count: 0 };
  vi.stubGlobal('fetch', async (input: RequestInfo, init?: RequestInit) => {
    watched.count += 1;
    if (!fail?.()) return real(input, init);
    await scheduler.wait(FAILS_AFTER_MS);
    throw new Error('The record is down.');
  });
  return watched;
}

describe('the way of many senders to the record', () => {
  it('is a few requests, and each row is stored when its sender is told so', async () => {
    const account = anAccount();
    const rows = Array.from({ length: SENDERS }, () => makeSession(crypto.randomUUID(), 1, { account }));
    const watched = watchRequests();
    const results = await Promise.all(rows.map((row) => send(account, row)));
    expect(new Set(results.map(({ status }) => status))).toEqual(new Set(['done']));
    expect(watched.count).toBeLessThan(SENDERS / 10);
    expect(await storedOf(account)).toHaveLength(SENDERS);
  });

  it('leaves out the one row that the database refuses, and says so in the log', async () => {
    const account = anAccount();
    const rows = Array.from({ length: 20 }, () => makeSession(crypto.randomUUID(), 1, { account }));
    const bad = makeSession(crypto.randomUUID(), 1, { account });
    // @ts-expect-error a row that the database must refuse
    bad.row.title = null;
    const log = vi.spyOn(console, 'error').mockImplementation(() => undefined);
    const results = await Promise.all([...rows, bad].map((row) => send(account, row)));
    expect(new Set(results.map(({ status }) => status))).toEqual(new Set(['done']));
    expect(await storedOf(account)).toHaveLength(20);
    expect(log.mock.calls.flat().join()).toContain('"event":"record.row_refused"');
  });

  it('asks a database that is down a few times, and every sender is told to come again', async () => {
    const account = anAccount();
    let isDown = true;
    const watched = watchRequests(() => isDown);
    const rows = Array.from({ length: SENDERS }, () => makeSession(crypto.randomUUID(), 1, { account }));
    const failed = await Promise.all(rows.map((row) => send(account, row)));
    expect(new Set(failed.map(({ status }) => status))).toEqual(new Set(['retry']));
    expect(watched.count).toBeLessThan(SENDERS / 10);
    isDown = false;
    await Promise.all(rows.map((row) => send(account, row)));
    expect(await storedOf(account)).toHaveLength(SENDERS);
  });
});
