import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { isTerminal, TASK_STATES, type TaskState } from '../../protocol/task-state.ts';
import { conclusionOf, describeState } from './render/describe-state.ts';
import { newSessionRecord, newTaskRecord, type TaskRecord } from './session-record.ts';
import { endsAtOf, STATE_DEADLINES } from './state-deadlines.ts';
import { deadlineOf, meetDeadline } from './task-deadline.ts';
import { deadlineTable } from './testing/deadline-table.ts';
import { issueSession, requestOf } from './testing/make-requests.ts';

const START_MS = 1_000_000;

function taskIn(state: TaskState, over: Partial<TaskRecord> = {}): TaskRecord {
  const session = newSessionRecord(issueSession(), START_MS);
  const task = newTaskRecord(session, 1, requestOf('Mend it.'), 'request', [], START_MS);
  return { ...task, active: true, enqueuedAt: START_MS, ...over, view: { ...task.view, state } };
}

const LIVE = TASK_STATES.filter((state) => !isTerminal(state));
const CASES = LIVE.flatMap((state): [string, TaskRecord][] => [
  [state, taskIn(state)],
  [`${state}, behind another task`, taskIn(state, { active: false })],
  [`${state}, pushed`, taskIn(state, { pushed: true })],
  [
    `${state}, asked to end`,
    taskIn(state, { endRequest: { how: 'stop', by: 'mona', reason: null, atMs: START_MS } }),
  ],
  [`${state}, reminded`, taskIn(state, { remindedOf: START_MS })],
]);

/** Lets each deadline come at its time, with nobody doing anything else, until the task is over. */
function leftAlone(task: TaskRecord) {
  const events: string[] = [];
  const effects: string[] = [];
  let nowMs = START_MS;
  let rings = 0;
  let current = task;
  for (let dueMs = deadlineOf(current); dueMs !== null; dueMs = deadlineOf(current)) {
    expect(dueMs).toBeGreaterThanOrEqual(nowMs);
    nowMs = dueMs;
    rings += 1;
    const step = meetDeadline(current, nowMs);
    // Else the same deadline would ring for ever.
    expect(step.task).not.toBe(current);
    current = step.task;
    events.push(...step.events.map(({ type }) => type));
    effects.push(...step.effects.map(({ type }) => type));
    expect(rings).toBeLessThan(2_000);
  }
  return { task: current, nowMs, events, effects };
}

it('names a limit for each state, and none for those in which the task is over', () => {
  for (const state of TASK_STATES)
    expect([state, STATE_DEADLINES[state] === null]).toEqual([state, isTerminal(state)]);
});

it.each(CASES)('ends a task that is left alone: %s', (_name, task) => {
  const end = leftAlone(task);
  expect(isTerminal(end.task.view.state)).toBe(true);
  expect(conclusionOf(end.task)).not.toBeNull();
  const limitMs = (endsAtOf(task) ?? 0) - START_MS;
  // A grace for the runner to keep the work, once or twice.
  expect(end.nowMs - START_MS).toBeLessThanOrEqual(limitMs + 120_000);
  expect(end.effects).toContain('task_over');
  expect(end.effects).toContain('news');
});

it.each(LIVE)('says why a task that was left alone as %s ended, and what to do', (state) => {
  const { task, events } = leftAlone(taskIn(state));
  const deadline = STATE_DEADLINES[state];
  expect(task.view.state).toBe(deadline?.end);
  expect(task.view.failure).toMatchObject({ kind: deadline?.kind(task) });
  expect(task.view.failure?.message).not.toBe('');
  expect(task.view.failure?.remedy).toMatch(/`(?:retry|resume)`/);
  expect(events.filter((type) => type === 'task.reminded')).toHaveLength(
    deadline?.reminderMs === null ? 0 : 1,
  );
});

it('does nothing when it rings too early or after the task has moved on', () => {
  const task = taskIn('running');
  expect(meetDeadline(task, START_MS + 1).task).toBe(task);
});

it('gives a job that was lost and comes back its whole time again', () => {
  const task = taskIn('pre_flight');
  const again = { ...task, view: { ...task.view, startedAt: 1, stateSince: START_MS } };
  expect(deadlineOf(again)).toBeGreaterThan(START_MS);
});

it('shows each state by words of its own', () => {
  for (const state of LIVE) expect(describeState(taskIn(state))).not.toBe('');
});

it('is described in docs/architecture.md as it is', () => {
  const docs = readFileSync(new URL('../../docs/architecture.md', import.meta.url).pathname, 'utf8');
  const [, written] = /<!-- deadlines: start -->\n([\s\S]*?)\n<!-- deadlines: end -->/.exec(docs) ?? [];
  expect(written).toBe(deadlineTable());
});

it('asks the Fleet less and less often why a job waits, later where it has said so, and never for one that a runner has', () => {
  const asked = (task: TaskRecord, hours: number) => {
    const times: number[] = [];
    let current = task;
    for (let dueMs = deadlineOf(current); dueMs !== null; dueMs = deadlineOf(current)) {
      if (dueMs > START_MS + hours * 3_600_000) break;
      const step = meetDeadline(current, dueMs);
      if (step.effects.some(({ type }) => type === 'ask_queue')) times.push((dueMs - START_MS) / 1_000);
      current = step.task;
    }
    return times;
  };
  const waiting = taskIn('pending');
  expect(asked(waiting, 0.12)).toEqual([5, 35, 95, 395]);
  const answered = { ...waiting, queue: { ahead: 0, reason: null } };
  expect(asked(answered, 0.12)).toEqual([30, 90, 390]);
  const farBack = { ...waiting, queue: { ahead: 400, reason: null } };
  expect(asked(farBack, 0.12)).toEqual([300]);
  const held = { ...waiting, view: { ...waiting.view, runnerId: 'runner' } };
  expect(asked(held, 2)).toEqual([]);
});
