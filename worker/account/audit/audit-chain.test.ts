import { evictDurableObject, runInDurableObject } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { createHash } from 'node:crypto';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { EMPTY_AUDIT_HEAD } from '../../../protocol/audit.ts';
import { verifyAuditChain } from '../../../protocol/verify-audit-chain.ts';
import { readAuditLines } from '../../record/list-audit.ts';
import { openRecord } from '../../record/open-record.ts';
import { eventually } from '../../testing/eventually.ts';
import { accountOf } from '../account-of.ts';
import { AuditChain, type AuditIntent, KEEP_LINES } from './audit-chain.ts';

const intentOf = (changes: Partial<AuditIntent> = {}): AuditIntent => ({
  id: crypto.randomUUID(),
  at: Date.now(),
  actor: { kind: 'admin_key', id: null, name: 'admin' },
  action: 'task.cancelled',
  target: { kind: 'task', id: 'x.1', name: null },
  address: null,
  userAgent: null,
  details: {},
  ...changes,
});
const DONE = { outcome: 'done', problem: null } as const;

/** All test files share one record: these numbers are nobody else's. */
let accounts = 990_500;
function newAccount() {
  accounts += 1;
  const account = `github:${accounts}`;
  const stub = env.ACCOUNT.get(env.ACCOUNT.idFromName(account));
  return { account, stub, audit: accountOf(env, account).audit };
}

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

afterEach(() => {
  vi.useRealTimers();
});

describe('what is begun', () => {
  it('becomes a line with its end also when the object was evicted in between', async () => {
    const { audit, stub } = newAccount();
    const intent = intentOf();
    await audit.begin(intent);
    await evictDurableObject(stub);
    expect(await audit.after(0, 10)).toEqual([]);
    await audit.finish(intent.id, { outcome: 'failed', problem: 'internal' });
    await evictDurableObject(stub);
    await audit.finish(intent.id, DONE);
    await audit.begin(intent);
    expect(await audit.after(0, 10)).toMatchObject([{ number: 1, outcome: 'failed', problem: 'internal' }]);
  });

  it('and never ended becomes a line that says so, and stays that line', async () => {
    const { audit, stub } = newAccount();
    const intent = intentOf();
    await audit.begin(intent);
    await evictDurableObject(stub);
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 60_001 });
    await runInDurableObject(stub, (object) => object.alarm());
    expect(await audit.after(0, 10)).toMatchObject([{ number: 1, outcome: 'unknown' }]);
    await audit.finish(intent.id, DONE);
    await audit.begin(intent);
    await audit.add(intent);
    vi.setSystemTime(Date.now() + 120_000);
    await runInDurableObject(stub, (object) => object.alarm());
    expect(await audit.after(0, 10)).toHaveLength(1);
  });

  it('by many at once becomes one line each, in one chain', async () => {
    const { account, audit } = newAccount();
    const intents = Array.from({ length: 40 }, () => intentOf());
    await Promise.all(
      intents.map(async (intent) => {
        await Promise.all([audit.begin(intent), audit.begin(intent)]);
        await Promise.all([audit.finish(intent.id, DONE), audit.finish(intent.id, DONE)]);
      }),
    );
    const lines = await audit.after(0, 100);
    expect(lines).toHaveLength(40);
    expect((await verifyAuditChain(lines, account, EMPTY_AUDIT_HEAD, sha256)).status).toBe('intact');
  });
});

describe('a line', () => {
  it('holds no secret, no endless text and nothing that JSON would lose', async () => {
    const { account, audit } = newAccount();
    const token = `ghp_${'a1B2'.repeat(9)}`;
    await audit.add(
      intentOf({
        target: { kind: 'session', id: 'y', name: `Use ${token} ${'long '.repeat(200)}` },
        userAgent: 'x'.repeat(500),
        details: { reason: `because of ${token}`, gone: undefined, deep: { text: 'y'.repeat(5_000) } },
      }),
    );
    await audit.add(
      intentOf({ details: Object.fromEntries(Array.from({ length: 3_000 }, (_, i) => [i, i])) }),
    );
    const lines = await audit.after(0, 10);
    expect(JSON.stringify(lines)).not.toContain(token);
    expect(lines[0]?.details).toEqual({
      reason: 'because of [redacted]',
      deep: { text: `${'y'.repeat(499)}…` },
    });
    expect(lines[0]?.target.name).toHaveLength(300);
    expect(lines[1]?.details).toEqual({ leftOut: expect.stringMatching(/^\d+ characters$/) });
    await eventually(async () => {
      const recorded = await readAuditLines(openRecord(env), account, 0, 10);
      expect(recorded).toEqual(lines);
    });
  });

  it('is refused when our own code makes one of no known form', async () => {
    const { account, audit, stub } = newAccount();
    await audit.add(intentOf());
    await runInDurableObject(stub, (_object, { storage }) => {
      const chain = new AuditChain(storage.sql, account);
      expect(() => chain.begin(intentOf({ action: 'Cancelled!' }))).toThrow(/action/);
      expect(chain.head().number).toBe(1);
    });
  });
});

it('the object lets go of old lines that the record has, and the chain goes on from the last', async () => {
  const { account, audit, stub } = newAccount();
  await audit.add(intentOf());
  const kept = await runInDurableObject(stub, (_object, { storage }) => {
    const chain = new AuditChain(storage.sql, account);
    for (let line = 0; line < KEEP_LINES + 700; line += 1) chain.add(intentOf());
    const before = chain.after(0, 5_000);
    // The record lacks line 300 and what follows.
    while (chain.trim((number) => number < 300));
    const first = chain.after(0, 1)[0]?.number;
    while (chain.trim(() => true));
    chain.add(intentOf());
    return { before, first, after: chain.after(0, 5_000), head: chain.head() };
  });
  expect(kept.first).toBe(300);
  expect(kept.after).toHaveLength(KEEP_LINES + 1);
  expect(kept.head.number).toBe(KEEP_LINES + 702);
  const gone = kept.before.filter(({ number }) => number < (kept.after[0]?.number ?? 0));
  const whole = [...gone, ...kept.after];
  expect(await verifyAuditChain(whole, account, EMPTY_AUDIT_HEAD, sha256)).toEqual({
    status: 'intact',
    head: kept.head,
  });
});
