import type { Schedule } from '../../../protocol/schedules.ts';
import type { Repositories } from '../../github/read-reach.ts';
import type { ScheduleStore } from './schedule-store.ts';

/** Begins the reason of every pause of this kind, to know those that end with it. */
const OUT_OF_REACH = 'The App can not reach its repository. ';

/** Pauses those that work where the App can not any more. Nobody has to attend to it: it ends by itself. */
export function pauseUnreachable(
  store: ScheduleStore,
  schedules: readonly Schedule[],
  repositories: Repositories,
  reason: string,
  nowMs: number,
): void {
  for (const schedule of schedules.filter((one) => isOf(one, repositories))) {
    const clock = store.clock(schedule.id);
    if (clock.paused !== null) continue;
    const paused = { at: nowMs, reason: `${OUT_OF_REACH}${reason}`, dismissed: true };
    store.setClock(schedule.id, { ...clock, dueMs: null, paused });
  }
}

/** @returns those that were paused because of it */
export function findReachable(
  store: ScheduleStore,
  schedules: readonly Schedule[],
  repositories: Repositories,
): Schedule[] {
  return schedules.filter((schedule) => {
    const { paused } = store.clock(schedule.id);
    return isOf(schedule, repositories) && paused?.reason.startsWith(OUT_OF_REACH) === true;
  });
}

function isOf({ file, workspace, project }: Schedule, repositories: Repositories): boolean {
  const id = file?.repositoryId ?? (workspace?.type === 'github' ? workspace.repository.id : null);
  // A project is of the account's repositories, whichever they are.
  if (repositories === 'all') return id !== null || project !== null;
  return id !== null && repositories.includes(id);
}
