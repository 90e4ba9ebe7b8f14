import { z } from 'zod';
import { attachedSchema } from './attached.ts';
import { accountKeySchema, conversationKeySchema, sessionIdSchema } from './ids.ts';
import { messageSourceSchema, webAddressSchema } from './task.ts';
import { labelSchema } from './task-options.ts';
import { sideRepositorySchema, workspaceSchema } from './workspace.ts';

/**
 * `active`: a task is queued or runs; `waiting`: a person must act; `idle`: nothing to do. `paused`: somebody holds all
 * work; `closed`: it takes no more work until it is opened again.
 */
export const sessionStatusSchema = z.enum(['idle', 'active', 'waiting', 'paused', 'closed']);
export type SessionStatus = z.infer<typeof sessionStatusSchema>;

/** What people want of a session, apart from its tasks. */
export const sessionStateSchema = z.enum(['open', 'paused', 'closed']);
export type SessionState = z.infer<typeof sessionStateSchema>;

export const MAX_SESSION_LABELS = 20;
export const MAX_METADATA_KEYS = 50;

/** Labels for people and their lists; they choose no runner, as those of a task do. */
export const sessionLabelsSchema = z
  .array(labelSchema)
  .max(MAX_SESSION_LABELS)
  .transform((labels) => [...new Set(labels)].sort())
  .pipe(z.array(labelSchema));

/** The login of whoever looks after a session. */
export const assigneeSchema = z.string().regex(/^[\w[\]-]{1,100}$/, 'must be a login');

const metadataKeySchema = z.string().regex(/^[\w.:-]{1,64}$/, 'letters, digits and _ . : - only');
const metadataValueSchema = z.union([z.string().max(1_000), z.number(), z.boolean()]);

/** What other programs keep with a session, such as the number of a ticket. Found by full-text search. */
export const metadataSchema = z
  .record(metadataKeySchema, metadataValueSchema)
  .refine(
    (metadata) => Object.keys(metadata).length <= MAX_METADATA_KEYS,
    `has more than ${MAX_METADATA_KEYS} keys`,
  );
export type Metadata = z.infer<typeof metadataSchema>;

/** Keys that are named change, those with null go, others stay (RFC 7396). */
export const metadataPatchSchema = z.record(metadataKeySchema, metadataValueSchema.nullable());

/** The project that a session was made with, as it was then. */
export const sessionProjectSchema = z.object({
  id: z.string(),
  name: z.string(),
  repositories: z.array(
    z.object({
      id: z.int(),
      repository: z.string(),
      access: z.enum(['read', 'write']),
      base: z.string().nullable(),
    }),
  ),
});
export type SessionProject = z.infer<typeof sessionProjectSchema>;

/** A session as people and programs see it. Times are ms since 1970. */
export const sessionViewSchema = z.object({
  id: sessionIdSchema,
  key: conversationKeySchema,
  account: accountKeySchema,
  title: z.string().max(300),
  source: messageSourceSchema,
  workspace: workspaceSchema,
  status: sessionStatusSchema,
  assignee: z.string().nullable(),
  labels: z.array(z.string()),
  metadata: metadataSchema,
  branch: z.string().nullable(),
  /** The conversation's page on GitHub, where there is one. */
  url: webAddressSchema.nullable(),
  claudeSessionId: z.string().nullable(),
  /** Set where it shows a Claude Code that somebody runs in a terminal; no task can be given to it. */
  attached: attachedSchema.optional(),
  project: sessionProjectSchema.optional(),
  /** Repositories that tasks have besides the one of `workspace`; left out where there are none. */
  repositories: z.array(sideRepositorySchema).optional(),
  taskCount: z.int().min(0),
  lastEventId: z.int().min(0),
  createdAt: z.int(),
  updatedAt: z.int(),
});
export type SessionView = z.infer<typeof sessionViewSchema>;
