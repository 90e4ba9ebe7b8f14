import type { SessionId } from '../../protocol/ids.ts';
import { configOf } from '../config.ts';
import type { Env } from '../env.ts';
import { openStream, sealedLength, sealStream } from './seal-stream.ts';

const SALT_BYTES = 32;

const prefixOf = (sessionId: SessionId): string => `checkpoints/${sessionId}/`;

export type BodyPlace = { sessionId: SessionId; id: string };

/**
 * Stores a body under a name of its own, sealed; nothing names it yet. The same name again replaces it.
 *
 * @param bytes how long the stream is; another length fails
 */
export async function putCheckpointBody(
  env: Env,
  place: BodyPlace,
  body: ReadableStream<Uint8Array>,
  bytes: number,
): Promise<void> {
  const salt = crypto.getRandomValues(new Uint8Array(SALT_BYTES));
  const seal = sealStream({ secret: configOf(env).secret, ...place }, salt);
  // R2 wants to know the length of what it stores.
  const fixed = new FixedLengthStream(sealedLength(bytes));
  const stored = env.BODIES.put(prefixOf(place.sessionId) + place.id, fixed.readable);
  const sent = body.pipeThrough(seal).pipeTo(fixed.writable);
  await Promise.all([stored, sent]);
}

/** The opened body, or null when there is none under this name. */
export async function getCheckpointBody(
  env: Env,
  place: BodyPlace,
): Promise<ReadableStream<Uint8Array> | null> {
  const found = await env.BODIES.get(prefixOf(place.sessionId) + place.id);
  return found === null
    ? null
    : found.body.pipeThrough(openStream({ secret: configOf(env).secret, ...place }));
}

export async function deleteCheckpointBody(env: Env, { sessionId, id }: BodyPlace): Promise<void> {
  await env.BODIES.delete(prefixOf(sessionId) + id);
}

/** What is stored for a session, whether something names it or not. */
export async function listCheckpointBodies(
  env: Env,
  sessionId: SessionId,
): Promise<{ id: string; storedAt: number }[]> {
  const prefix = prefixOf(sessionId);
  const { objects } = await env.BODIES.list({ prefix });
  return objects.map(({ key, uploaded }) => ({ id: key.slice(prefix.length), storedAt: uploaded.getTime() }));
}

/** Deletes what was stored for a session before a moment. More than one page of them is no session of ours. */
export async function deleteOldBodies(env: Env, sessionId: SessionId, beforeMs: number): Promise<void> {
  const stored = await listCheckpointBodies(env, sessionId);
  const old = stored.filter(({ storedAt }) => storedAt <= beforeMs).map(({ id }) => prefixOf(sessionId) + id);
  if (old.length > 0) await env.BODIES.delete(old);
}
