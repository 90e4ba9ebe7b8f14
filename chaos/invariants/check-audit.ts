import type { AuditEntry, AuditVerdict } from '../../protocol/audit.ts';
import type { Violation } from './evidence.ts';

/**
 * The audit log of the account is one unbroken chain in the record, and each session that somebody asked for is named
 * in it, as something that was done or of which nobody can say what became of it.
 */
export function checkAudit(
  verdict: AuditVerdict,
  lines: readonly Pick<AuditEntry, 'target' | 'outcome'>[],
  sessionIds: readonly string[],
): Violation[] {
  const { account, status, fault, more } = verdict;
  const chain = status === 'intact' && !more ? [] : [`${JSON.stringify(fault)}, more: ${more}`];
  const named = new Set(
    lines
      .filter(({ outcome }) => outcome === 'done' || outcome === 'unknown')
      .map(({ target }) => target.id.split('.')[0]),
  );
  return [
    ...chain.map((what) => ({ rule: 'audit_chain_broken', where: account, what })),
    ...sessionIds
      .filter((id) => !named.has(id))
      .map((where) => ({ rule: 'not_in_audit_log', where, what: 'Nobody is said to have asked for it.' })),
  ];
}
