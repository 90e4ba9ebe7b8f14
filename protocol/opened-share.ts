import { z } from 'zod';
import { sessionIdSchema } from './ids.ts';

/* Apart from the rest of share links: the page needs no more than this. */

/** What a link shows: one session, or the list of all sessions of its account with each of them. */
export const shareScopeSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('session'), sessionId: sessionIdSchema }),
  z.strictObject({ kind: z.literal('account') }),
]);
export type ShareScope = z.infer<typeof shareScopeSchema>;

/** What somebody who has a link may know of it. */
export const openedShareSchema = z.object({ id: z.uuid(), scope: shareScopeSchema, expiresAt: z.int() });
export type OpenedShare = z.infer<typeof openedShareSchema>;
