import { z } from 'zod';
import { ROLES, roleSchema } from './access.ts';
import { accountKeySchema } from './ids.ts';
import { repositoryIdSchema } from './keys.ts';

/* People: bodies and answers of `/api/me`, `/api/members` and `/api/oidc/token`. */

/** `none`: not even what GitHub would give. */
export const memberRoleSchema = z.enum(['none', ...ROLES]);
export type MemberRole = z.infer<typeof memberRoleSchema>;

/** Logins are for people to read; the numeric id survives renames. */
const githubLoginSchema = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9-]{0,38}$/, 'must be a GitHub login');

export const setMemberBodySchema = z.strictObject({
  role: memberRoleSchema,
  login: githubLoginSchema.optional().describe('For the list, where the person has never signed in.'),
});

/** Somebody who has signed in, or whose role was set. Times are ms since 1970. */
export const memberViewSchema = z.object({
  /** GitHub's numeric id of the person. */
  id: z.int().positive(),
  login: z.string().nullable(),
  /** What an admin has set; null where the role follows from GitHub. */
  role: memberRoleSchema.nullable(),
  /** What GitHub gives in the account as a whole; null: only repositories, or not known yet. */
  githubRole: roleSchema.nullable(),
  /** To the hour. */
  lastSeenAt: z.int().nullable(),
  setAt: z.int().nullable(),
  setBy: z.string().nullable(),
});
export type MemberView = z.infer<typeof memberViewSchema>;
export const membersAnswerSchema = z.object({ items: z.array(memberViewSchema) });

/** Who the caller is, and what he may do where. */
export const meAnswerSchema = z.object({
  login: z.string(),
  /** GitHub's numeric id; null for keys. */
  id: z.int().nullable(),
  proof: z.enum(['admin_key', 'metrics_token', 'browser', 'api_key']),
  /** Everything, as the holder of the admin key. */
  isDeploymentAdmin: z.boolean(),
  accounts: z.array(
    z.object({
      account: accountKeySchema,
      /** For what belongs to no repository; null: none of it. */
      role: roleSchema.nullable(),
      repositories: z.union([
        z.literal('all'),
        z.array(z.object({ id: repositoryIdSchema, role: roleSchema })),
      ]),
    }),
  ),
});
export type MeAnswer = z.infer<typeof meAnswerSchema>;

/** Above the size of any token of GitHub's. */
const MAX_OIDC_TOKEN_CHARS = 10_000;

export const oidcTokenBodySchema = z.strictObject({
  token: z
    .string()
    .max(MAX_OIDC_TOKEN_CHARS)
    .regex(/^[\w-]+\.[\w-]+\.[\w-]+$/, 'must be a JSON web token')
    .describe("The workflow's OIDC token, asked for with the address of this deployment as its audience."),
});

export const oidcTokenAnswerSchema = z.object({
  key: z.string().describe('An API key for the repository of the workflow. A secret.'),
  expiresAt: z.int(),
  account: accountKeySchema,
  repositoryId: repositoryIdSchema,
});
