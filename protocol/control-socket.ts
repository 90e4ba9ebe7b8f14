import { z } from 'zod';
import { runnerIdSchema, sessionIdSchema, taskIdSchema } from './ids.ts';
import { jobKeysSchema } from './job-envelope.ts';
import { MAX_FRAME_BYTES } from './limits.ts';
import { labelSchema } from './task-options.ts';
import { protocolVersionSchema } from './version.ts';

/** A job that the runner holds. `interrupted`: its process is gone, its journal may hold unsent events. */
export const heldJobSchema = z.object({
  taskId: taskIdSchema,
  epoch: z.int().positive(),
  phase: z.enum(['running', 'interrupted']),
});
export type HeldJob = z.infer<typeof heldJobSchema>;

/** The largest are named; the count tells of the rest. */
export const MAX_HELD_BACK = 20;

/** What a runner's folder holds, as it was found at the last clean-up. */
export const diskUseSchema = z.object({
  lookedAt: z.int(),
  /** What worktrees and mirrors may take together. */
  maxBytes: z.number().min(0),
  worktrees: z.int().min(0),
  worktreeBytes: z.number().min(0),
  mirrorBytes: z.number().min(0),
  /** Worktrees that clean-up leaves alone, whatever their age and size. */
  heldBackCount: z.int().min(0),
  heldBackBytes: z.number().min(0),
  heldBack: z
    .array(
      z.object({
        sessionId: sessionIdSchema,
        bytes: z.number().min(0),
        /** `unknown`: it could not be looked at, which counts as work. */
        why: z.enum(['unpushed', 'uncommitted', 'unknown', 'in_use']),
        lastUsedAt: z.int(),
      }),
    )
    .max(MAX_HELD_BACK),
});
export type DiskUse = z.infer<typeof diskUseSchema>;

export const runnerMetricsSchema = z.object({
  cpuShare: z.number().min(0).max(1),
  memoryUsedBytes: z.number().min(0),
  memoryTotalBytes: z.number().min(0),
  diskFreeBytes: z.number().min(0),
  diskTotalBytes: z.number().min(0),
  /** Left out until the runner has looked. */
  diskUse: diskUseSchema.optional(),
});
export type RunnerMetrics = z.infer<typeof runnerMetricsSchema>;

/** Runner → Fleet. */
export const controlFromRunnerSchema = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('hello'),
    protocol: protocolVersionSchema,
    version: z.string().max(50),
    platform: z.string().max(100),
    claudeVersion: z.string().max(50).nullable(),
    labels: z.array(labelSchema).max(50),
    capacity: z.int().min(1).max(200),
    /** Everything the runner still holds; what the Fleet leased to it and is not named here is lost. */
    jobs: z.array(heldJobSchema).max(400),
  }),
  z.object({ type: z.literal('metrics'), metrics: runnerMetricsSchema }),
  /**
   * The runner doesn't take this job; it goes back to the queue. `policy`: its own rules forbid it. `untrusted`: the
   * envelope is not one that its control plane signed for it, now and for the first time.
   */
  z.object({
    type: z.literal('decline'),
    taskId: taskIdSchema,
    epoch: z.int().positive(),
    reason: z.enum(['full', 'draining', 'policy', 'untrusted']),
    message: z.string().max(500),
  }),
  /** A ticket expired while its job still runs. */
  z.object({ type: z.literal('renew_ticket'), taskId: taskIdSchema, epoch: z.int().positive() }),
  /** No more jobs; those that run are finished or given back. */
  z.object({ type: z.literal('drain') }),
]);
export type ControlFromRunner = z.infer<typeof controlFromRunnerSchema>;

/** Fleet → runner. */
export const controlToRunnerSchema = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('welcome'),
    protocol: protocolVersionSchema,
    runnerId: runnerIdSchema,
    name: z.string(),
    /** With what this control plane signs jobs. A runner that has seen others before does not take these for granted. */
    jobKeys: jobKeysSchema,
  }),
  z.object({
    type: z.literal('assign'),
    /** A signed job: a JWS with the claims of `job-envelope.ts`. */
    envelope: z.string().max(MAX_FRAME_BYTES),
    /** Opens the job's data socket. A secret. */
    ticket: z.string(),
  }),
  z.object({
    type: z.literal('ticket'),
    taskId: taskIdSchema,
    epoch: z.int().positive(),
    ticket: z.string(),
  }),
  /** The lease is gone: end the process, keep the work, write nothing more. */
  z.object({
    type: z.literal('revoke'),
    taskId: taskIdSchema,
    epoch: z.int().positive(),
    reason: z.string(),
  }),
]);
export type ControlToRunner = z.infer<typeof controlToRunnerSchema>;
