import { evictDurableObject, runInDurableObject } from 'cloudflare:test';
import { env, exports } from 'cloudflare:workers';
import { expect, it } from 'vitest';
import { type AttentionItem, attentionListSchema } from '../../../protocol/attention.ts';
import { sweepAccounts } from '../../http/sweep-objects.ts';
import { readAuditLines } from '../../record/list-audit.ts';
import { openRecord } from '../../record/open-record.ts';
import { HELD_UP_MS } from '../../storage/outbox-troubles.ts';
import { TEST_ADMIN_KEY } from '../../test-settings.ts';
import { eventually } from '../../testing/eventually.ts';
import { accountOf } from '../account-of.ts';

const call = (path: string, init?: RequestInit) =>
  exports.default.fetch(`http://localhost:8787${path}`, {
    headers: { authorization: `Bearer ${TEST_ADMIN_KEY}`, 'content-type': 'application/json' },
    ...init,
  });

/** All test files share one record: these numbers are nobody else's. */
let accounts = 990_900;

/** An account with one line in its log, which waits for the record since some minutes. */
async function accountWithWaitingLine() {
  accounts += 1;
  const account = `github:${accounts}`;
  const stub = env.ACCOUNT.get(env.ACCOUNT.idFromName(account));
  const { audit } = accountOf(env, account);
  const intent = (action: string) => ({
    id: crypto.randomUUID(),
    at: Date.now(),
    actor: { kind: 'admin_key' as const, id: null, name: 'admin' },
    action,
    target: { kind: 'task', id: 'x.1', name: null },
    address: null,
    userAgent: null,
    details: {},
  });
  await audit.add(intent('task.created'));
  await eventually(async () => expect(await readAuditLines(openRecord(env), account, 0, 9)).toHaveLength(1));
  // As it is after the record was away for a while: the second line could not be sent.
  await runInDurableObject(stub, (_object, { storage }) => {
    const body = JSON.stringify({
      kind: 'end_share',
      sessionId: crypto.randomUUID(),
      shareId: crypto.randomUUID(),
    });
    storage.sql.exec(
      `INSERT INTO outbox (lane, key, body, attempts, retry_at_ms, failing_since_ms, last_reason)
       VALUES ('share:x', 'y', ?, 7, ?, ?, 'hung up')`,
      body,
      Date.now() + 3_600_000,
      Date.now() - HELD_UP_MS,
    );
  });
  await evictDurableObject(stub);
  return { account, stub };
}

async function stuck(account: string): Promise<AttentionItem[]> {
  return attentionListSchema.parse(await (await call(`/api/attention?account=${account}`)).json()).items;
}

it('what an account can not tell is listed with its remedy, and is off the list when it is through', async () => {
  const { account } = await accountWithWaitingLine();
  const [item] = await stuck(account);
  expect(item).toMatchObject({
    account,
    kind: 'message',
    status: 'held_up',
    what: expect.stringContaining('share link was taken away'),
    attempts: 7,
    lastError: 'hung up',
    canRetry: true,
    canDismiss: false,
  });
  const act = (how: string, body: unknown) =>
    call(`/api/attention/${item?.id}/${how}`, { method: 'POST', body: JSON.stringify(body) });
  expect((await act('dismiss', { reason: 'no' })).status).toBe(409);
  expect((await act('retry', {})).status).toBe(202);
  await eventually(async () => expect(await stuck(account)).toEqual([]));
  expect((await act('retry', {})).status).toBe(409);
});

it('the sweep finds an account whose alarm was lost', async () => {
  const { account, stub } = await accountWithWaitingLine();
  await runInDurableObject(stub, async (_object, { storage }) => {
    storage.sql.exec("UPDATE outbox SET retry_at_ms = 0 WHERE lane = 'share:x'");
    storage.sql.exec("INSERT OR REPLACE INTO deadlines (name, at_ms) VALUES ('outbox', 1)");
    await storage.deleteAlarm();
  });
  await sweepAccounts(env, [account]);
  await eventually(async () => expect(await stuck(account)).toEqual([]));
});
