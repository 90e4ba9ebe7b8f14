/**
 * Checks an audit log that was exported as NDJSON: `node scripts/verify-audit.ts [number hash] < audit.ndjson`, where
 * `number` and `hash` name the line before the first one of a part. Says where the chain ends or breaks.
 */
import { createHash } from 'node:crypto';
import { createInterface } from 'node:readline';
import { auditEntrySchema, auditHeadSchema, EMPTY_AUDIT_HEAD } from '../protocol/audit.ts';
import { verifyAuditChain } from '../protocol/verify-audit-chain.ts';

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

const [number, hash] = process.argv.slice(2);
let head = number === undefined ? EMPTY_AUDIT_HEAD : auditHeadSchema.parse({ number: Number(number), hash });
let account: string | null = null;

for await (const line of createInterface({ input: process.stdin })) {
  if (line.trim() === '') continue;
  const entry = auditEntrySchema.parse(JSON.parse(line));
  account ??= entry.account;
  const verdict = await verifyAuditChain([entry], account, head, sha256);
  if (verdict.status === 'broken') {
    console.error(`Broken at line ${verdict.fault.number}: ${verdict.fault.reason}.`);
    process.exit(1);
  }
  head = verdict.head;
}
console.log(`Intact up to line ${head.number}, whose hash is ${head.hash}.`);
