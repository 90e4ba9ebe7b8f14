import { z } from 'zod';
import { accountKeySchema } from '../../protocol/ids.ts';
import { MAX_PROMPT_BYTES } from '../../protocol/limits.ts';

const WORKSPACE_TYPES = ['github', 'worktree', 'local', 'e2b'] as const;

const repositoryGlobSchema = z
  .string()
  .regex(/^[\w.*-]+\/[\w.*-]+$/, 'must be "owner/name", where * stands for any characters');

const branchGlobSchema = z.string().regex(/^[\w./+#=*-]+$/, 'must be the name of a branch, * and ** allowed');

const hostSchema = z
  .string()
  .regex(
    /^[a-z0-9.[\]:-]+$/,
    'must be a host name in lower case, with ":port" where it is not the usual one',
  );

const nameGlobSchema = z
  .string()
  .regex(/^[\w.:/@[\]*-]{1,100}$/, 'must be a name, where * stands for any characters');

/** A list that is left out allows everything. */
const anyOf = <T extends z.ZodType>(item: T) =>
  z.array(item).min(1, 'must name at least one').nullable().default(null);

const limitSchema = <T extends z.ZodType<number>>(limit: T) => limit.nullable().default(null);

const modelsSchema = z
  .strictObject({
    /** The first one serves jobs that name no model. */
    allow: anyOf(nameGlobSchema),
    deny: z.array(nameGlobSchema).default([]),
  })
  .refine(({ allow }) => allow === null || !allow[0]?.includes('*'), {
    path: ['allow', 0],
    message: 'must be a whole name: jobs that name no model get it',
  });

/** What a machine's owner lets jobs do there, whatever the control plane says. */
export const policySchema = z.strictObject({
  accounts: anyOf(accountKeySchema),
  repositories: anyOf(repositoryGlobSchema),
  /** Where git may fetch from and push to. Where `repositories` is set and this is not: github.com. */
  gitHosts: anyOf(hostSchema),
  workspaces: z
    .array(z.enum(WORKSPACE_TYPES))
    .min(1, 'must name at least one')
    .default([...WORKSPACE_TYPES]),
  /** Jobs that no thread on GitHub asked for. */
  apiJobs: z.boolean().default(true),
  /** Messages that reach a running job. */
  followUps: z.boolean().default(true),
  pushes: z.boolean().default(true),
  /** What may be pushed to. */
  branches: anyOf(branchGlobSchema),
  /** Request and thread together; and each follow-up. */
  maxPromptBytes: z.int().positive().max(MAX_PROMPT_BYTES).default(MAX_PROMPT_BYTES),
  limits: z
    .strictObject({
      minutes: limitSchema(z.number().positive()),
      usd: limitSchema(z.number().positive()),
      turns: limitSchema(z.int().positive()),
    })
    .prefault({}),
  models: modelsSchema.prefault({}),
  tools: z
    .strictObject({ allow: anyOf(nameGlobSchema), deny: z.array(nameGlobSchema).default([]) })
    .prefault({}),
});
export type Policy = z.infer<typeof policySchema>;

/** Without a policy of its own a runner does what its control plane signs. */
export const OPEN_POLICY: Policy = policySchema.parse({});
