import { createHash } from 'node:crypto';
import type { AuditEntry, AuditHead, AuditVerdict } from '../../protocol/audit.ts';
import type { AccountKey } from '../../protocol/ids.ts';
import { type ChainVerdict, verifyAuditChain } from '../../protocol/verify-audit-chain.ts';

/** A page of lines is some hundred kilobytes. */
const PAGE_LINES = 500;

/** Reads and hashes them in about a second; for more the caller asks again. */
export const MAX_VERIFIED_LINES = 20_000;

export type VerifyDeps = {
  /** Lines of the record after a number, in order. */
  recorded: (afterNumber: number, limit: number) => Promise<AuditEntry[]>;
  /** How far the account's own chain goes. */
  head: () => Promise<AuditHead>;
  /** The account's own lines after a number that the record has not taken yet. */
  waiting: (afterNumber: number, limit: number) => Promise<AuditEntry[]>;
};

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

/**
 * Checks the record's copy of an account's audit log against the end of the chain that the account itself keeps: lines
 * that were changed, taken out, put in, or cut off at the end all show. Lines that the record has not got yet are taken
 * from the account.
 */
export async function verifyAccount(
  deps: VerifyDeps,
  account: AccountKey,
  from: AuditHead,
): Promise<AuditVerdict> {
  // First: what is added while the lines are read is beyond it.
  const head = await deps.head();
  let verdict: ChainVerdict = { status: 'intact', head: from };
  let missing = false;
  while (verdict.status === 'intact' && !missing && verdict.head.number < head.number) {
    if (verdict.head.number - from.number >= MAX_VERIFIED_LINES) break;
    const lines = await nextLines(deps, verdict.head.number);
    // What came after the head was read is none of its business.
    const asked = lines.filter(({ number }) => number <= head.number);
    missing = asked.length === 0;
    verdict = await verifyAuditChain(asked, account, verdict.head, sha256);
  }
  const to = verdict.head;
  const base = { account, from, to, head };
  if (verdict.status === 'broken') return { ...base, status: 'broken', more: false, fault: verdict.fault };
  if (missing) return broken(base, to.number + 1, 'missing');
  if (to.number > head.number) return broken(base, head.number + 1, 'rewritten');
  if (to.number === head.number && to.hash !== head.hash) {
    return broken(base, Math.max(1, head.number), 'rewritten');
  }
  return { ...base, status: 'intact', more: to.number < head.number, fault: null };
}

async function nextLines({ recorded, waiting }: VerifyDeps, after: number): Promise<AuditEntry[]> {
  const lines = await recorded(after, PAGE_LINES);
  if (lines.length > 0) return lines;
  const own = await waiting(after, PAGE_LINES);
  // What waits for nothing any more may have come into the record between the two questions.
  return own.length > 0 ? own : recorded(after, PAGE_LINES);
}

function broken(
  base: Pick<AuditVerdict, 'account' | 'from' | 'to' | 'head'>,
  number: number,
  reason: 'missing' | 'rewritten',
): AuditVerdict {
  return { ...base, status: 'broken', more: false, fault: { number, reason } };
}
