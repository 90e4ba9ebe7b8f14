import { z } from 'zod';
import { auditActorSchema, auditEntrySchema } from '../../../protocol/audit.ts';
import { cleanDeep } from '../../../redact/clean-deep.ts';
import { redactText } from '../../../redact/redact-text.ts';
import type { AuditIntent } from './audit-chain.ts';

/** A line is about what was done; the thing itself has its own page. */
const MAX_DETAILS_CHARS = 8_000;
const MAX_DETAIL_TEXT_CHARS = 500;

const cut = (text: string, chars: number): string =>
  text.length > chars ? `${text.slice(0, chars - 1)}…` : text;

/** What no caller can make wrong by a long name; anything else that does not fit is a bug of ours. */
const intentSchema = z.object({
  id: z.string().min(1).max(300),
  at: z.int(),
  actor: auditActorSchema,
  action: auditEntrySchema.shape.action,
  target: auditEntrySchema.shape.target,
  address: auditEntrySchema.shape.address,
  userAgent: auditEntrySchema.shape.userAgent,
  details: auditEntrySchema.shape.details,
});

/**
 * What somebody is about to do as it may stand in the log: without secrets, texts cut to fit, and plain JSON, so that
 * the same is read back and has the same hash.
 *
 * @throws ZodError when it is none that our own code should make
 */
export function cleanIntent(intent: AuditIntent): AuditIntent {
  const { id, at, actor, action, target, address, userAgent, details } = cleanDeep(intent, redactText);
  return intentSchema.parse({
    id,
    at,
    actor: {
      kind: actor.kind,
      id: actor.id === null ? null : cut(actor.id, 200),
      name: cut(actor.name, 200),
    },
    action,
    target: {
      kind: target.kind,
      id: cut(target.id, 300),
      name: target.name === null ? null : cut(target.name, 300),
    },
    address: address === null ? null : cut(address, 100),
    userAgent: userAgent === null ? null : cut(userAgent, 200),
    details: cleanDetails(details),
  });
}

function cleanDetails(details: Record<string, unknown>): Record<string, unknown> {
  const shortened = cleanDeep(details, (text) => cut(text, MAX_DETAIL_TEXT_CHARS));
  const json = JSON.stringify(shortened);
  if (json.length > MAX_DETAILS_CHARS) return { leftOut: `${json.length} characters` };
  // What JSON does not hold, such as undefined, would be hashed and then be gone.
  return z.record(z.string(), z.unknown()).parse(JSON.parse(json));
}
