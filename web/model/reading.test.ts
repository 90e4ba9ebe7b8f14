import { signal } from '@preact/signals';
import { expect, it } from 'vitest';
import type { LoggedEvent, SessionEvent } from '../../protocol/events.ts';
import { createReading } from './reading.ts';
import { createTimeline, type TimelineRow } from './timeline.ts';

const whole = (text: string) => ({ text, bytes: text.length, cut: false });
const said = (text: string, parent: string | null = null): SessionEvent => ({
  type: 'claude.text',
  text,
  parent,
});
const use = (toolUseId: string, name = 'Bash'): SessionEvent => ({
  type: 'claude.tool_use',
  toolUseId,
  name,
  input: whole('{}'),
  parent: null,
});
const result = (toolUseId: string, output: string, isError = false): SessionEvent => ({
  type: 'claude.tool_result',
  toolUseId,
  isError,
  output: whole(output),
  durationMs: 1,
  parent: null,
});

const textOf = (row: TimelineRow): string => {
  if (row.kind === 'tool') return row.result?.output.text ?? '';
  return 'text' in row.event && typeof row.event.text === 'string' ? row.event.text : '';
};

/** Events are numbered as they come. */
function readingOf(...events: SessionEvent[]) {
  const builder = createTimeline();
  let id = 0;
  const number = (event: SessionEvent): LoggedEvent => {
    id += 1;
    return { id, at: id, taskId: null, event };
  };
  const timeline = signal(builder.extend(events.map(number)));
  const reading = createReading(timeline, textOf);
  return {
    reading,
    add: (...more: SessionEvent[]) => {
      timeline.value = builder.extend(more.map(number));
    },
  };
}

it('walks from hit to hit, around the ends, whatever the capitals', () => {
  const { reading } = readingOf(said('A red train'), said('nothing'), said('RED again'));
  reading.query.value = ' red ';
  expect(reading.hits.value).toEqual([1, 3]);
  const walked = [1, 1, 1].map(() => {
    reading.toHit(1);
    return reading.cursor.value;
  });
  expect(walked).toEqual([1, 3, 1]);
  reading.toHit(-1);
  expect(reading.cursor.value).toBe(3);
  expect(reading.target.value).toEqual({ id: 3, takesFocus: false });
});

it('finds what comes while it is looked for: new events, and results of calls that were there', () => {
  const { reading, add } = readingOf(use('a'), said('first'));
  reading.query.value = 'needle';
  expect(reading.hits.value).toEqual([]);
  add(result('a', 'a needle'), said('another needle'));
  expect(reading.hits.value).toEqual([1, 4]);
  reading.query.value = 'first';
  expect(reading.hits.value).toEqual([2]);
});

it('unfolds the calls around a row that it goes to, and what of the row holds the words', () => {
  const { reading } = readingOf(use('agent', 'Agent'), said('deep down', 'agent'));
  reading.query.value = 'deep';
  reading.toHit(1);
  expect([...reading.unfolded.value]).toEqual(['1:steps', '2', '2:whole']);
});

it('goes from error to error from where the reader is', () => {
  const { reading } = readingOf(
    use('a'),
    result('a', 'no', true),
    said('x'),
    use('b'),
    result('b', 'no', true),
  );
  reading.goTo(3);
  reading.toProblem(1);
  expect(reading.cursor.value).toBe(4);
  reading.toProblem(1);
  expect(reading.cursor.value).toBe(1);
  expect(reading.unfolded.value.has('1')).toBe(true);
});

it('walks from row to row, past what is folded, and stops at the ends', () => {
  const { reading } = readingOf(use('agent', 'Agent'), said('inside', 'agent'), said('after'));
  reading.move(1);
  expect(reading.cursor.value).toBe(3);
  reading.move(-1);
  expect(reading.cursor.value).toBe(1);
  reading.move(-1);
  expect(reading.cursor.value).toBe(1);
  reading.toggle('1:steps');
  reading.move(1);
  expect(reading.cursor.value).toBe(2);
});

it('counts what came since the reader left the end', () => {
  const { reading, add } = readingOf(said('one'));
  expect(reading.newRows.value).toBeNull();
  reading.follow(false);
  add(said('two'), said('three'));
  reading.follow(false);
  expect(reading.newRows.value).toBe(2);
  reading.follow(true);
  expect(reading.newRows.value).toBeNull();
});
