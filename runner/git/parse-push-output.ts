export type PushVerdict =
  | { kind: 'accepted'; upToDate: boolean }
  /** The branch has commits that ours is not built on, or moved during the push. */
  | { kind: 'non_fast_forward'; reason: string }
  /** The server's rules say no: a protected branch, a hook, a missing permission. */
  | { kind: 'refused'; reason: string }
  /** The server said nothing about this ref. */
  | { kind: 'unknown' };

const BEHIND = /non-fast-forward|fetch first|stale info|needs force/;
/** Two pushes at once: the loser sees the lock or the winner's value. */
const RACED = /cannot lock ref|failed to (?:update|lock) ref|reference already exists|incorrect old value/;

/** Reads `git push --porcelain` for one ref: `<flag>\t<from>:<to>\t<summary>` (git-push, "Output"). */
export function parsePushOutput(output: string, ref: string): PushVerdict {
  for (const line of output.split('\n')) {
    const [flag, range, summary = ''] = line.split('\t');
    if (range === undefined || !range.endsWith(`:${ref}`)) continue;
    // `+`: a ref of ours alone that was moved by force.
    if (flag === ' ' || flag === '*' || flag === '+') return { kind: 'accepted', upToDate: false };
    if (flag === '=') return { kind: 'accepted', upToDate: true };
    if (flag !== '!') return { kind: 'unknown' };
    const reason = summary.replace(/^\[[^\]]*\]\s*/, '').replace(/^\((.*)\)$/, '$1');
    const remote = summary.startsWith('[remote rejected]');
    if (remote ? RACED.test(reason) : BEHIND.test(reason)) return { kind: 'non_fast_forward', reason };
    return remote || summary.startsWith('[rejected]') ? { kind: 'refused', reason } : { kind: 'unknown' };
  }
  return { kind: 'unknown' };
}
