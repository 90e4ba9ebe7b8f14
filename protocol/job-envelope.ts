import { z } from 'zod';
import { accountKeySchema, runnerIdSchema } from './ids.ts';
import { jobSchema } from './job.ts';

/*
 * A job travels as a compact JWS (RFC 7515) that the control plane signs with Ed25519 (RFC 8037). Protected header:
 * `alg`, `kid` and `typ` below. Payload: the claims as JSON.
 */
export const JOB_ENVELOPE_ALG = 'EdDSA';

/** Keeps any other text that the same key may ever sign from passing for a job. */
export const JOB_ENVELOPE_TYPE = 'signalbox-job';

/** 32 bytes in base64url. */
const bytes32Schema = z.string().regex(/^[\w-]{43}$/);

/** A public key as JWK (RFC 8037); `kid` is its thumbprint (RFC 7638), so that it names exactly this key. */
export const jobKeySchema = z.object({
  kid: bytes32Schema,
  kty: z.literal('OKP'),
  crv: z.literal('Ed25519'),
  x: bytes32Schema,
});
export type JobKey = z.infer<typeof jobKeySchema>;

/** The first one signs; others will sign later, and are announced so that runners can be told to trust them. */
export const jobKeysSchema = z.array(jobKeySchema).min(1).max(10);

/** What is signed: this job, once, for this runner, for a moment. Times are ms since 1970. */
export const jobClaimsSchema = z.object({
  job: jobSchema,
  epoch: z.int().positive(),
  runnerId: runnerIdSchema,
  account: accountKeySchema,
  issuedAt: z.int().positive(),
  expiresAt: z.int().positive(),
});
export type JobClaims = z.infer<typeof jobClaimsSchema>;
