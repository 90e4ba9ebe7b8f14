import type { Deadlines } from '../storage/deadlines.ts';
import { type Checkpoints, isCheckpointDeadline } from './checkpoints.ts';
import { type Courier, OUTBOX_DEADLINE } from './courier.ts';
import type { SessionCore } from './session-core.ts';
import { SHARES_DEADLINE, type ShareGuests } from './share-guests.ts';
import { deadlineOf, meetDeadline } from './task-deadline.ts';
import { publishNews } from './write-task-news.ts';

export type DeadlineDeps = {
  core: SessionCore;
  courier: Courier;
  checkpoints: Checkpoints;
  guests: ShareGuests;
  deadlines: Deadlines;
};

/** Does what a deadline of the session's alarm was set for, by its name. */
export function meetSessionDeadline(deps: DeadlineDeps, name: string): void | Promise<void> {
  const { core, courier, checkpoints, guests, deadlines } = deps;
  if (name === OUTBOX_DEADLINE) return courier.drain();
  if (isCheckpointDeadline(name)) return checkpoints.meet(name);
  if (name === SHARES_DEADLINE) return guests.meet(Date.now());
  const [what, number] = name.split(':');
  const task = core.memory.tasks.get(Number(number));
  if (task === undefined) return;
  if (what === 'comment') {
    core.step(task.view.number, publishNews);
    return;
  }
  core.step(task.view.number, meetDeadline);
  // One that rang too early, or comes to the same time again, must not be forgotten.
  const dueMs = deadlineOf(core.memory.tasks.get(task.view.number) ?? task);
  if (dueMs !== null) deadlines.set(name, dueMs);
}
