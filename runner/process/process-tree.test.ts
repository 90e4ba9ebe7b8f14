import { expect, it } from 'vitest';
import type { ProcessEntry } from './process-table.ts';
import { growTree } from './process-tree.ts';

const entry = (pid: number, parent: number, session: number, state = 'S'): ProcessEntry => ({
  pid,
  parent,
  group: session,
  session,
  state,
  startTicks: pid * 10,
});

const CLAUDE = entry(100, 1, 100);
const SHELL = entry(200, 100, 200);
const BUILD = entry(201, 200, 200);
const UNRELATED = entry(300, 1, 300);

function numbersOf(entries: ProcessEntry[]): number[] {
  return entries.map((one) => one.pid);
}

it('follows children into sessions of their own and leaves others alone', () => {
  const known = new Map([[100, { pid: 100, startTicks: 1000 }]]);
  expect(numbersOf(growTree(known, [UNRELATED, BUILD, SHELL, CLAUDE]))).toEqual([201, 200, 100]);
});

it('still finds a background command by its session when the shell that led it is gone', () => {
  const known = new Map([[100, { pid: 100, startTicks: 1000 }]]);
  growTree(known, [CLAUDE, SHELL]);
  const orphan = { ...BUILD, parent: 1 };
  expect(numbersOf(growTree(known, [orphan, UNRELATED]))).toEqual([201]);
});

it("does not take a new process for a member because it got a dead member's number", () => {
  const known = new Map([[100, { pid: 100, startTicks: 1000 }]]);
  const reused = { ...CLAUDE, startTicks: 5000 };
  expect(growTree(known, [reused, entry(101, 100, 100)])).toEqual([]);
});

it('counts a zombie as dead but still follows its session', () => {
  const known = new Map([[200, { pid: 200, startTicks: 2000 }]]);
  expect(
    numbersOf(
      growTree(known, [
        { ...SHELL, state: 'Z' },
        { ...BUILD, parent: 1 },
      ]),
    ),
  ).toEqual([201]);
});
