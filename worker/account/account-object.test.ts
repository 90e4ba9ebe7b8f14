import { env } from 'cloudflare:workers';
import { createHash } from 'node:crypto';
import { eq } from 'drizzle-orm';
import { describe, expect, it } from 'vitest';
import { type AuditEntry, auditHashInput, FIRST_AUDIT_HASH } from '../../protocol/audit.ts';
import { openRecord } from '../record/open-record.ts';
import { auditLog } from '../record/tables/audit-log.ts';
import { eventually } from '../testing/eventually.ts';
import { accountOf } from './account-of.ts';
import type { AuditIntent } from './audit/audit-chain.ts';

const intentOf = (changes: Partial<AuditIntent>): AuditIntent => ({
  id: crypto.randomUUID(),
  at: 1_700_000_000_000,
  actor: { kind: 'admin_key', id: null, name: 'admin' },
  action: 'task.cancelled',
  target: { kind: 'task', id: 'x.1', name: null },
  address: '192.0.2.1',
  userAgent: 'curl/8',
  details: { reason: 'wrong branch', nested: { b: 1, a: [2] } },
  ...changes,
});

function expectChain(entries: readonly AuditEntry[]): void {
  let previousHash = FIRST_AUDIT_HASH;
  entries.forEach((entry, index) => {
    expect(entry.number).toBe(index + 1);
    expect(entry.previousHash).toBe(previousHash);
    previousHash = createHash('sha256').update(auditHashInput(entry)).digest('hex');
    expect(entry.hash).toBe(previousHash);
  });
}

describe("an account's audit log", () => {
  it('chains what was done, once however often it is told, and hands it to the record', async () => {
    const account = 'github:960001';
    const { audit } = accountOf(env, account);
    const begun = intentOf({});
    const added = intentOf({ action: 'key.created' });
    await audit.begin(begun);
    await audit.finish(begun.id, { outcome: 'refused', problem: 'conflict' });
    await audit.finish(begun.id, { outcome: 'done', problem: null });
    await audit.begin(begun);
    await audit.add(added);
    await audit.add(added);
    const entries = await audit.after(0, 10);
    expect(entries.map(({ action, outcome, problem }) => [action, outcome, problem])).toEqual([
      ['task.cancelled', 'refused', 'conflict'],
      ['key.created', 'done', null],
    ]);
    expectChain(entries);
    await eventually(async () => {
      const stored = await openRecord(env)
        .select()
        .from(auditLog)
        .where(eq(auditLog.account, account))
        .orderBy(auditLog.number);
      expect(stored).toHaveLength(2);
      expectChain(stored);
    });
  });
});
