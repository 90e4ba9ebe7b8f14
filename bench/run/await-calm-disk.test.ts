import { describe, expect, it } from 'vitest';
import { awaitCalmDisk, isCalm } from './await-calm-disk.ts';

describe('a disk before a benchmark', () => {
  it('is calm when its slowest writes take about as long as the others', () => {
    expect(isCalm({ p50: 0.2, p99: 0.36 })).toBe(true);
    expect(isCalm({ p50: 4, p99: 30 })).toBe(true);
  });

  it('is not calm while it clears up', () => {
    expect(isCalm({ p50: 0.45, p99: 20 })).toBe(false);
  });

  it('is not waited for when the run is ended', async () => {
    const said: string[] = [];
    await awaitCalmDisk(AbortSignal.abort(), (line) => said.push(line));
    expect(said).toEqual([]);
  });
});
