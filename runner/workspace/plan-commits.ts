/** One path of the approved work, as git's raw diff tells it. Paths are bytes read as latin1. */
export type ApprovedChange = { path: string; mode: string; id: string; deleted: boolean };

/** A commit that Claude made itself. */
export type OwnCommit = { message: string; paths: readonly string[] };

/** `message` null: what no commit of Claude's touched. */
export type PlannedCommit = { message: string | null; changes: ApprovedChange[] };

/**
 * Divides approved work among Claude's commits: each path goes with the last commit that touched it, as it was
 * approved, so that nothing leaves the machine that nobody has seen. What Claude had and then took back is left out,
 * and so is a commit of which nothing is left.
 */
export function planCommits(changes: readonly ApprovedChange[], own: readonly OwnCommit[]): PlannedCommit[] {
  const lastTouch = new Map<string, number>();
  for (const [index, { paths }] of own.entries()) {
    for (const path of paths) lastTouch.set(path, index);
  }
  const planned = [...own.map(({ message }) => message), null].map((message, index) => ({
    message,
    changes: changes.filter(({ path }) => (lastTouch.get(path) ?? own.length) === index),
  }));
  return planned.filter(({ changes: some }) => some.length > 0);
}
