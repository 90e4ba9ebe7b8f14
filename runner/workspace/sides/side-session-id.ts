import { v5 as uuidV5 } from 'uuid';

/** Namespace (RFC 9562 UUIDv5) of worktrees beside a session's own. Never changes: their files would not be found. */
const SIDE_NAMESPACE = '8d0a6f1e-4a5f-5c3b-9f57-2e6d1c0b7a34';

/**
 * The name under which this machine keeps a session's worktree of one more repository: its folder, its refs, its
 * record and its turn in the queue are then those of a session of its own.
 */
export function sideSessionId(sessionId: string, repositoryId: number): string {
  return uuidV5(`${sessionId}/${repositoryId}`, SIDE_NAMESPACE);
}
