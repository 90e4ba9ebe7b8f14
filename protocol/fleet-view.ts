import { z } from 'zod';
import { runnerMetricsSchema } from './control-socket.ts';
import { runnerIdSchema, sessionIdSchema, taskIdSchema } from './ids.ts';
import { labelSchema } from './task-options.ts';

export const runnerViewSchema = z.object({
  id: runnerIdSchema,
  name: z.string(),
  /** `draining`: it takes no new jobs, since a person asked for that or it is about to end. */
  status: z.enum(['online', 'draining', 'offline']),
  /** A person has it take no new jobs, until that is taken back. */
  drainAsked: z.boolean(),
  labels: z.array(labelSchema),
  capacity: z.int(),
  version: z.string().nullable(),
  claudeVersion: z.string().nullable(),
  jobs: z.array(z.object({ taskId: taskIdSchema, epoch: z.int() })),
  metrics: runnerMetricsSchema.nullable(),
  lastSeenAt: z.int().nullable(),
});
export type RunnerView = z.infer<typeof runnerViewSchema>;

export const updateRunnerSchema = z.strictObject({
  drain: z.boolean().describe('Whether it takes no new jobs; those that it has go on to their end.'),
});

/** The Fleet at a glance. */
export const fleetViewSchema = z.object({
  runners: z.array(runnerViewSchema),
  queue: z.array(
    z.object({
      taskId: taskIdSchema,
      sessionId: sessionIdSchema,
      enqueuedAt: z.int(),
      labels: z.array(z.string()),
    }),
  ),
});
export type FleetView = z.infer<typeof fleetViewSchema>;
