import { expect, it } from 'vitest';
import { parseStat, processesOf } from './watch-cpu.ts';

it('reads a process whose name holds spaces and brackets', () => {
  const fields = '1 200 200 0 -1 4194304 1 0 0 0 150 50 9 1 20 0';
  expect(parseStat(`12 (a (b) c) S ${fields}`)).toEqual({
    pid: 12,
    parent: 1,
    group: 200,
    name: 'a (b) c',
    cpuMs: 2_000,
    reapedCpuMs: 100,
  });
  expect(parseStat('')).toBeNull();
});

it('finds this very process below its parent', async () => {
  const found = await processesOf(process.ppid);
  expect(found.map(({ pid }) => pid)).toContain(process.pid);
});
