import { z } from 'zod';
import { accountKeySchema, runnerIdSchema, sessionIdSchema } from '../../protocol/ids.ts';
import { fromBase64Url, toBase64Url } from './base64url.ts';

/** Grows when the payload's meaning changes; a ticket of another version is malformed. */
const VERSION = 'v2';

/** The secret also signs cookies; this keeps one kind from passing for the other. */
const PURPOSE = 'signalbox data-socket ticket';

const ticketClaimsSchema = z.strictObject({
  sessionId: sessionIdSchema,
  taskNumber: z.int().positive(),
  epoch: z.int().positive(),
  runnerId: runnerIdSchema,
  /** Whose runner it is: where to ask whether it still is one. */
  account: accountKeySchema,
  /** ms since 1970. */
  expiresAt: z.int().positive(),
});
export type TicketClaims = z.infer<typeof ticketClaimsSchema>;

export type TicketVerdict =
  | { status: 'valid'; claims: TicketClaims }
  | { status: 'refused'; reason: 'malformed' | 'bad_signature' | 'expired' };

/** Makes a ticket that opens one task's data socket for one runner: `v2.<claims>.<HMAC-SHA256>`, base64url. */
export async function signTicket(secret: string, claims: TicketClaims): Promise<string> {
  const payload = toBase64Url(new TextEncoder().encode(JSON.stringify(claims)));
  const signature = await crypto.subtle.sign('HMAC', await importKey(secret), signedBytes(payload));
  return `${VERSION}.${payload}.${toBase64Url(new Uint8Array(signature))}`;
}

/** Checks a ticket's signature (in constant time) and then its expiry. */
export async function verifyTicket(secret: string, ticket: string, nowMs: number): Promise<TicketVerdict> {
  const [version, payload, signature, ...rest] = ticket.split('.');
  if (version !== VERSION || payload === undefined || signature === undefined || rest.length > 0) {
    return { status: 'refused', reason: 'malformed' };
  }
  const signatureBytes = fromBase64Url(signature);
  const payloadBytes = fromBase64Url(payload);
  if (signatureBytes === null || payloadBytes === null) return { status: 'refused', reason: 'malformed' };
  const key = await importKey(secret);
  if (!(await crypto.subtle.verify('HMAC', key, signatureBytes, signedBytes(payload)))) {
    return { status: 'refused', reason: 'bad_signature' };
  }
  const claims = ticketClaimsSchema.safeParse(JSON.parse(new TextDecoder().decode(payloadBytes)));
  if (!claims.success) return { status: 'refused', reason: 'malformed' };
  if (claims.data.expiresAt <= nowMs) return { status: 'refused', reason: 'expired' };
  return { status: 'valid', claims: claims.data };
}

function signedBytes(payload: string): Uint8Array {
  return new TextEncoder().encode(`${PURPOSE}\n${VERSION}.${payload}`);
}

function importKey(secret: string): Promise<CryptoKey> {
  const algorithm = { name: 'HMAC', hash: 'SHA-256' };
  return crypto.subtle.importKey('raw', new TextEncoder().encode(secret), algorithm, false, [
    'sign',
    'verify',
  ]);
}
