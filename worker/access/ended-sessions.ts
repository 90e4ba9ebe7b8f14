import type { Env } from '../env.ts';

const PREFIX = 'ended-browser-sessions/';

/** How long an isolate goes without asking again; so long a cookie that was copied may outlive its sign-out. */
const RECHECK_MS = 10_000;

/** Far above the people who look at a page at once; then everybody is asked about anew. */
const MAX_KNOWN = 1_000;

/** Pages of a listing; a deployment has a few sign-outs a day. */
const LIST_LIMIT = 500;

/** When a session was last found not to be ended. */
const goodAtMs = new Map<string, number>();

/** Ends a browser's session for every copy of its cookie. */
export async function noteEndedSession(env: Env, id: string): Promise<void> {
  goodAtMs.delete(id);
  await env.BODIES.put(PREFIX + id, '');
}

export async function isEndedSession(env: Env, id: string, nowMs: number): Promise<boolean> {
  const knownAtMs = goodAtMs.get(id);
  if (knownAtMs !== undefined && nowMs - knownAtMs < RECHECK_MS) return false;
  if ((await env.BODIES.head(PREFIX + id)) !== null) return true;
  if (goodAtMs.size >= MAX_KNOWN) goodAtMs.clear();
  goodAtMs.set(id, nowMs);
  return false;
}

/** Forgets sessions that are over by now in any case. @returns how many */
export async function forgetEndedSessions(env: Env, endedBeforeMs: number): Promise<number> {
  const { objects } = await env.BODIES.list({ prefix: PREFIX, limit: LIST_LIMIT });
  const old = objects.filter(({ uploaded }) => uploaded.getTime() < endedBeforeMs).map(({ key }) => key);
  if (old.length > 0) await env.BODIES.delete(old);
  return old.length;
}
