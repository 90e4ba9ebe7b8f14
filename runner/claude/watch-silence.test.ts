import { appendFile, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { silenceLimitMs, watchSilence } from './watch-silence.ts';

const limits = { silentMs: 100, toolSilentMs: 900, resultDueMs: 30 };

describe('silenceLimitMs', () => {
  it.each([
    [{ toolsOpen: false, resultDue: false }, 100],
    [{ toolsOpen: true, resultDue: false }, 900],
    [{ toolsOpen: false, resultDue: true }, 30],
    [{ toolsOpen: true, resultDue: true }, 900],
  ])('%j may last %i ms', (view, expected) => {
    expect(silenceLimitMs({ lastActivityAtMs: 0, ...view }, limits)).toBe(expected);
  });
});

describe('watchSilence', () => {
  it('does not count the time before the process is up', async () => {
    let lastActivityAtMs: number | null = null;
    let looked = 0;
    const silent = Promise.withResolvers<void>();
    const end = watchSilence(
      () => {
        looked += 1;
        if (looked === 20) lastActivityAtMs = performance.now();
        return { lastActivityAtMs, toolsOpen: false, resultDue: false };
      },
      { silentMs: 50, toolSilentMs: 50, resultDueMs: 50 },
      () => null,
      () => performance.now(),
      silent.resolve,
    );
    await silent.promise;
    end();
    expect(looked).toBeGreaterThan(20);
    expect(performance.now() - (lastActivityAtMs ?? 0)).toBeGreaterThanOrEqual(50);
  });

  it('takes a growing transcript for a sign of life', async () => {
    const folder = await mkdtemp(path.join(tmpdir(), 'signalbox-silence-'));
    const file = path.join(folder, 'transcript.jsonl');
    await writeFile(file, 'one\n');
    const start = performance.now();
    let grown = 0;
    const silent = Promise.withResolvers<number>();
    const end = watchSilence(
      () => ({ lastActivityAtMs: start, toolsOpen: false, resultDue: false }),
      { silentMs: 100, toolSilentMs: 100, resultDueMs: 100 },
      () => {
        grown += 1;
        if (grown <= 15) void appendFile(file, 'more\n');
        return file;
      },
      () => performance.now(),
      () => silent.resolve(performance.now() - start),
    );
    expect(await silent.promise).toBeGreaterThan(250);
    end();
    await rm(folder, { recursive: true });
  });
});
