import { z } from 'zod';

/**
 * Version of everything that crosses a process border. It grows by one when a side that does not know the
 * change would misread a frame; additions that an older side can ignore do not count.
 */
export const PROTOCOL_VERSION = 2;

/** The oldest version this build still speaks. Before 2 jobs were not signed. */
export const OLDEST_PROTOCOL_VERSION = 2;

export const protocolVersionSchema = z.int().min(1).max(1_000);

export type VersionVerdict =
  | { status: 'accepted' }
  | { status: 'refused'; reason: 'peer_too_old' | 'peer_too_new'; remedy: string };

/**
 * Decides whether a peer's protocol version can be spoken with.
 *
 * @param peerVersion the version in the peer's `hello`.
 * @returns `accepted`, or a named refusal with what to do about it.
 */
export function judgeVersion(peerVersion: number): VersionVerdict {
  if (peerVersion < OLDEST_PROTOCOL_VERSION) {
    return {
      status: 'refused',
      reason: 'peer_too_old',
      remedy: `Update the runner: it speaks protocol ${peerVersion}, the control plane needs at least ${OLDEST_PROTOCOL_VERSION}.`,
    };
  }
  if (peerVersion > PROTOCOL_VERSION) {
    return {
      status: 'refused',
      reason: 'peer_too_new',
      remedy: `Deploy a newer control plane: it speaks protocol ${PROTOCOL_VERSION}, the runner speaks ${peerVersion}.`,
    };
  }
  return { status: 'accepted' };
}
