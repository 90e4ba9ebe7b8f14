import { type AuditEntry, type AuditFault, type AuditHead, auditHashInput } from './audit.ts';

export type ChainVerdict =
  | { status: 'intact'; head: AuditHead }
  /** `head`: up to here the chain is what it was. */
  | { status: 'broken'; head: AuditHead; fault: AuditFault };

/**
 * Checks that lines of an audit log follow one another from `after` on, and that none was changed. A page at a time:
 * the head of one check is where the next one begins. That nothing was cut off at the end only a head tells that was
 * noted elsewhere.
 *
 * @param entries in the order of their numbers, all of one account
 * @param sha256 of a text in UTF-8, as hex in lower case
 */
export async function verifyAuditChain(
  entries: Iterable<AuditEntry>,
  account: string,
  after: AuditHead,
  sha256: (text: string) => string | Promise<string>,
): Promise<ChainVerdict> {
  let head = after;
  for (const entry of entries) {
    const broken = (reason: AuditFault['reason']): ChainVerdict => ({
      status: 'broken',
      head,
      fault: { number: head.number + 1, reason },
    });
    if (entry.account !== account) return broken('foreign');
    if (entry.number !== head.number + 1) return broken('missing');
    if (entry.previousHash !== head.hash) return broken('unlinked');
    if (entry.hash !== (await sha256(auditHashInput(entry)))) return broken('changed');
    head = { number: entry.number, hash: entry.hash };
  }
  return { status: 'intact', head };
}
