import { z } from 'zod';
import { accountKeySchema, sessionIdSchema } from './ids.ts';

/** A link that nobody remembers must not stay open for good. */
export const MAX_SHARE_HOURS = 90 * 24;
const DEFAULT_SHARE_HOURS = 7 * 24;

/** What a link shows: one session, or the list of all sessions of its account with each of them. */
export const shareScopeSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('session'), sessionId: sessionIdSchema }),
  z.strictObject({ kind: z.literal('account') }),
]);
export type ShareScope = z.infer<typeof shareScopeSchema>;

/** A share link without its secret. Times are ms since 1970. */
export const shareViewSchema = z.object({
  id: z.uuid(),
  account: accountKeySchema,
  scope: shareScopeSchema,
  /** What those who manage links call it. */
  name: z.string().max(100),
  createdAt: z.int(),
  createdBy: z.string().max(100),
  expiresAt: z.int(),
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
export type CreateShareBody = z.input<typeof createShareBodySchema>;

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

/** What somebody who has a link may know of it. */
export const openedShareSchema = shareViewSchema.pick({ id: true, scope: true, expiresAt: true });
export type OpenedShare = z.infer<typeof openedShareSchema>;
