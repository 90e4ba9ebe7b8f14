import { z } from 'zod';
import { accountKeySchema } from './ids.ts';
import { openedShareSchema, shareScopeSchema } from './opened-share.ts';

/** A link that nobody remembers must not stay open for good. */
export const MAX_SHARE_HOURS = 90 * 24;
const DEFAULT_SHARE_HOURS = 7 * 24;

/** A share link without its secret. Times are ms since 1970. */
export const shareViewSchema = openedShareSchema.extend({
  account: accountKeySchema,
  /** What those who manage links call it. */
  name: z.string().max(100),
  createdAt: z.int(),
  createdBy: z.string().max(100),
  /** How often it was opened, and when last. */
  opened: z.int().min(0),
  lastOpenedAt: z.int().nullable(),
});
export type ShareView = z.infer<typeof shareViewSchema>;

export const shareListSchema = z.object({ items: z.array(shareViewSchema) });

export const createShareBodySchema = z.strictObject({
  scope: shareScopeSchema,
  /** Whose page; of a session it follows from the session. The deployment's default account when left out. */
  account: accountKeySchema.optional(),
  name: z.string().trim().min(1).max(100).optional(),
  expiresInHours: z.number().positive().max(MAX_SHARE_HOURS).default(DEFAULT_SHARE_HOURS),
});

/**
 * The secret is shown once; only its hash is kept. In `url` it stands behind the "#", which browsers send to nobody:
 * not to a server that might log it, nor to other sites as a referrer.
 */
export const createShareAnswerSchema = z.object({
  share: shareViewSchema,
  token: z.string(),
  url: z.string(),
});
export type CreateShareAnswer = z.infer<typeof createShareAnswerSchema>;

export const openShareBodySchema = z.strictObject({ token: z.string().min(20).max(500) });
