import { expect, it } from 'vitest';
import type { LoggedEvent, SessionEvent } from '../../protocol/events.ts';
import { createTimeline } from './timeline.ts';

const whole = (text: string) => ({ text, bytes: text.length, cut: false });
const logged = (id: number, event: SessionEvent): LoggedEvent => ({ id, at: id, taskId: null, event });
const use = (toolUseId: string): SessionEvent => ({
  type: 'claude.tool_use',
  toolUseId,
  name: 'Bash',
  input: whole('{"command":"ls"}'),
  parent: null,
});
const result = (toolUseId: string): SessionEvent => ({
  type: 'claude.tool_result',
  toolUseId,
  isError: false,
  output: whole('src'),
  durationMs: 12,
  parent: null,
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
  expect(rows).toEqual([{ kind: 'event', id: 7, at: 7, event: result('lost') }]);
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
