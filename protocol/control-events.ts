import { z } from 'zod';
import { attachmentsOfMessageSchema } from './attachments.ts';
import { runnerIdSchema, taskIdSchema } from './ids.ts';
import { failureSchema } from './outcome.ts';
import { questionAnsweredSchema } from './questions.ts';
import { recoverySchema } from './recovery.ts';
import {
  decisionSchema,
  dependencySchema,
  estimateSchema,
  ifFailedSchema,
  messageSourceSchema,
  pullRequestLinkSchema,
} from './task.ts';
import { taskInputSchema, taskStateSchema } from './task-state.ts';

/** Facts that the session itself knows. */
export const controlEventSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('session.created'), title: z.string(), source: messageSourceSchema }),
  z.object({
    type: z.literal('task.created'),
    number: z.int().positive(),
    request: z.string(),
    requester: z.string(),
    source: messageSourceSchema,
    /** Images that came with it; left out where there are none. */
    attachments: attachmentsOfMessageSchema.optional(),
  }),
  z.object({
    type: z.literal('task.moved'),
    from: taskStateSchema,
    to: taskStateSchema,
    input: taskInputSchema,
    /** Who or what caused it, for people. */
    reason: z.string().nullable(),
  }),
  /** Somebody holds a task that no runner has, or lets it go. */
  z.object({ type: z.literal('task.held'), held: z.boolean(), by: z.string() }),
  z.object({
    type: z.literal('session.state_changed'),
    state: z.enum(['open', 'paused', 'closed']),
    by: z.string(),
  }),
  /** A person let work leave, or not. The first answer to what is shown counts. */
  z.object({ type: z.literal('approval.decided'), decision: decisionSchema }),
  questionAnsweredSchema,
  z.object({
    type: z.literal('message.received'),
    messageId: z.string(),
    author: z.string(),
    source: messageSourceSchema,
    text: z.string(),
    attachments: attachmentsOfMessageSchema.optional(),
  }),
  /** Claude has a message that came while it worked, or never gets it. */
  z.object({
    type: z.literal('message.settled'),
    messageId: z.string(),
    outcome: z.enum(['delivered', 'dropped']),
  }),
  z.object({
    type: z.literal('job.queued'),
    /** Jobs before it in the Fleet; null when unknown. */
    ahead: z.int().min(0).nullable(),
    reason: z.string().nullable(),
    /** When it is likely to start and what it takes; left out by older builds. */
    estimate: estimateSchema.nullable().optional(),
  }),
  /** The task starts when these have ended. */
  z.object({
    type: z.literal('task.waits_for'),
    tasks: z.array(taskIdSchema),
    ifFailed: ifFailedSchema,
  }),
  /** One of the tasks that this one waits for has ended, or (`by`) somebody lets it start without waiting. */
  z.object({
    type: z.literal('dependency.ended'),
    taskId: taskIdSchema.nullable(),
    ended: dependencySchema.shape.ended,
    /** How many of them have not ended. */
    left: z.int().min(0),
    by: z.string().nullable(),
  }),
  z.object({
    type: z.literal('job.assigned'),
    epoch: z.int().positive(),
    runnerId: runnerIdSchema,
    runnerName: z.string(),
  }),
  /** The state after a turn is stored with the session, for another runner or a later day. */
  z.object({
    type: z.literal('checkpoint.stored'),
    id: z.uuid(),
    turn: z.int().min(0),
    bytes: z.int().min(0),
  }),
  /** A runner that had lost the task says where the work of its attempt is kept. */
  z.object({
    type: z.literal('rescue.reported'),
    epoch: z.int().positive(),
    runnerName: z.string(),
    ref: z.string().max(300),
    sha: z.string(),
  }),
  /** The task waits for somebody; if nobody comes it ends by itself. */
  z.object({ type: z.literal('task.reminded'), state: taskStateSchema, endsAt: z.int() }),
  /** Somebody had something of this session that was stuck tried again, or gave it up; or its time was over. */
  z.object({
    type: z.literal('write.attended'),
    change: z.enum(['retried', 'dismissed', 'given_up']),
    what: z.string().max(500),
    by: z.string().nullable(),
    reason: z.string().max(500).nullable(),
  }),
  z.object({ type: z.literal('job.lost'), epoch: z.int().positive(), reason: z.string() }),
  z.object({
    type: z.literal('pull_request.opened'),
    pullRequest: pullRequestLinkSchema,
    updated: z.boolean(),
    /** `owner/name`, where it is not the repository that the session works in. */
    repository: z.string().max(201).optional(),
  }),
  /** GitHub made the commits of a task's work. */
  z.object({
    type: z.literal('commits.signed'),
    sha: z.string(),
    branch: z.string(),
    commits: z.int().min(1),
    verified: z.boolean(),
    /** GitHub's word for why not; `valid` where they are verified. */
    reason: z.string().max(200),
    repository: z.string().max(201).optional(),
  }),
  z.object({ type: z.literal('task.failed'), failure: failureSchema }),
  /** A job of the task failed in a way that may pass: it is tried again by itself. */
  z.object({ type: z.literal('task.recovering'), failure: failureSchema, recovery: recoverySchema }),
]);
export type ControlEvent = z.infer<typeof controlEventSchema>;
