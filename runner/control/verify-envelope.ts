import { compactVerify, decodeProtectedHeader, importJWK } from 'jose';
import { taskIdOf } from '../../protocol/ids.ts';
import {
  JOB_ENVELOPE_ALG,
  JOB_ENVELOPE_TYPE,
  type JobClaims,
  type JobKey,
  jobClaimsSchema,
} from '../../protocol/job-envelope.ts';
import { CLOCK_TOLERANCE_MS } from '../../protocol/limits.ts';
import type { OwnIdentity } from './runner-identity.ts';

export type EnvelopeRefusal =
  | 'malformed'
  | 'unknown_key'
  | 'bad_signature'
  | 'other_runner'
  | 'other_account'
  | 'expired'
  | 'not_yet_valid';

export type EnvelopeVerdict =
  | { status: 'verified'; claims: JobClaims }
  | { status: 'refused'; reason: EnvelopeRefusal; message: string };

export type EnvelopeContext = {
  trusted: readonly JobKey[];
  self: OwnIdentity;
  /** ms since 1970. */
  nowMs: number;
};

/** Checks that a trusted key signed exactly this job for exactly this runner, a moment ago. */
export async function verifyEnvelope(envelope: string, context: EnvelopeContext): Promise<EnvelopeVerdict> {
  const kid = keyIdOf(envelope);
  if (kid === null) return refused('malformed', 'The job is not in a signed envelope.');
  const key = context.trusted.find((one) => one.kid === kid);
  if (key === undefined) return refused('unknown_key', unknownKey(kid));
  const payload = await payloadOf(envelope, key);
  if (payload === null) return refused('bad_signature', "The job's signature does not fit its content.");
  const claims = readClaims(payload);
  if (claims === null) return refused('malformed', 'The signed job is not one of this protocol version.');
  return judgeClaims(claims, context);
}

/** What an envelope says it holds. Proves nothing; serves to say no. */
export function peekEnvelope(envelope: string): Pick<JobClaims, 'job' | 'epoch'> | null {
  return readClaims(Buffer.from(envelope.split('.')[1] ?? '', 'base64url'));
}

function keyIdOf(envelope: string): string | null {
  try {
    const { alg, kid, typ } = decodeProtectedHeader(envelope);
    return alg === JOB_ENVELOPE_ALG && typ === JOB_ENVELOPE_TYPE && kid !== undefined ? kid : null;
  } catch {
    return null;
  }
}

async function payloadOf(envelope: string, jwk: JobKey): Promise<Uint8Array | null> {
  try {
    const key = await importJWK(jwk, JOB_ENVELOPE_ALG);
    return (await compactVerify(envelope, key, { algorithms: [JOB_ENVELOPE_ALG] })).payload;
  } catch {
    return null;
  }
}

function readClaims(payload: Uint8Array): JobClaims | null {
  try {
    const claims = jobClaimsSchema.parse(JSON.parse(new TextDecoder().decode(payload)));
    const { taskId, sessionId, taskNumber } = claims.job;
    return taskId === taskIdOf(sessionId, taskNumber) ? claims : null;
  } catch {
    return null;
  }
}

function judgeClaims(claims: JobClaims, { self, nowMs }: EnvelopeContext): EnvelopeVerdict {
  if (claims.runnerId !== self.runnerId) {
    return refused('other_runner', `The job was signed for another runner (${claims.runnerId}).`);
  }
  if (claims.account !== self.account || claims.job.account !== self.account) {
    return refused('other_account', `The job belongs to another account (${claims.job.account}).`);
  }
  const early = claims.issuedAt - nowMs;
  if (early > CLOCK_TOLERANCE_MS) {
    return refused('not_yet_valid', `The job was signed ${seconds(early)} in the future. ${CLOCK_REMEDY}`);
  }
  const late = nowMs - claims.expiresAt;
  if (late > CLOCK_TOLERANCE_MS) {
    return refused('expired', `The job's signature ran out ${seconds(late)} ago. ${CLOCK_REMEDY}`);
  }
  return { status: 'verified', claims };
}

const CLOCK_REMEDY = 'Compare the clocks of the runner and the control plane ("signalbox-runner doctor").';

const seconds = (ms: number) => `${Math.round(ms / 1000)} s`;

function unknownKey(kid: string): string {
  return `The job was signed with the key ${kid.slice(0, 43)}, which this runner does not trust. If the key was changed on purpose, run "signalbox-runner trust" on the runner's machine; otherwise somebody else gives out jobs.`;
}

function refused(reason: EnvelopeRefusal, message: string): EnvelopeVerdict {
  return { status: 'refused', reason, message };
}
