import { z } from 'zod';
import { branchNameSchema, commitShaSchema } from './workspace.ts';

/** Each way in which work goes wrong has its own name, and each name has its remedy. */
export const FAILURE_KINDS = [
  'preflight',
  'fetch_failed',
  'worktree_failed',
  'not_installed',
  'not_logged_in',
  'api_overloaded',
  'api_unreachable',
  'api_error',
  'usage_limit',
  /** A budget of the day is spent. */
  'budget',
  'bad_request',
  'stalled',
  'exited_without_result',
  'killed',
  'push_rejected',
  'push_failed',
  'policy',
  'disk_full',
  'lost',
  'no_runner',
  /** A person was waited for and did not come. */
  'no_answer',
  /** A task that had to be completed first was not. */
  'dependency',
  'github_refused',
  'internal',
] as const;
export const failureKindSchema = z.enum(FAILURE_KINDS);
export type FailureKind = z.infer<typeof failureKindSchema>;

export const failureSchema = z.object({
  kind: failureKindSchema,
  /** What failed, on what. */
  message: z.string().max(2_000),
  /** What a person can do about it. */
  remedy: z.string().max(2_000),
  /** When trying again makes sense (ms since 1970), where the far side said so. */
  retryAt: z.int().nullable(),
  /** It may pass by itself: a server that could not be reached. Left out where the kind says it all. */
  transient: z.boolean().optional(),
});
export type Failure = z.infer<typeof failureSchema>;

/** How a job ended on its runner. The last event of every job. */
export const jobOutcomeSchema = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('published'),
    branch: branchNameSchema,
    sha: commitShaSchema,
    tree: commitShaSchema,
    /** Nothing was changed in the repository that the session works in; others of the task were pushed. */
    sidesOnly: z.literal(true).optional(),
    /** The commits lie beside the branch (`push.staged`): GitHub makes those that count. */
    draft: z.literal(true).optional(),
  }),
  /** Work in a local folder or worktree: kept there, nothing is pushed. */
  z.object({ type: z.literal('kept'), branch: branchNameSchema.nullable() }),
  z.object({ type: z.literal('unchanged') }),
  z.object({ type: z.literal('failed'), failure: failureSchema, rescueRef: z.string().nullable() }),
  z.object({ type: z.literal('cancelled'), rescueRef: z.string().nullable() }),
  z.object({ type: z.literal('stopped'), rescueRef: z.string().nullable() }),
  /** A person rejected the work. `reverted`: the folder is as it was before the task. */
  z.object({ type: z.literal('rejected'), reverted: z.boolean(), rescueRef: z.string().nullable() }),
  z.object({
    type: z.literal('exhausted'),
    limit: z.enum(['turns', 'usd', 'minutes', 'tokens', 'iterations']),
    rescueRef: z.string().nullable(),
    /** What the end criteria still miss, where they were looked at. */
    missing: z.string().max(2_000).nullable().optional(),
  }),
  /** The runner drains or restarts: the job goes back to the queue. */
  z.object({ type: z.literal('interrupted'), reason: z.string().max(500), rescueRef: z.string().nullable() }),
]);
export type JobOutcome = z.infer<typeof jobOutcomeSchema>;
