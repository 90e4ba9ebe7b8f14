import { z } from 'zod';
import { accountKeySchema, runnerIdSchema, type SessionId, sessionIdSchema } from '../../protocol/ids.ts';
import type { TicketClaims } from '../access/ticket.ts';

/*
 * What the Worker forwards to a Session object's `fetch`. The Worker has verified who asks; the object trusts
 * these headers, so the Worker must remove what a client sent under their names (`withoutClaims`).
 */

/** `GET /api/sessions/:id/tasks/:number/connect` (WebSocket): a runner's data socket. */
export const CONNECT_PATH = /^\/api\/sessions\/([0-9a-f-]{36})\/tasks\/([1-9]\d{0,5})\/connect$/;

/**
 * `GET /api/sessions/:id/events`: a viewer's WebSocket when asked to upgrade (`?after=N`), else server-sent
 * events (`Last-Event-ID` or `?after=N`). 404 when there is no such session.
 */
export const EVENTS_PATH = /^\/api\/sessions\/([0-9a-f-]{36})\/events$/;

const CLAIMS_HEADER = 'x-signalbox-ticket-claims';
const SHARE_HEADER = 'x-signalbox-share';
const UNTIL_HEADER = 'x-signalbox-until';

/** A copy of a client's request without anything that only the Worker may say. */
export function withoutClaims(request: Request): Request {
  const copy = new Request(request);
  copy.headers.delete(CLAIMS_HEADER);
  copy.headers.delete(SHARE_HEADER);
  copy.headers.delete(UNTIL_HEADER);
  return copy;
}

/** A request for a session's events of somebody who proves anew at that time what he reaches; null: never. */
export function withVisit(request: Request, untilMs: number | null): Request {
  const copy = withoutClaims(request);
  if (untilMs !== null) copy.headers.set(UNTIL_HEADER, String(untilMs));
  return copy;
}

/** When a visitor has to come back; null when he may stay. */
export function readUntil(request: Request): number | null {
  const header = request.headers.get(UNTIL_HEADER);
  return header === null ? null : z.coerce.number().int().parse(header);
}

/** Through which share link somebody looks, and when it ends (ms since 1970). */
export type ShareClaim = { shareId: string; until: number };

/** A request for a session's events that the Worker has let in by a share link, in place of what the client sent. */
export function withShare(request: Request, sessionId: SessionId, claim: ShareClaim): Request {
  const url = new URL(request.url);
  url.pathname = `/api/sessions/${sessionId}/events`;
  const copy = new Request(url, request);
  copy.headers.delete(CLAIMS_HEADER);
  // The link's own proof is nobody else's business.
  copy.headers.delete('cookie');
  copy.headers.delete('authorization');
  copy.headers.delete(UNTIL_HEADER);
  copy.headers.set(SHARE_HEADER, JSON.stringify(claim));
  return copy;
}

const shareClaimSchema = z.object({ shareId: z.uuid(), until: z.int() });

/** The share link that the Worker has named; null for somebody who sees everything. */
export function readShare(request: Request): ShareClaim | null {
  const header = request.headers.get(SHARE_HEADER);
  return header === null ? null : shareClaimSchema.parse(JSON.parse(header));
}

/** A copy of a connect request that carries the verified claims of its ticket, in place of the client's headers. */
export function withClaims(request: Request, claims: TicketClaims): Request {
  const copy = new Request(request);
  copy.headers.delete('authorization');
  copy.headers.set(CLAIMS_HEADER, JSON.stringify(claims));
  return copy;
}

const claimsSchema = z.object({
  sessionId: sessionIdSchema,
  taskNumber: z.int().positive(),
  epoch: z.int().positive(),
  runnerId: runnerIdSchema,
  account: accountKeySchema,
  expiresAt: z.int().positive(),
});

/** The claims that the Worker attached; null when the request did not come through it. */
export function readClaims(request: Request): TicketClaims | null {
  const header = request.headers.get(CLAIMS_HEADER);
  if (header === null) return null;
  return claimsSchema.parse(JSON.parse(header));
}
