import type { SessionId } from '../../protocol/ids.ts';
import { openStream, sealStream } from '../checkpoint/seal-stream.ts';
import { configOf } from '../config.ts';
import type { Env } from '../env.ts';

const SALT_BYTES = 32;

const prefixOf = (sessionId: SessionId): string => `attachments/${sessionId}/`;

/** Stores an image under a name of its own, sealed; nothing names it yet. The same name again replaces it. */
export async function putAttachmentBody(
  env: Env,
  place: { sessionId: SessionId; id: string },
  content: Uint8Array<ArrayBuffer>,
): Promise<void> {
  const salt = crypto.getRandomValues(new Uint8Array(SALT_BYTES));
  const seal = sealStream({ secret: configOf(env).secret, ...place }, salt);
  const sealed = await new Response(new Blob([content]).stream().pipeThrough(seal)).arrayBuffer();
  await env.BODIES.put(prefixOf(place.sessionId) + place.id, sealed);
}

/** The image, or null when there is none under this name. */
export async function getAttachmentBody(
  env: Env,
  place: { sessionId: SessionId; id: string },
): Promise<ReadableStream<Uint8Array> | null> {
  const found = await env.BODIES.get(prefixOf(place.sessionId) + place.id);
  return found === null
    ? null
    : found.body.pipeThrough(openStream({ secret: configOf(env).secret, ...place }));
}

export async function deleteAttachmentBody(env: Env, sessionId: SessionId, id: string): Promise<void> {
  await env.BODIES.delete(prefixOf(sessionId) + id);
}

/** Deletes the images that were stored for a session before a moment. A session has fewer than a page of them. */
export async function deleteOldAttachments(env: Env, sessionId: SessionId, beforeMs: number): Promise<void> {
  const { objects } = await env.BODIES.list({ prefix: prefixOf(sessionId) });
  const old = objects.filter(({ uploaded }) => uploaded.getTime() <= beforeMs).map(({ key }) => key);
  if (old.length > 0) await env.BODIES.delete(old);
}
