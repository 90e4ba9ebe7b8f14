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
  return JSON.stringify([
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
    sortKeys(details),
    entry.previousHash,
  ]);
}

/** JSON objects have no order; a text to hash needs one. */
function sortKeys(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sortKeys);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return entries.map(([key, item]) => [key, sortKeys(item)]);
}
