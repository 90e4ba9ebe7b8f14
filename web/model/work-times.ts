import type { LoggedEvent } from '../../protocol/events.ts';

/** How long Claude has worked on a task: `workedMs` before `since`, and since then if it works now (ms since 1970). */
export type WorkTime = { workedMs: number; since: number | null };

/** Counts what a task's minutes are counted of: time in which it runs, not in which it waits or is held. */
export function createWorkTimes(): {
  take(logged: LoggedEvent): void;
  times: ReadonlyMap<string, WorkTime>;
} {
  const times = new Map<string, WorkTime>();
  return {
    times,
    take({ at, taskId, event }) {
      if (taskId === null) return;
      const { workedMs, since } = times.get(taskId) ?? { workedMs: 0, since: null };
      // Another try has the task's whole time.
      if (event.type === 'work.rejected' && event.again) times.set(taskId, { workedMs: 0, since });
      if (event.type !== 'task.moved') return;
      const soFarMs = since === null ? workedMs : workedMs + at - since;
      times.set(taskId, { workedMs: soFarMs, since: event.to === 'running' ? at : null });
    },
  };
}

export function workedUntil({ workedMs, since }: WorkTime, now: number): number {
  return since === null ? workedMs : workedMs + Math.max(0, now - since);
}
