import type { UpdateSession } from '../../protocol/http.ts';
import { MAX_METADATA_KEYS, type Metadata, type SessionState } from '../../protocol/session.ts';
import { isTerminal } from '../../protocol/task-state.ts';
import type { Refused } from '../contracts.ts';
import { refuseAttached } from './attached/refuse-attached.ts';
import { isHeld, isPaused, pauseTask, unpauseTask } from './hold-task.ts';
import type { TaskRecord } from './session-record.ts';
import type { SessionUnit } from './session-unit.ts';
import { startNextTask } from './start-task.ts';
import { change, draftOf, stepOf } from './task-draft.ts';

/** Changes what a session says of itself, and whether it works. @returns null when it is done */
export function updateSession(unit: SessionUnit, changes: UpdateSession, by: string): Refused | null {
  const { state, metadata, ...plain } = changes;
  const known = unit.session.metadata ?? {};
  const merged = metadata === undefined ? known : mergeMetadata(known, metadata);
  if (Object.keys(merged).length > MAX_METADATA_KEYS) return tooMuch();
  const refused = state === 'paused' ? refuseAttached(unit.session) : null;
  if (refused !== null) return refused;
  const unfinished = state === 'closed' ? unfinishedTask(unit) : null;
  if (unfinished !== null) return notOver(unfinished);
  const { assignee = unit.session.assignee ?? null, ...rest } = plain;
  unit.setSession({ ...unit.session, ...rest, assignee: assignee ?? undefined, metadata: merged });
  if (state !== undefined) moveSession(unit, state, by);
  return null;
}

/** Has a session work, hold or end. Nothing happens when it does already. */
export function moveSession(unit: SessionUnit, state: SessionState, by: string): void {
  if ((unit.session.state ?? 'open') === state) return;
  unit.setSession({ ...unit.session, state });
  unit.logControl(null, { type: 'session.state_changed', state, by });
  for (const { view } of unit.tasks.values()) {
    const task = unit.task(view.number);
    if (isTerminal(view.state) || isHeld(task)) continue;
    if (state === 'paused') rest(unit, task, by);
    if (state === 'open' && isPaused(task)) {
      const step = unpauseTask(task, unit.nowMs);
      if (step !== null) unit.apply(step);
    }
  }
  startNextTask(unit);
}

/** A task that waits leaves the queue without being held: it goes back when the session is opened. */
function rest(unit: SessionUnit, task: TaskRecord, by: string): void {
  if (task.view.state !== 'pending') {
    const step = pauseTask(task, by, unit.nowMs);
    // One that is past Claude's work goes on to its end.
    if (!('status' in step)) unit.apply(step);
    return;
  }
  if (!task.active) return;
  const draft = draftOf(task, unit.nowMs);
  change(draft, { active: false, queue: null });
  draft.effects.push({ type: 'withdraw', reason: `The session was paused by ${by}.` });
  unit.apply(stepOf(draft));
}

function mergeMetadata(known: Metadata, patch: NonNullable<UpdateSession['metadata']>): Metadata {
  const merged = new Map(Object.entries(known));
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) merged.delete(key);
    else merged.set(key, value);
  }
  return Object.fromEntries(merged);
}

/** What runs in somebody's terminal can't be ended from here, so nobody has to wait for it. */
export function unfinishedTask(unit: Pick<SessionUnit, 'tasks'>): TaskRecord | null {
  const tasks = [...unit.tasks.values()];
  return tasks.find(({ view, attached }) => attached === undefined && !isTerminal(view.state)) ?? null;
}

export function notOver({ view }: TaskRecord): Refused {
  return {
    status: 'refused',
    code: 'conflict',
    message: `Task ${view.number} of the session is ${view.state}; it is not over yet.`,
    remedy: 'End it with `stop` or `cancel`, and do this when it has ended.',
  };
}

function tooMuch(): Refused {
  return {
    status: 'refused',
    code: 'invalid',
    message: `The session would have more than ${MAX_METADATA_KEYS} keys of metadata.`,
    remedy: 'Remove keys by setting them to null.',
  };
}
