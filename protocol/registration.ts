import { z } from 'zod';
import { accountKeySchema, runnerIdSchema } from './ids.ts';
import { jobKeysSchema } from './job-envelope.ts';
import { MAX_REGISTRATION_TOKEN_MINUTES, REGISTRATION_TOKEN_MINUTES } from './limits.ts';
import { labelSchema } from './task-options.ts';

/* How a machine becomes a runner: bodies and answers of `/api/runners/registration-tokens` and `/register`. */

const runnerNameSchema = z.string().trim().min(1).max(100);

export const createRegistrationTokenBodySchema = z.strictObject({
  account: accountKeySchema.optional(),
  /** The name of the runner that it will register; else the runner says one itself. */
  name: runnerNameSchema.optional(),
  /** Given to the runner as its labels, unless its own settings name others. */
  labels: z.array(labelSchema).max(50).default([]),
  expiresInMinutes: z.int().min(1).max(MAX_REGISTRATION_TOKEN_MINUTES).default(REGISTRATION_TOKEN_MINUTES),
});

/** The token is shown once; only its hash is kept. */
export const registrationTokenAnswerSchema = z.object({
  id: z.uuid(),
  token: z.string(),
  expiresAt: z.int(),
});
export type RegistrationTokenAnswer = z.infer<typeof registrationTokenAnswerSchema>;

export const registrationTokenViewSchema = z.object({
  id: z.uuid(),
  name: z.string().nullable(),
  labels: z.array(labelSchema),
  status: z.enum(['open', 'used', 'expired']),
  createdAt: z.int(),
  expiresAt: z.int(),
  /** Whom it registered. */
  runnerId: runnerIdSchema.nullable(),
});
export type RegistrationTokenView = z.infer<typeof registrationTokenViewSchema>;
export const registrationTokensAnswerSchema = z.object({ items: z.array(registrationTokenViewSchema) });

/** Sent with a registration token as its Bearer. */
export const registerRunnerBodySchema = z.strictObject({
  /** Random, at least 128 bits, and the same when the call is repeated because its answer was lost. */
  nonce: z.string().regex(/^[\w-]{22,200}$/, 'must be 22 to 200 characters of base64url'),
  name: runnerNameSchema.optional(),
});

export const registerRunnerAnswerSchema = z.object({
  id: runnerIdSchema,
  name: z.string(),
  /** Shown once. A secret. */
  credential: z.string(),
  labels: z.array(labelSchema),
  jobKeys: jobKeysSchema,
  /** Address of the deployment as it calls itself. */
  url: z.url(),
});
export type RegisterRunnerAnswer = z.infer<typeof registerRunnerAnswerSchema>;

/** With what jobs are signed: the first key now, others later. */
export const jobKeysAnswerSchema = z.object({ keys: jobKeysSchema });
export type JobKeysAnswer = z.infer<typeof jobKeysAnswerSchema>;

/** For the runner that a run of a workflow starts inside its job. The token is a secret. */
export const jobRunnerTokenAnswerSchema = z.object({
  token: z.string(),
  /** The runner's only label; tasks that ask for it are for this runner. */
  label: labelSchema,
  /** When the runner ends, unless it is renewed. */
  expiresAt: z.int(),
});
export const renewedJobRunnerSchema = z.object({ expiresAt: z.int() });
