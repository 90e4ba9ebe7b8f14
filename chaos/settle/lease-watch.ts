import type { FleetView } from '../../protocol/fleet-view.ts';
import type { TaskState } from '../../protocol/task-state.ts';
import type { Violation } from '../invariants/evidence.ts';

/** A lease that ran out, the news of it, an outbox that waits its turn: all of these fit into it several times. */
const LONGEST_WITHOUT_MS = 90_000;

/** States in which a runner works. An approved task may wait for GitHub alone. */
export const LEASED: ReadonlySet<TaskState> = new Set([
  'pre_flight',
  'running',
  'waiting_qa',
  'qa_running',
  'waiting_approval',
]);

export type LiveTask = { id: string; state: TaskState; epoch: number };

/** Whether a runner has the task, or it waits for one. */
export function isHeld({ runners, queue }: FleetView, taskId: string): boolean {
  return [...runners.flatMap(({ jobs }) => jobs), ...queue].some((held) => held.taskId === taskId);
}

/** Finds tasks that look as if somebody worked on them while nobody has a lease for it, nor waits for one. */
export class LeaseWatch {
  readonly #since = new Map<string, { key: string; atMs: number }>();

  look(tasks: readonly LiveTask[], { runners, queue }: FleetView, nowMs: number): Violation[] {
    const held = new Set([...runners.flatMap(({ jobs }) => jobs), ...queue].map(({ taskId }) => taskId));
    return tasks.flatMap((task) => {
      if (!LEASED.has(task.state) || held.has(task.id)) {
        this.#since.delete(task.id);
        return [];
      }
      const key = `${task.state} ${task.epoch}`;
      const known = this.#since.get(task.id);
      const since = known?.key === key ? known : { key, atMs: nowMs };
      this.#since.set(task.id, since);
      if (nowMs - since.atMs < LONGEST_WITHOUT_MS) return [];
      const seconds = Math.round((nowMs - since.atMs) / 1_000);
      const what = `It is ${task.state} under epoch ${task.epoch} without a lease for ${seconds} s.`;
      return [{ rule: 'running_without_lease', where: task.id, what }];
    });
  }
}
