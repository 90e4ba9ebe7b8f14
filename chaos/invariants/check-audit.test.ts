import { describe, expect, it } from 'vitest';
import { type AuditVerdict, EMPTY_AUDIT_HEAD } from '../../protocol/audit.ts';
import { checkAudit } from './check-audit.ts';

const INTACT: AuditVerdict = {
  account: 'local',
  status: 'intact',
  from: EMPTY_AUDIT_HEAD,
  to: EMPTY_AUDIT_HEAD,
  head: EMPTY_AUDIT_HEAD,
  more: false,
  fault: null,
};
const line = (id: string, outcome: 'done' | 'unknown' | 'refused' = 'done') => ({
  target: { kind: 'task', id, name: null },
  outcome,
});
const rules = (...args: Parameters<typeof checkAudit>) => checkAudit(...args).map(({ rule }) => rule);

describe('the audit log', () => {
  it('is in order when its chain is whole and names every session, by a task of it too', () => {
    expect(rules(INTACT, [line('a'), line('b.1'), line('c', 'unknown')], ['a', 'b', 'c'])).toEqual([]);
  });

  it('shows a broken chain, and one that was not checked to its end', () => {
    const broken: AuditVerdict = { ...INTACT, status: 'broken', fault: { number: 3, reason: 'missing' } };
    expect(rules(broken, [], [])).toEqual(['audit_chain_broken']);
    expect(rules({ ...INTACT, more: true }, [], [])).toEqual(['audit_chain_broken']);
  });

  it('shows a session that nobody is said to have asked for, or was refused', () => {
    expect(rules(INTACT, [line('a', 'refused')], ['a', 'b'])).toEqual([
      'not_in_audit_log',
      'not_in_audit_log',
    ]);
  });
});
