/** A push to a pull request, as its webhook told it. `atMs` by GitHub's clock. */
export type HeadMove = { before: string; after: string; atMs: number };

/**
 * The head that a pull request had when work was asked for. What is pushed after that, by whoever may push to a fork,
 * is nothing that somebody has asked to have worked on.
 *
 * @param moves in any order
 */
export function headAtTrigger(headNow: string, moves: readonly HeadMove[], triggeredAtMs: number): string {
  // GitHub tells times in whole seconds: a push in the same one counts as later.
  const later = moves.filter(({ atMs }) => atMs >= triggeredAtMs).toSorted((a, b) => a.atMs - b.atMs);
  return later[0]?.before ?? headNow;
}
