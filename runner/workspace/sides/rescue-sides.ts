import type { Rescued, WorkspaceFailure } from '../workspace-types.ts';
import type { Side } from './session-group.ts';

/** Keeps the work on other repositories, of those that have any. What can't be looked at may have some. */
export async function rescueSides(
  sides: readonly Side[],
  main: Rescued,
): Promise<Rescued | WorkspaceFailure> {
  const kept: NonNullable<Rescued['sides']> = [];
  let failure: WorkspaceFailure | null = null;
  for (const side of sides) {
    if (side.access === 'read') continue;
    const found = await side.workspace.capture();
    if (found.ok && !found.changed) continue;
    const rescued = await side.workspace.rescue();
    if (!rescued.ok) failure ??= rescued;
    else if (rescued.kept !== null) kept.push({ side, kept: rescued.kept });
  }
  return failure ?? { ...main, ...(kept.length === 0 ? {} : { sides: kept }) };
}
