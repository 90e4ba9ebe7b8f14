import type { SessionCore } from './session-core.ts';
import { statusOf } from './view-session.ts';

/** The record takes this session for one that is busy: where it is not, it is told once more. */
export function remindRecord(core: SessionCore): void {
  const { session, tasks } = core.memory;
  if (session === null || statusOf(tasks.values()) !== 'idle') return;
  core.change((unit) => unit.setSession({ ...unit.session }));
}
