import { z } from 'zod';
import { taskIdSchema } from './ids.ts';
import { commitShaSchema } from './workspace.ts';

/** One of the job's other repositories; that of its session when left out. */
const otherRepositoryField = { repositoryId: z.int().positive().optional() };

/** Git access for a job: `write` is granted only for an approved tree and the epoch that holds the lease. */
export const gitTokenBodySchema = z.discriminatedUnion('access', [
  z.strictObject({ access: z.literal('read'), epoch: z.int().positive(), ...otherRepositoryField }),
  z.strictObject({
    access: z.literal('write'),
    epoch: z.int().positive(),
    tree: z.string(),
    ...otherRepositoryField,
  }),
]);
export type GitTokenBody = z.infer<typeof gitTokenBodySchema>;
/** Null when the workspace needs none (nothing on GitHub). A secret. */
export const gitTokenAnswerSchema = z.object({ token: z.string().nullable(), expiresAt: z.int().nullable() });
export const revokeGitTokenBodySchema = z.strictObject({ token: z.string().max(500) });

/** A runner that no longer holds a task says where it kept what its attempt had done. */
export const reportRescueBodySchema = z.strictObject({
  taskId: taskIdSchema,
  epoch: z.int().positive(),
  ref: z.string().regex(/^refs\/signalbox\/[\w./-]{1,250}$/),
  sha: commitShaSchema,
});
export type ReportRescueBody = z.infer<typeof reportRescueBodySchema>;
