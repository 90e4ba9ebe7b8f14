import type { Captured, Filled, Rescued } from '../../workspace/workspace-types.ts';
import type { JobContext } from '../job-context.ts';
import { eventOf, fullName } from './name-work.ts';

type Emit = Pick<JobContext, 'emit'>;

/** Says which other repositories are there. */
export function emitSidesReady({ emit }: Emit, { sides = [] }: Filled): void {
  for (const { side, base, head, resumed, rescue } of sides) {
    const { access, branch } = side;
    emit({ type: 'repository.ready', ...eventOf(side), access, branch, base, head, resumed });
    if (rescue !== undefined) emit({ type: 'repository.rescued', ...eventOf(side), ...rescue });
  }
}

/** Shows what was done in other repositories. Comes before the work of the first one, which ends the list. */
export function emitSidesCaptured({ emit }: Emit, { sides = [], putBack = [] }: Captured): void {
  for (const { side, captured } of sides) {
    const { tree, changed, files, filesCut, insertions, deletions, patch, skipped } = captured;
    const work = { tree, changed, files, filesCut, insertions, deletions, patch };
    emit({ type: 'repository.captured', ...eventOf(side), ...work });
    if (skipped.length > 0) {
      const text = `These of ${fullName(side)} could not be taken in (repositories inside the folder, or files that can't be read): ${skipped.join(', ')}`;
      emit({ type: 'notice', level: 'warning', text: text.slice(0, 4_000) });
    }
  }
  if (putBack.length === 0) return;
  const text = `Changes to repositories that are only read were undone: ${putBack.join(', ')}`;
  emit({ type: 'notice', level: 'warning', text: text.slice(0, 4_000) });
}

/** Says where work on other repositories is kept. */
export function emitSidesRescued({ emit }: Emit, { sides = [] }: Pick<Rescued, 'sides'>): void {
  for (const { side, kept } of sides) emit({ type: 'repository.rescued', ...eventOf(side), ...kept });
}
