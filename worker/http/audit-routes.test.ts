import { env, exports } from 'cloudflare:workers';
import { createHash } from 'node:crypto';
import { eq, sql } from 'drizzle-orm';
import { beforeAll, describe, expect, it } from 'vitest';
import {
  type AuditEntry,
  auditEntrySchema,
  auditHashInput,
  auditPageSchema,
  auditVerdictSchema,
  EMPTY_AUDIT_HEAD,
} from '../../protocol/audit.ts';
import { verifyAuditChain } from '../../protocol/verify-audit-chain.ts';
import { accountOf } from '../account/account-of.ts';
import { readAuditLines } from '../record/list-audit.ts';
import { openRecord } from '../record/open-record.ts';
import { auditLog } from '../record/tables/audit-log.ts';
import { TEST_ADMIN_KEY } from '../test-settings.ts';
import { eventually } from '../testing/eventually.ts';

const ADMIN = { authorization: `Bearer ${TEST_ADMIN_KEY}` };
const get = (path: string) => exports.default.fetch(`http://localhost:8787${path}`, { headers: ADMIN });

/** All test files share one record: these numbers are nobody else's. */
let accounts = 990_700;
const START = 1_780_000_000_000;

/** As long as a test has. */
const SLOW_MACHINE_MS = 90_000;

/** An account with some lines in its log, which the record has. */
async function accountWithLines(count: number): Promise<string> {
  accounts += 1;
  const account = `github:${accounts}`;
  const { audit } = accountOf(env, account);
  for (let index = 0; index < count; index += 1) {
    await audit.add({
      id: crypto.randomUUID(),
      at: START + index,
      actor: { kind: 'browser', id: 'github:7', name: index % 2 === 0 ? 'octocat' : 'hubot' },
      action: index % 3 === 0 ? 'key.created' : 'task.cancelled',
      target: { kind: 'task', id: `x.${index}`, name: null },
      address: '192.0.2.1',
      userAgent: null,
      details: { index },
    });
  }
  await eventually(async () => {
    expect(await readAuditLines(openRecord(env), account, 0, 100)).toHaveLength(count);
  });
  return account;
}

const list = async (query: string) => auditPageSchema.parse(await (await get(`/api/audit?${query}`)).json());
const verify = async (account: string, more = '') =>
  auditVerdictSchema.parse(await (await get(`/api/audit/verify?account=${account}${more}`)).json());
const numbers = ({ items }: { items: AuditEntry[] }) => items.map(({ number }) => number);

describe('the audit log', () => {
  let account = '';
  beforeAll(async () => {
    account = await accountWithLines(7);
  }, SLOW_MACHINE_MS);

  it('is listed by pages, the latest first, and by who did what to what and when', async () => {
    const of = (query: string) => list(`account=${account}&${query}`);
    const first = await of('limit=3');
    expect(numbers(first)).toEqual([7, 6, 5]);
    expect(numbers(await of(`limit=9&cursor=${first.next}`))).toEqual([4, 3, 2, 1]);
    expect(numbers(await of('action=key.created'))).toEqual([7, 4, 1]);
    expect(numbers(await of('actor=hubot'))).toEqual([6, 4, 2]);
    expect(numbers(await of('action=key.created&actor=hubot'))).toEqual([4]);
    expect(numbers(await of('target=x.2'))).toEqual([3]);
    expect(numbers(await of('outcome=refused'))).toEqual([]);
    const at = (index: number) => new Date(START + index).toISOString();
    expect(numbers(await of(`from=${at(1)}&to=${at(3)}`))).toEqual([3, 2]);
  });

  it('is intact, and can be checked from a line that was noted', async () => {
    const whole = await verify(account);
    expect(whole).toMatchObject({
      status: 'intact',
      to: { number: 7 },
      head: whole.to,
      more: false,
      fault: null,
    });
    const [line] = (await list(`account=${account}&target=x.3`)).items;
    expect(await verify(account, `&after=4&hash=${line?.hash}`)).toEqual({
      ...whole,
      from: { number: 4, hash: line?.hash },
    });
    expect((await get(`/api/audit/verify?account=${account}&after=4`)).status).toBe(400);
  });

  it('is intact also as it was exported', async () => {
    const own = await accountWithLines(3);
    const text = await (await get(`/api/exports/audit?account=${own}&format=ndjson`)).text();
    const lines = text
      .trim()
      .split('\n')
      .map((line) => auditEntrySchema.parse(JSON.parse(line)));
    const sha256 = (hashed: string) => createHash('sha256').update(hashed).digest('hex');
    const verdict = await verifyAuditChain(lines, own, EMPTY_AUDIT_HEAD, sha256);
    expect(verdict.status).toBe('intact');
    // The export is a line itself, which it may or may not hold.
    expect(verdict.head.number).toBeGreaterThanOrEqual(3);
  });

  it('is for admins', async () => {
    for (const path of ['/api/audit', '/api/audit/verify']) {
      const answer = await exports.default.fetch(`http://localhost:8787${path}?account=${account}`);
      expect(answer.status).toBe(401);
    }
  });
});

describe('tampering with the record', () => {
  const inRecord = (account: string) => eq(auditLog.account, account);

  it('shows a line that was changed', async () => {
    const account = await accountWithLines(4);
    await openRecord(env)
      .update(auditLog)
      .set({ outcome: 'refused' })
      .where(sql`${inRecord(account)} AND ${auditLog.number} = 3`);
    expect(await verify(account)).toMatchObject({
      status: 'broken',
      to: { number: 2 },
      fault: { number: 3, reason: 'changed' },
    });
  });

  it('shows a line that was taken out, in the middle and at the end', async () => {
    const account = await accountWithLines(4);
    const takeOut = (number: number) =>
      openRecord(env)
        .delete(auditLog)
        .where(sql`${inRecord(account)} AND ${auditLog.number} = ${number}`);
    await takeOut(2);
    expect(await verify(account)).toMatchObject({
      status: 'broken',
      fault: { number: 2, reason: 'missing' },
    });
    const other = await accountWithLines(3);
    await openRecord(env)
      .delete(auditLog)
      .where(sql`${inRecord(other)} AND ${auditLog.number} = 3`);
    expect(await verify(other)).toMatchObject({ status: 'broken', fault: { number: 3, reason: 'missing' } });
  });

  it('shows a chain that was made anew with fitting hashes', async () => {
    const account = await accountWithLines(3);
    const other = await accountWithLines(3);
    await openRecord(env).delete(auditLog).where(inRecord(account));
    let previousHash = '0'.repeat(64);
    for (const { hash: _hash, ...line } of await readAuditLines(openRecord(env), other, 0, 10)) {
      const forged = { ...line, account, actor: { ...line.actor, name: 'mallory' }, previousHash };
      previousHash = createHash('sha256').update(auditHashInput(forged)).digest('hex');
      await openRecord(env)
        .insert(auditLog)
        .values({ ...forged, hash: previousHash });
    }
    expect(await verify(account)).toMatchObject({
      status: 'broken',
      fault: { number: 3, reason: 'rewritten' },
    });
  });
});
