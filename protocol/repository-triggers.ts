import { z } from 'zod';

/** GitHub's limit for a label's name. */
const MAX_LABEL_CHARS = 50;

const MAX_REQUEST_CHARS = 4_000;

/** As many as somebody may want to pay for without being asked. */
const MAX_REPAIRS = 10;

/** How often failed checks are repaired when a repository says nothing. */
export const DEFAULT_REPAIRS = 2;

/** What starts work in a repository besides a mention. */
export const repositoryTriggersSchema = z
  .strictObject({
    label: z
      .union([z.string().trim().min(1).max(MAX_LABEL_CHARS), z.literal(false)])
      .describe(
        "The label that has an issue or a pull request worked on when somebody who may push adds it; the App's name when left out, `false` for none.",
      ),
    assignee: z
      .string()
      .regex(/^[\w-]{1,100}$/, 'must be the login of an account')
      .describe(
        'An account whose assignment has an issue or a pull request worked on, beside the App itself (which GitHub does not let everybody assign).',
      ),
    pull_request: z
      .string()
      .trim()
      .min(1)
      .max(MAX_REQUEST_CHARS)
      .describe(
        'What is asked for whenever somebody who may push opens a pull request, or says of a draft that it is ready; nothing when left out.',
      ),
    failed_checks: z
      .int()
      .min(0)
      .max(MAX_REPAIRS)
      .describe(
        `How often a task whose pushed work fails checks is followed by one that repairs it; ${DEFAULT_REPAIRS} when left out, 0 for never.`,
      ),
  })
  .partial();
export type RepositoryTriggers = z.infer<typeof repositoryTriggersSchema>;
