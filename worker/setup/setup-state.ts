import { z } from 'zod';
import { openText, sealText } from '../access/seal-text.ts';

const PURPOSE = 'signalbox setup state v1';

/** As long as GitHub keeps what it made of a manifest. */
const STATE_MS = 60 * 60_000;

const stateSchema = z.object({ sessionId: z.string(), expiresAt: z.number() });

/**
 * What has to come back from GitHub: it shows that this browser asked for the App. Encrypted, so that nobody else can
 * make one, and bound to the session that it was made for.
 */
export function makeState(secret: string, sessionId: string, nowMs: number): Promise<string> {
  return sealText(secret, PURPOSE, JSON.stringify({ sessionId, expiresAt: nowMs + STATE_MS }));
}

export async function isOwnState(
  secret: string,
  state: string,
  sessionId: string,
  nowMs: number,
): Promise<boolean> {
  const text = await openText(secret, PURPOSE, state);
  if (text === null) return false;
  const made = stateSchema.parse(JSON.parse(text));
  return made.sessionId === sessionId && made.expiresAt > nowMs;
}
