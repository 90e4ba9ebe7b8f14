import { expect, it } from 'vitest';
import { processRef, processStartTime } from './process-start-time.ts';
import { parseStat } from './process-table.ts';

it('reads a process whose name holds spaces and parentheses', () => {
  const rest = Array.from({ length: 30 }, (_, index) => String(index + 10)).join(' ');
  expect(parseStat(`42 (a ) (b) S 1 41 40 ${rest}`)).toEqual({
    pid: 42,
    parent: 1,
    group: 41,
    session: 40,
    state: 'S',
    startTicks: 25,
  });
});

it('gives this process a start time that stays the same, and a dead number none', () => {
  expect(processStartTime(process.pid)).toBe(processStartTime(process.pid));
  expect(processRef(2 ** 22 + 1)).toBeNull();
});
