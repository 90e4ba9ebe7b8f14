import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type AuditEntry, auditHashInput, EMPTY_AUDIT_HEAD } from '../../protocol/audit.ts';
import { verifyAuditChain } from '../../protocol/verify-audit-chain.ts';

const ACCOUNT = 'github:1';
const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');
const verify = (lines: readonly AuditEntry[], after = EMPTY_AUDIT_HEAD) =>
  verifyAuditChain(lines, ACCOUNT, after, sha256);

function chainOf(details: readonly Record<string, unknown>[]): AuditEntry[] {
  const lines: AuditEntry[] = [];
  for (const [index, given] of details.entries()) {
    const line = {
      account: ACCOUNT,
      number: index + 1,
      at: 1_700_000_000_000 + index,
      actor: { kind: 'browser' as const, id: 'github:7', name: 'octocat' },
      action: 'task.cancelled',
      target: { kind: 'task', id: `x.${index}`, name: null },
      outcome: 'done' as const,
      problem: null,
      address: null,
      userAgent: 'curl/8',
      details: given,
      previousHash: lines.at(-1)?.hash ?? EMPTY_AUDIT_HEAD.hash,
    };
    lines.push({ ...line, hash: sha256(auditHashInput(line)) });
  }
  return lines;
}

const detailsArbitrary = fc.array(fc.dictionary(fc.string(), fc.jsonValue()), { minLength: 2, maxLength: 6 });

describe('a chain of audit lines', () => {
  it('is intact as it was made, also when it went through JSON and is checked a part at a time', async () => {
    await fc.assert(
      fc.asyncProperty(detailsArbitrary, fc.nat(), async (details, at) => {
        const lines: AuditEntry[] = JSON.parse(JSON.stringify(chainOf(details)));
        const cut = at % lines.length;
        const first = await verify(lines.slice(0, cut));
        const { number, hash } = lines.at(-1) ?? EMPTY_AUDIT_HEAD;
        expect(await verify(lines.slice(cut), first.head)).toEqual({
          status: 'intact',
          head: { number, hash },
        });
      }),
    );
  });

  it('shows each line that was changed, wherever it was', async () => {
    const changes: ((line: AuditEntry) => AuditEntry)[] = [
      (line) => ({ ...line, at: line.at + 1 }),
      (line) => ({ ...line, actor: { ...line.actor, name: 'mallory' } }),
      (line) => ({ ...line, actor: { ...line.actor, kind: 'admin_key' } }),
      (line) => ({ ...line, action: 'task.created' }),
      (line) => ({ ...line, target: { ...line.target, id: 'y' } }),
      (line) => ({ ...line, outcome: 'refused' }),
      (line) => ({ ...line, problem: 'conflict' }),
      (line) => ({ ...line, address: '192.0.2.1' }),
      (line) => ({ ...line, userAgent: null }),
      (line) => ({ ...line, details: { ...line.details, why: 1 } }),
      // A list of pairs is no object with these keys.
      (line) => ({ ...line, details: { nested: [['a', 1]] } }),
      (line) => ({ ...line, hash: sha256('x') }),
    ];
    const lines = chainOf([{ a: 1 }, { nested: { a: 1 } }, { b: 2 }]);
    for (const change of changes) {
      for (const at of [0, 1, 2]) {
        const changed = lines.map((line, index) => (index === at ? change(line) : line));
        expect(await verify(changed)).toMatchObject({
          status: 'broken',
          fault: { number: at + 1, reason: 'changed' },
        });
      }
    }
  });

  it('shows a line that was taken out, put in, moved or is of another account', async () => {
    const lines = chainOf([{}, { a: 1 }, { b: 2 }, { c: 3 }]);
    const [one, two, three, four] = lines as [AuditEntry, AuditEntry, AuditEntry, AuditEntry];
    const fault = async (list: AuditEntry[]) => {
      const verdict = await verify(list);
      return verdict.status === 'broken' ? verdict.fault : null;
    };
    expect(await fault([one, three, four])).toEqual({ number: 2, reason: 'missing' });
    expect(await fault([two, three, four])).toEqual({ number: 1, reason: 'missing' });
    expect(await fault([one, three, two, four])).toEqual({ number: 2, reason: 'missing' });
    expect(await fault([one, { ...three, number: 2 }, four])).toEqual({ number: 2, reason: 'unlinked' });
    expect(await fault([one, { ...two, account: 'github:2' }])).toEqual({ number: 2, reason: 'foreign' });
    const redone = { ...two, details: { a: 2 } };
    const rehashed = { ...redone, hash: sha256(auditHashInput(redone)) };
    // Whoever mends one hash must mend all that follow, and then the head differs from the one that was noted.
    expect(await fault([one, rehashed, three])).toEqual({ number: 3, reason: 'unlinked' });
  });
});
