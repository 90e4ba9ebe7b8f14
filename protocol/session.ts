import { z } from 'zod';
import { accountKeySchema, conversationKeySchema, sessionIdSchema } from './ids.ts';
import { messageSourceSchema, webAddressSchema } from './task.ts';
import { workspaceSchema } from './workspace.ts';

/** `active`: a task is queued or runs; `waiting`: a person must act; `idle`: nothing to do. */
export const sessionStatusSchema = z.enum(['idle', 'active', 'waiting', 'closed']);
export type SessionStatus = z.infer<typeof sessionStatusSchema>;

/** A session as people and programs see it. Times are ms since 1970. */
export const sessionViewSchema = z.object({
  id: sessionIdSchema,
  key: conversationKeySchema,
  account: accountKeySchema,
  title: z.string().max(300),
  source: messageSourceSchema,
  workspace: workspaceSchema,
  status: sessionStatusSchema,
  branch: z.string().nullable(),
  /** The conversation's page on GitHub, where there is one. */
  url: webAddressSchema.nullable(),
  claudeSessionId: z.string().nullable(),
  taskCount: z.int().min(0),
  lastEventId: z.int().min(0),
  createdAt: z.int(),
  updatedAt: z.int(),
});
export type SessionView = z.infer<typeof sessionViewSchema>;
