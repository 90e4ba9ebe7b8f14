import type { Captured, CapturedSide, WorkspaceFailure } from '../workspace-types.ts';
import { revertSide } from './put-back.ts';
import type { Side } from './session-group.ts';

/** Repositories are looked at one after the other: each keeps both cores busy. */
export async function captureSides(
  sides: readonly Side[],
  main: Captured,
  signal?: AbortSignal,
): Promise<Captured | WorkspaceFailure> {
  const captured: CapturedSide[] = [];
  const putBack: string[] = [];
  for (const side of sides) {
    const found = await side.workspace.capture(signal);
    if (!found.ok) return found;
    if (side.access === 'read') {
      if (!found.changed) continue;
      const back = await revertSide(side);
      if (!back.ok) return back;
      putBack.push(`${side.repository.owner}/${side.repository.name}`);
    } else if (found.tree !== null) {
      captured.push({ side, captured: { ...found, tree: found.tree } });
    }
  }
  return { ...main, sides: captured, ...(putBack.length === 0 ? {} : { putBack }) };
}
