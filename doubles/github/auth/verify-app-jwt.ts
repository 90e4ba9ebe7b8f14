import { verify } from 'node:crypto';
import { z } from 'zod';
import type { App } from '../model.ts';
import { Refusal } from '../refusal.ts';

/** GitHub's limit on the life of an App's JWT. */
const MAX_JWT_LIFE_SECONDS = 600;

const header = z.object({ alg: z.string() });
const claims = z.object({
  iss: z.union([z.string(), z.number()]).optional(),
  iat: z.number().optional(),
  exp: z.number().optional(),
});

const undecodable = (): Refusal => new Refusal(401, 'A JSON web token could not be decoded');

function decode<T>(part: string, schema: z.ZodType<T>): T {
  try {
    return schema.parse(JSON.parse(Buffer.from(part, 'base64url').toString('utf8')));
  } catch {
    throw undecodable();
  }
}

/** Checks an App's JWT as GitHub does (RS256, `iss`, `iat`, `exp`), and throws GitHub's 401 when it is not good. */
export function verifyAppJwt(token: string, app: App, nowMs: number): void {
  const [head = '', payload = '', signature = ''] = token.split('.');
  if (decode(head, header).alg !== 'RS256') throw undecodable();
  const { iss, iat, exp } = decode(payload, claims);
  const signed = Buffer.from(`${head}.${payload}`);
  if (!verify('RSA-SHA256', signed, app.publicKeyPem, Buffer.from(signature, 'base64url')))
    throw undecodable();

  const now = Math.floor(nowMs / 1000);
  if (iss === undefined) throw new Refusal(401, "Missing 'issuer' claim ('iss') in assertion");
  if (String(iss) !== String(app.id) && iss !== app.clientId) throw new Refusal(404, 'Integration not found');
  if (iat === undefined || iat > now) {
    throw new Refusal(
      401,
      "'Issued at' claim ('iat') must be an Integer representing the time that the assertion was issued",
    );
  }
  if (exp === undefined || exp <= now) {
    throw new Refusal(
      401,
      "'Expiration time' claim ('exp') must be a numeric value representing the future time at which the assertion expires",
    );
  }
  if (exp - now > MAX_JWT_LIFE_SECONDS || exp - iat > MAX_JWT_LIFE_SECONDS) {
    throw new Refusal(401, "'Expiration time' claim ('exp') is too far in the future");
  }
}
