import { createRemoteJWKSet, customFetch, errors, type JWTVerifyGetKey, jwtVerify } from 'jose';
import { z } from 'zod';
import { fetchWithDeadline } from '../github/fetch-with-deadline.ts';

/** Whoever waits for a key waits at most so long for the issuer. */
const JWKS_DEADLINE_MS = 5_000;

/** GitHub changes its keys rarely; a key that is not known yet is asked for at once, but not more often than this. */
const JWKS_COOLDOWN_MS = 30_000;
const JWKS_CACHE_MS = 10 * 60_000;

/** Clocks differ; tokens live for five minutes. */
const CLOCK_TOLERANCE_S = 30;
const MAX_TOKEN_AGE_S = 15 * 60;

/** Numbers come as text. */
const idSchema = z
  .string()
  .regex(/^\d{1,15}$/)
  .transform(Number);

/** What a token of GitHub Actions says of the run that asked for it. */
const claimsSchema = z.object({
  jti: z.string().min(1).max(200),
  repository: z.string().max(200),
  repository_id: idSchema,
  repository_owner_id: idSchema,
  event_name: z.string().max(100),
  actor: z.string().min(1).max(100),
  actor_id: idSchema,
  run_id: idSchema,
});

export type ActionsRun = {
  tokenId: string;
  repository: string;
  repositoryId: number;
  ownerId: number;
  event: string;
  actor: { login: string; id: number };
  runId: number;
};

/** `unreachable`: the issuer's keys could not be had, so nothing is known about the token. */
export type OidcVerdict =
  | { status: 'verified'; run: ActionsRun }
  | { status: 'refused'; reason: string }
  | { status: 'unreachable' };

const keysByIssuer = new Map<string, JWTVerifyGetKey>();

/** Judges a token of GitHub Actions (OpenID Connect; signature, issuer, audience, times). */
export async function verifyOidcToken(
  token: string,
  { issuer, audience, nowMs }: { issuer: string; audience: string; nowMs: number },
): Promise<OidcVerdict> {
  try {
    const { payload } = await jwtVerify(token, keysOf(issuer), {
      issuer,
      audience,
      algorithms: ['RS256'],
      clockTolerance: CLOCK_TOLERANCE_S,
      maxTokenAge: MAX_TOKEN_AGE_S,
      requiredClaims: ['exp', 'iat', 'jti'],
      currentDate: new Date(nowMs),
    });
    const claims = claimsSchema.safeParse(payload);
    if (!claims.success) return { status: 'refused', reason: 'it names no run of a workflow' };
    return { status: 'verified', run: runOf(claims.data) };
  } catch (error) {
    return judgeError(error);
  }
}

function keysOf(issuer: string): JWTVerifyGetKey {
  const known = keysByIssuer.get(issuer);
  if (known !== undefined) return known;
  const keys = createRemoteJWKSet(new URL(`${issuer}/.well-known/jwks`), {
    timeoutDuration: JWKS_DEADLINE_MS,
    cooldownDuration: JWKS_COOLDOWN_MS,
    cacheMaxAge: JWKS_CACHE_MS,
    [customFetch]: (url, init) => fetchWithDeadline(url, { ...init }),
  });
  keysByIssuer.set(issuer, keys);
  return keys;
}

function judgeError(error: unknown): OidcVerdict {
  if (error instanceof errors.JWTExpired) return { status: 'refused', reason: 'it has expired' };
  if (error instanceof errors.JWTClaimValidationFailed) {
    return { status: 'refused', reason: `its "${error.claim}" is not what it must be` };
  }
  const isTokens =
    error instanceof errors.JWTInvalid ||
    error instanceof errors.JWSInvalid ||
    error instanceof errors.JWSSignatureVerificationFailed ||
    error instanceof errors.JWKSNoMatchingKey ||
    error instanceof errors.JOSEAlgNotAllowed ||
    error instanceof errors.JOSENotSupported;
  return isTokens ? { status: 'refused', reason: 'its signature does not fit' } : { status: 'unreachable' };
}

function runOf(claims: z.output<typeof claimsSchema>): ActionsRun {
  return {
    tokenId: claims.jti,
    repository: claims.repository,
    repositoryId: claims.repository_id,
    ownerId: claims.repository_owner_id,
    event: claims.event_name,
    actor: { login: claims.actor, id: claims.actor_id },
    runId: claims.run_id,
  };
}
