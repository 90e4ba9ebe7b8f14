import { z } from 'zod';
import { roleSchema } from './access.ts';
import { accountKeySchema } from './ids.ts';
import { messageSourceSchema } from './task.ts';

/* API keys: bodies and answers of `/api/keys`. */

/** More repositories than that are better served by a key for all of them. */
const MAX_KEY_REPOSITORIES = 100;

/** A quarter: long enough for a program, short enough that a forgotten key ends. */
export const DEFAULT_KEY_DAYS = 90;
const MAX_KEY_DAYS = 3_650;

export const repositoryIdSchema = z.int().positive().describe("GitHub's numeric id of a repository.");

const keyNameSchema = z
  .string()
  .regex(/^[A-Za-z0-9][\w.-]{0,79}$/, 'must be 1 to 80 letters, digits, ".", "_" or "-"')
  .describe('Shown as the requester of what the key asks for.');

/** What a key may reach: every repository of its account and what belongs to none, or only those named. */
export const keyRepositoriesSchema = z.union([
  z.literal('all'),
  z.array(repositoryIdSchema).min(1).max(MAX_KEY_REPOSITORIES),
]);
export type KeyRepositories = z.infer<typeof keyRepositoriesSchema>;

export const createKeyBodySchema = z.strictObject({
  account: accountKeySchema
    .optional()
    .describe('Whose key it is; may be left out by who reaches one account.'),
  name: keyNameSchema,
  role: roleSchema,
  repositories: keyRepositoriesSchema
    .default('all')
    .describe('Numeric ids, or "all". A key for named repositories reaches nothing that belongs to none.'),
  expiresInDays: z
    .int()
    .min(1)
    .max(MAX_KEY_DAYS)
    .nullable()
    .default(DEFAULT_KEY_DAYS)
    .describe('Null for a key without an end.'),
});
export type CreateKeyBody = z.input<typeof createKeyBodySchema>;

export const changeKeyBodySchema = z.strictObject({
  name: keyNameSchema.optional(),
  role: roleSchema.optional(),
  repositories: keyRepositoriesSchema.optional(),
});
export type ChangeKeyBody = z.infer<typeof changeKeyBodySchema>;

/** A key as people see it: never the key itself. Times are ms since 1970. */
export const keyViewSchema = z.object({
  id: z.uuid(),
  account: accountKeySchema,
  name: z.string(),
  role: roleSchema,
  repositories: keyRepositoriesSchema,
  status: z.enum(['active', 'expired', 'revoked']),
  /** `action`: made for a run of GitHub Actions in exchange for its OIDC token. */
  source: messageSourceSchema,
  createdAt: z.int(),
  createdBy: z.string(),
  expiresAt: z.int().nullable(),
  /** To the minute. */
  lastUsedAt: z.int().nullable(),
  revokedAt: z.int().nullable(),
  revokedBy: z.string().nullable(),
});
export type KeyView = z.infer<typeof keyViewSchema>;
export const keysAnswerSchema = z.object({ items: z.array(keyViewSchema) });

/** The key is shown once; only its hash is kept. */
export const createKeyAnswerSchema = z.object({
  key: z.string().describe('A secret. It is not shown again.'),
  view: keyViewSchema,
});
