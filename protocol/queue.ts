import { z } from 'zod';
import { runnerIdSchema, sessionIdSchema, taskIdSchema } from './ids.ts';
import { taskQueueSchema } from './task.ts';
import { concurrencySchema, labelSchema, prioritySchema } from './task-options.ts';

const jobFields = {
  taskId: taskIdSchema,
  sessionId: sessionIdSchema,
  /** Who asked for it: people take turns. */
  requester: z.string(),
  concurrency: concurrencySchema.nullable(),
};

/** A job that waits for a runner. */
export const queuedJobViewSchema = taskQueueSchema.extend({
  ...jobFields,
  ahead: z.int().min(0),
  reason: z.string(),
  priority: prioritySchema,
  /** What its priority counts as by now: waiting raises it. */
  countsAs: prioritySchema,
  labels: z.array(labelSchema),
  enqueuedAt: z.int(),
});
export type QueuedJobView = z.infer<typeof queuedJobViewSchema>;

/** A job that a runner holds, also while it waits for a person. */
export const workingJobViewSchema = z.object({
  ...jobFields,
  epoch: z.int().positive(),
  runnerId: runnerIdSchema,
  runnerName: z.string().nullable(),
  /** Null of jobs that an older build gave away. */
  startedAt: z.int().nullable(),
  /** What jobs like it take; null as long as there is no history. */
  usualMs: z.int().min(0).nullable(),
});

/** An account's queue. Times are ms since 1970. */
export const queueViewSchema = z.object({
  /** In the order in which runners get them. */
  waiting: z.array(queuedJobViewSchema),
  working: z.array(workingJobViewSchema),
  /** How many wait in all, how many the queue takes, and how many of one person. */
  total: z.int().min(0),
  limit: z.int().positive(),
  limitOfOne: z.int().positive(),
  next: z.string().nullable(),
});
export type QueueView = z.infer<typeof queueViewSchema>;
