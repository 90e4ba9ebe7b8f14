import { z } from 'zod';
import { webAddressSchema } from '../../protocol/task.ts';
import { branchNameSchema, commitShaSchema } from '../../protocol/workspace.ts';
import type { TriggerEvent } from './handled-events.ts';
import { webhookRepositorySchema } from './webhook-repository.ts';

/** What a trigger's webhook holds, as far as we read it. */

const authorSchema = z.object({ login: z.string(), id: z.int(), type: z.string() }).nullish();
export const timeSchema = z.string().transform((text, context) => {
  const ms = Date.parse(text);
  if (Number.isFinite(ms)) return ms;
  context.addIssue({ code: 'custom', message: 'not a time' });
  return z.NEVER;
});
const textSchema = z
  .string()
  .nullish()
  .transform((text) => text ?? '');

const issueSchema = z.object({
  id: z.int(),
  number: z.int().positive(),
  title: z.string(),
  body: textSchema,
  user: authorSchema,
  created_at: timeSchema,
  /** With the change that a delivery tells of. */
  updated_at: timeSchema,
  html_url: webAddressSchema,
  comments: z.int().nullish(),
  pull_request: z.unknown().optional(),
});

const sideSchema = z.object({
  ref: branchNameSchema,
  sha: commitShaSchema,
  repo: z.object({ id: z.int() }).nullish(),
});

export const pullSchema = issueSchema.omit({ pull_request: true }).extend({
  head: sideSchema,
  base: sideSchema,
  review_comments: z.int().nullish(),
  draft: z.boolean().nullish(),
});

const commentSchema = z.object({ id: z.int(), body: textSchema, user: authorSchema, created_at: timeSchema });
const reviewSchema = z.object({
  id: z.int(),
  body: textSchema,
  user: authorSchema,
  submitted_at: timeSchema,
});
const reviewCommentSchema = commentSchema.extend({
  path: z.string(),
  line: z.int().nullish(),
  original_line: z.int().nullish(),
  diff_hunk: textSchema,
});

export const envelopeSchema = z.object({
  installation: z.object({ id: z.int().positive() }),
  repository: webhookRepositorySchema,
});

const labeledSchema = envelopeSchema.extend({
  label: z.object({ id: z.int(), name: z.string() }),
  sender: authorSchema,
});
const assignedSchema = envelopeSchema.extend({
  assignee: z.object({ id: z.int(), login: z.string() }).nullish(),
  sender: authorSchema,
});

export const payloadSchemas = {
  'issues.opened': envelopeSchema.extend({ issue: issueSchema }),
  'issue_comment.created': envelopeSchema.extend({ issue: issueSchema, comment: commentSchema }),
  'pull_request.opened': envelopeSchema.extend({ pull_request: pullSchema }),
  'pull_request_review.submitted': envelopeSchema.extend({ pull_request: pullSchema, review: reviewSchema }),
  'pull_request_review_comment.created': envelopeSchema.extend({
    pull_request: pullSchema,
    comment: reviewCommentSchema,
  }),
  'issues.labeled': labeledSchema.extend({ issue: issueSchema }),
  'issues.assigned': assignedSchema.extend({ issue: issueSchema }),
  'pull_request.labeled': labeledSchema.extend({ pull_request: pullSchema }),
  'pull_request.assigned': assignedSchema.extend({ pull_request: pullSchema }),
  'pull_request.ready_for_review': envelopeSchema.extend({ pull_request: pullSchema, sender: authorSchema }),
} satisfies Record<TriggerEvent, z.ZodType>;

export type Envelope = z.output<typeof envelopeSchema>;
export type Issue = z.output<typeof issueSchema>;
export type Pull = z.output<typeof pullSchema>;
export type Payload<Name extends TriggerEvent> = z.output<(typeof payloadSchemas)[Name]>;
