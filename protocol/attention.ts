import { z } from 'zod';
import { accountKeySchema, sessionIdSchema, taskIdSchema } from './ids.ts';

/** What is stuck. `source`: a part of the deployment that could not be asked, so that the list may lack something. */
export const ATTENTION_KINDS = [
  'delivery',
  'github_write',
  'record_write',
  'message',
  'lease',
  'job',
  'schedule',
  'source',
] as const;
export const attentionKindSchema = z.enum(ATTENTION_KINDS);
export type AttentionKind = z.infer<typeof attentionKindSchema>;

/** Longer texts say nothing more to a person. */
export const MAX_ATTENTION_TEXT = 500;

/** Items a list holds at most; beyond it `more` is true. The oldest come first. */
export const MAX_ATTENTION_ITEMS = 200;

const textSchema = z.string().max(MAX_ATTENTION_TEXT);

/** Something that does not go on by itself, or not soon. */
export const attentionItemSchema = z.object({
  /** Opaque; names the same thing as long as it is stuck. */
  id: z.string().max(2_000),
  account: accountKeySchema,
  kind: attentionKindSchema,
  /** `parked`: it was given up and waits for a person. `held_up`: it is still tried, but for long in vain. */
  status: z.enum(['parked', 'held_up']),
  /** What is stuck, in a sentence. */
  what: textSchema,
  /** Since when (ms since 1970). */
  since: z.int(),
  attempts: z.int(),
  /** Redacted; null when nothing was tried. */
  lastError: textSchema.nullable(),
  /** What a person can do. */
  remedy: textSchema,
  sessionId: sessionIdSchema.nullable(),
  taskId: taskIdSchema.nullable(),
  canRetry: z.boolean(),
  canDismiss: z.boolean(),
});
export type AttentionItem = z.infer<typeof attentionItemSchema>;

export const attentionListSchema = z.object({
  items: z.array(attentionItemSchema).max(MAX_ATTENTION_ITEMS),
  /** There is more than fits. */
  more: z.boolean(),
});
export type AttentionList = z.infer<typeof attentionListSchema>;

export const retryAttentionBodySchema = z.strictObject({});
/** Why nobody needs it any more; kept in the log. */
export const dismissAttentionBodySchema = z.strictObject({ reason: z.string().trim().min(1).max(500) });

export const attentionActedSchema = z.object({ status: z.enum(['queued', 'dismissed']) });
