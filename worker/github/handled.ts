import type { TaskId } from '../../protocol/ids.ts';

/** How a delivery ended. The reason is for people. */
export type Handled = {
  status: 'done' | 'ignored' | 'parked';
  reason: string | null;
  taskId: TaskId | null;
};

export function ignored(reason: string): Handled {
  return { status: 'ignored', reason, taskId: null };
}

export function done(taskId: TaskId | null, reason: string | null = null): Handled {
  return { status: 'done', reason, taskId };
}
