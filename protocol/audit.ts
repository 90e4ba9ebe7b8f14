import { z } from 'zod';
import { accountKeySchema } from './ids.ts';

/** Who did it: a person or a program, by what proved it. `name` is for people; `id` names it for good. */
export const auditActorSchema = z.object({
  kind: z.enum([
    'admin_key',
    'browser',
    'api_key',
    'share_link',
    'runner',
    'github',
    'schedule',
    'signalbox',
  ]),
  id: z.string().max(200).nullable(),
  name: z.string().max(200),
});
export type AuditActor = z.infer<typeof auditActorSchema>;

/** What it was done to, such as `{ kind: 'task', id: '….3' }`. */
export const auditTargetSchema = z.object({
  kind: z.string().max(50),
  id: z.string().max(300),
  name: z.string().max(300).nullable(),
});
export type AuditTarget = z.infer<typeof auditTargetSchema>;

/**
 * What became of it. `refused`: the request was understood and not done. `unknown`: the control plane was cut off
 * before it could say; look at the target.
 */
export const auditOutcomeSchema = z.enum(['done', 'refused', 'failed', 'unknown']);
export type AuditOutcome = z.infer<typeof auditOutcomeSchema>;

/**
 * One line of an account's audit log. Lines are numbered without gaps from 1; `hash` covers the line and the hash
 * before it, so that a line that was changed or taken out shows (`verify-audit-chain.ts`).
 */
export const auditEntrySchema = z.object({
  account: accountKeySchema,
  number: z.int().positive(),
  /** When it was asked for, ms since 1970. */
  at: z.int(),
  actor: auditActorSchema,
  /** `<thing>.<past participle>`: `task.cancelled`, `key.created`. */
  action: z
    .string()
    .regex(/^[a-z_]+\.[a-z_]+$/)
    .max(100),
  target: auditTargetSchema,
  outcome: auditOutcomeSchema,
  /** The code of the problem, where it was not done. */
  problem: z.string().max(100).nullable(),
  /** Address of the caller's network as the edge saw it; null where nobody called. */
  address: z.string().max(100).nullable(),
  userAgent: z.string().max(200).nullable(),
  /** What else matters, such as a reason; never a secret. */
  details: z.record(z.string(), z.unknown()),
  /** SHA-256 (hex) of the line before this one; 64 zeros before the first. */
  previousHash: z.string().regex(/^[0-9a-f]{64}$/),
  hash: z.string().regex(/^[0-9a-f]{64}$/),
});
export type AuditEntry = z.infer<typeof auditEntrySchema>;

/** What stands before the first line. */
export const FIRST_AUDIT_HASH = '0'.repeat(64);

/** The text whose SHA-256 is an entry's `hash`: its other fields as a JSON array in the order of the schema. */
export function auditHashInput(entry: Omit<AuditEntry, 'hash'>): string {
  const { account, number, at, actor, action, target, outcome, problem, address, userAgent, details } = entry;
  return canonicalJson([
    account,
    number,
    at,
    [actor.kind, actor.id, actor.name],
    action,
    [target.kind, target.id, target.name],
    outcome,
    problem,
    address,
    userAgent,
    details,
    entry.previousHash,
  ]);
}

/** JSON without spaces whose objects have their keys in order: the same value is the same text everywhere. */
function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${entries.map(([key, item]) => `${JSON.stringify(key)}:${canonicalJson(item)}`).join(',')}}`;
}

/** How far a chain goes: the number and the hash of its last line. */
export const auditHeadSchema = z.object({
  number: z.int().min(0),
  hash: z.string().regex(/^[0-9a-f]{64}$/),
});
export type AuditHead = z.infer<typeof auditHeadSchema>;

/** Before the first line. */
export const EMPTY_AUDIT_HEAD: AuditHead = { number: 0, hash: FIRST_AUDIT_HASH };

export const auditPageSchema = z.object({ items: z.array(auditEntrySchema), next: z.string().nullable() });

/**
 * Why a chain is broken. `missing`: a line is not there. `changed`: a line is not what it was. `unlinked`: a line does
 * not follow the one before it. `foreign`: a line is of another account. `rewritten`: the record's chain fits together
 * but is not the one that the account has made.
 */
export const auditFaultSchema = z.object({
  /** The first line that is wrong or not there. */
  number: z.int().positive(),
  reason: z.enum(['missing', 'changed', 'unlinked', 'foreign', 'rewritten']),
});
export type AuditFault = z.infer<typeof auditFaultSchema>;

/** What became of a check of a part of the chain: the lines after `from`, up to `to`. */
export const auditVerdictSchema = z.object({
  account: accountKeySchema,
  status: z.enum(['intact', 'broken']),
  from: auditHeadSchema,
  to: auditHeadSchema,
  /** The end of the chain as the account itself keeps it, apart from the record. */
  head: auditHeadSchema,
  /** More lines follow: ask again with `after` and `hash` of `to`. */
  more: z.boolean(),
  fault: auditFaultSchema.nullable(),
});
export type AuditVerdict = z.infer<typeof auditVerdictSchema>;
