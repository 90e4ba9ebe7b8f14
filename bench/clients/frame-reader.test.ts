import { expect, it } from 'vitest';
import { createFrameReader } from './frame-reader.ts';

const frameOf = (events: { id: number; seq: number }[]) =>
  Buffer.from(
    JSON.stringify({
      type: 'events',
      events: events.map(({ id, seq }) => ({
        id,
        at: 1,
        taskId: null,
        event: { type: 'claude.text', text: JSON.stringify({ seq }), parent: null },
      })),
    }),
  );

it('reads ids and numbers, and the same bytes a second time from memory', () => {
  const read = createFrameReader();
  const first = read(
    frameOf([
      { id: 4, seq: 0 },
      { id: 5, seq: 1 },
    ]),
  );
  expect(first).toEqual({ firstId: 4, lastId: 5, idFaults: 0, seqs: [0, 1] });
  const again = read(
    frameOf([
      { id: 4, seq: 0 },
      { id: 5, seq: 1 },
    ]),
  );
  expect(again).toBe(first);
});

it('does not take a frame that only begins like one before for the same', () => {
  const read = createFrameReader();
  read(frameOf([{ id: 4, seq: 0 }]));
  const other = read(
    frameOf([
      { id: 4, seq: 0 },
      { id: 6, seq: 1 },
    ]),
  );
  expect(other).toEqual({ firstId: 4, lastId: 6, idFaults: 1, seqs: [0, 1] });
});
