import type { Caller } from './caller.ts';

/**
 * For how long somebody follows a session without being asked who he is: so long an open socket may outlive a role, a
 * key or a sign-in. Coming back costs a snapshot.
 */
export const VISIT_MS = 10 * 60_000;

/** When somebody who follows a session has to come back; null for the holder of the admin key, who can't lose it. */
export function visitEnd({ proof }: Caller, nowMs: number): number | null {
  return proof.kind === 'admin_key' ? null : nowMs + VISIT_MS;
}
