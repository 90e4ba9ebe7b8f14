import { mkdirSync, readdirSync, readFileSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { temporaryFolder } from '../git/testing/make-repository.ts';
import { cleanKeptTexts } from './clean-kept-texts.ts';
import { KeptTexts, type KeptTextsDeps, LEAST_FREE_BYTES } from './kept-texts.ts';

const SESSION = '3f2504e0-4f89-41d3-9a0c-0305e82c3301';
let folder: ReturnType<typeof temporaryFolder>;
beforeEach(() => {
  folder = temporaryFolder();
});
afterEach(() => folder.remove());

const failures: unknown[] = [];
function keeper(over: Partial<KeptTextsDeps> = {}, task = 1, epoch = 1): KeptTexts {
  const onFailed = (error: unknown) => failures.push(error);
  return new KeptTexts(`${SESSION}.${task}`, epoch, { dataDir: folder.path, onFailed, ...over });
}
const kept = () => readdirSync(join(folder.path, 'outputs', SESSION)).sort();

describe('KeptTexts', () => {
  it('writes each text to a file that only the runner may read, and says where', () => {
    const texts = keeper();
    const path = texts.keep('whole\n', 'output') ?? '';
    expect(path).toBe(`outputs/${SESSION}/1.1-000001-output.txt`);
    expect(readFileSync(join(folder.path, path), 'utf8')).toBe('whole\n');
    expect(statSync(join(folder.path, path)).mode & 0o777).toBe(0o600);
    expect(texts.keep('more', 'input')).toBe(`outputs/${SESSION}/1.1-000002-input.txt`);
  });

  it('keeps to its bytes, over the tasks of a session, and lets the oldest go', () => {
    keeper({ maxBytes: 10 }, 1).keep('aaaa', 'output');
    keeper({ maxBytes: 10 }, 2).keep('bbbb', 'output');
    keeper({ maxBytes: 10 }, 2, 2).keep('cccc', 'output');
    expect(kept()).toEqual(['2.1-000001-output.txt', '2.2-000001-output.txt']);
    expect(keeper({ maxBytes: 10 }).keep('x'.repeat(11), 'output')).toBeNull();
  });

  it('keeps nothing when space is short', () => {
    expect(keeper({ freeBytes: () => LEAST_FREE_BYTES - 1 }).keep('a', 'output')).toBeNull();
  });

  it('says once that it can not write, and does not disturb the job', () => {
    failures.length = 0;
    writeFileSync(join(folder.path, 'outputs'), 'a file where the folder should be');
    const texts = keeper();
    expect([texts.keep('a', 'output'), texts.keep('b', 'output')]).toEqual([null, null]);
    expect(failures).toHaveLength(1);
  });
});

describe('cleanKeptTexts', () => {
  function sessionFolder(name: string, bytes: number, usedAtMs: number): void {
    const path = join(folder.path, 'outputs', name);
    mkdirSync(path, { recursive: true });
    writeFileSync(join(path, 'a.txt'), 'x'.repeat(bytes));
    for (const entry of [join(path, 'a.txt'), path]) utimesSync(entry, usedAtMs / 1_000, usedAtMs / 1_000);
  }
  const left = () => readdirSync(join(folder.path, 'outputs')).sort();

  it('removes what was not used for long, and the oldest beyond the total', async () => {
    const nowMs = 1_000_000_000;
    sessionFolder('old', 5, nowMs - 2_000);
    sessionFolder('older', 5, nowMs - 3_000);
    sessionFolder('new', 5, nowMs - 10);
    sessionFolder('newest', 5, nowMs - 5);
    expect(await cleanKeptTexts(folder.path, { maxAgeMs: 2_500, maxTotalBytes: 100 }, nowMs)).toBe(5);
    expect(left()).toEqual(['new', 'newest', 'old']);
    expect(await cleanKeptTexts(folder.path, { maxAgeMs: 10_000, maxTotalBytes: 10 }, nowMs)).toBe(5);
    expect(left()).toEqual(['new', 'newest']);
  });

  it('has nothing to do where nothing was kept', async () => {
    expect(await cleanKeptTexts(folder.path, { maxAgeMs: 1, maxTotalBytes: 1 }, 5)).toBe(0);
  });
});
