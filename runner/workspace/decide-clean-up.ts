/** What is known of a session's worktree when it is looked at. */
export type WorktreeState = {
  sessionId: string;
  lastUsedAtMs: number;
  bytes: number;
  /**
   * `saved`: everything in it is on the server, or in the repository it belongs to. `unknown`: it could not be looked
   * at, which counts as work that somebody may want.
   */
  work: 'saved' | 'unpushed' | 'uncommitted' | 'unknown';
  inUse: boolean;
};

export type Limits = {
  /** Worktrees unused for longer are removed. */
  maxAgeMs: number;
  /** All worktrees together; the longest unused are removed first until they fit. */
  maxTotalBytes: number;
  /** Never removed before this: a follow-up comes within minutes, and then the worktree saves a second. */
  minIdleMs: number;
};

export type Decision =
  | { sessionId: string; action: 'delete'; reason: 'age' | 'space' }
  | { sessionId: string; action: 'keep' }
  /** It ought to go, but has work that is nowhere else: a person has to look. */
  | { sessionId: string; action: 'report'; reason: 'age' | 'space'; work: WorktreeState['work'] };

/**
 * Which worktrees may go. One with work that is nowhere else, or in use, never does, whatever its age and size; it is
 * named instead. The others go by age, then oldest first until the rest fits.
 */
export function decideCleanUp(
  worktrees: readonly WorktreeState[],
  nowMs: number,
  limits: Limits,
): Decision[] {
  const oldestFirst = [...worktrees].sort((a, b) => a.lastUsedAtMs - b.lastUsedAtMs);
  let total = worktrees.reduce((sum, { bytes }) => sum + bytes, 0);
  return oldestFirst.map((worktree) => {
    const { sessionId, bytes, work } = worktree;
    const idleMs = nowMs - worktree.lastUsedAtMs;
    const reason = idleMs > limits.maxAgeMs ? 'age' : total > limits.maxTotalBytes ? 'space' : null;
    if (reason === null || worktree.inUse || idleMs < limits.minIdleMs) return { sessionId, action: 'keep' };
    if (work !== 'saved') return { sessionId, action: 'report', reason, work };
    total -= bytes;
    return { sessionId, action: 'delete', reason };
  });
}
