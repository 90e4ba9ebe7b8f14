import { expect, it } from 'vitest';
import type { LoggedEvent, SessionEvent } from '../../protocol/events.ts';
import { createTimeline, findRow, shownRows } from './timeline.ts';

const TASK = '3f2504e0-4f89-41d3-9a0c-0305e82c3301.1';
const whole = (text: string) => ({ text, bytes: text.length, cut: false });
const logged = (id: number, event: SessionEvent): LoggedEvent => ({
  id,
  at: id * 1_000,
  taskId: TASK,
  event,
});
const use = (
  toolUseId: string,
  { name = 'Bash', input = '{"command":"ls"}', parent = '' } = {},
): SessionEvent => ({
  type: 'claude.tool_use',
  toolUseId,
  name,
  input: whole(input),
  parent: parent === '' ? null : parent,
});
const result = (toolUseId: string, { isError = false, output = 'src', parent = '' } = {}): SessionEvent => ({
  type: 'claude.tool_result',
  toolUseId,
  isError,
  output: whole(output),
  durationMs: 12,
  parent: parent === '' ? null : parent,
});
const said = (text: string, parent: string | null = null): SessionEvent => ({
  type: 'claude.text',
  text,
  parent,
});
const moved = (to: 'running' | 'waiting_input'): SessionEvent => ({
  type: 'task.moved',
  from: 'pending',
  to,
  input: 'assign',
  reason: null,
});

it('joins a result to its own call, also when calls overlap and the result comes in a later frame', () => {
  const timeline = createTimeline();
  timeline.extend([logged(1, use('a')), logged(2, use('b'))]);
  const second = timeline.extend([logged(3, result('b')), logged(4, result('a'))]);
  expect(second.rows.map((row) => (row.kind === 'tool' ? [row.id, row.result?.toolUseId] : row.id))).toEqual([
    [1, 'a'],
    [2, 'b'],
  ]);
});

it('shows a result whose call it does not know instead of dropping it', () => {
  const { rows } = createTimeline().extend([logged(7, result('lost'))]);
  expect(rows).toMatchObject([{ kind: 'event', id: 7, at: 7_000, event: result('lost') }]);
});

it('gives a new value for each frame, so that what shows it notices', () => {
  const timeline = createTimeline();
  const first = timeline.extend([logged(1, use('a'))]);
  const second = timeline.extend([logged(2, result('a'))]);
  expect(second).not.toBe(first);
  expect(second.rows[0]).toMatchObject({ kind: 'tool', result: { toolUseId: 'a' } });
});

it('leaves out bookkeeping that tells a reader nothing', () => {
  const { rows } = createTimeline().extend([logged(1, { type: 'command.taken', commandId: 1 })]);
  expect(rows).toEqual([]);
});

it('puts what a sub-agent did below the call that started it, also after its result and in its own sub-agents', () => {
  const { rows, all } = createTimeline().extend([
    logged(1, use('agent', { name: 'Agent' })),
    logged(2, use('inner', { name: 'Task', parent: 'agent' })),
    logged(3, said('Deeper', 'inner')),
    logged(4, result('agent')),
    logged(5, said('Still at it', 'agent')),
    logged(6, said('All done')),
  ]);
  expect(rows.map(({ id }) => id)).toEqual([1, 6]);
  expect(all.map(({ id, agent, depth }) => [id, agent, depth])).toEqual([
    [1, null, 0],
    [2, 1, 1],
    [3, 2, 2],
    [5, 1, 1],
    [6, null, 0],
  ]);
  expect(shownRows(rows, null).map(({ id }) => id)).toEqual([1, 6]);
  expect(shownRows(rows, (id) => id === 1).map(({ id }) => id)).toEqual([1, 2, 5, 6]);
  expect(shownRows(rows, () => true).map(({ id }) => id)).toEqual([1, 2, 3, 5, 6]);
});

it('knows where something went wrong, in order, also when a result comes late', () => {
  const { problems } = createTimeline().extend([
    logged(1, use('a')),
    logged(2, { type: 'notice', level: 'error', text: 'The disk is full' }),
    logged(3, { type: 'notice', level: 'info', text: 'Two minutes left' }),
    logged(4, result('a', { isError: true })),
    logged(5, { type: 'preflight.check', name: 'git', ok: false, detail: 'not found', remedy: null }),
  ]);
  expect(problems).toEqual([1, 2, 5]);
});

it('expects no result of a call whose job is over', () => {
  const outcome = { type: 'cancelled' } as const;
  const { rows } = createTimeline().extend([
    logged(1, use('a')),
    logged(2, { type: 'job.finished', outcome: { ...outcome, rescueRef: null } }),
  ]);
  expect(rows[0]).toMatchObject({ kind: 'tool', result: null, isOver: true });
});

it('finds the row of an event, and the one before it where the event has none', () => {
  const { all } = createTimeline().extend([
    logged(1, use('a')),
    logged(2, result('a')),
    logged(3, said('Done')),
  ]);
  expect([1, 2, 3, 99].map((id) => findRow(all, id)?.id)).toEqual([1, 1, 3, 3]);
  expect(findRow(all, 0)).toBeNull();
});

it('counts the time in which Claude works, and not the one in which it waits', () => {
  const { workTimes } = createTimeline().extend([
    logged(1, moved('running')),
    logged(4, moved('waiting_input')),
    logged(10, moved('running')),
  ]);
  expect(workTimes.get(TASK)).toEqual({ workedMs: 3_000, since: 10_000 });
});

it('keeps the to-do list as it was written last, and leaves those of sub-agents to them', () => {
  const list = (...todos: [string, string][]) =>
    JSON.stringify({ todos: todos.map(([content, status]) => ({ content, status, activeForm: content })) });
  const write = (id: string, input: string, parent = '') => use(id, { name: 'TodoWrite', input, parent });
  const timeline = createTimeline();
  timeline.extend([
    logged(1, write('a', list(['Read', 'in_progress'], ['Mend', 'pending']))),
    logged(2, use('agent', { name: 'Agent' })),
    logged(3, write('b', list(['Of its own', 'pending']), 'agent')),
  ]);
  const { todos } = timeline.extend([
    logged(4, write('c', list(['Read', 'completed'], ['Mend', 'in_progress']))),
  ]);
  expect(todos).toEqual({
    taskId: TASK,
    items: [
      { text: 'Read', status: 'completed' },
      { text: 'Mend', status: 'in_progress' },
    ],
  });
});

it('follows the tools that change a to-do list entry by entry, by the numbers of their results', () => {
  const { todos } = createTimeline().extend([
    logged(1, use('a', { name: 'TaskCreate', input: '{"subject":"Read"}' })),
    logged(2, result('a', { output: 'Task #1 created successfully: Read' })),
    logged(3, use('b', { name: 'TaskCreate', input: '{"subject":"Mend"}' })),
    logged(4, result('b', { output: 'Task #2 created successfully: Mend' })),
    logged(5, use('c', { name: 'TaskUpdate', input: '{"taskId":"1","status":"deleted"}' })),
    logged(6, use('d', { name: 'TaskUpdate', input: '{"taskId":"2","status":"in_progress"}' })),
  ]);
  expect(todos?.items).toEqual([{ text: 'Mend', status: 'in_progress' }]);
});
