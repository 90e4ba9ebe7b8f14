import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { CLOCK_TOLERANCE_MS } from '../../protocol/limits.ts';
import { makeJob } from '../testing/make-job.ts';
import { TakenJobs } from './taken-jobs.ts';

let folder: string;
let unsaved: unknown[];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'taken-'));
  unsaved = [];
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const open = (path = folder) => new TakenJobs(path, (error) => unsaved.push(error));
const job = makeJob('https://github.com', 'Fix it');
const claims = (epoch: number, expiresAt = 1_000) => ({
  job,
  epoch,
  runnerId: 'r',
  account: 'local',
  issuedAt: 1,
  expiresAt,
});

it('takes each epoch of a task once, and none below one that was taken', () => {
  const taken = open();
  expect([2, 2, 1, 3, 2, 3].map((epoch) => taken.take(claims(epoch), 1))).toEqual([
    true,
    false,
    false,
    true,
    false,
    false,
  ]);
});

it('remembers across restarts, until the envelope has expired for certain', () => {
  open().take(claims(2), 1);
  expect(open().take(claims(2), 1_000 + CLOCK_TOLERANCE_MS)).toBe(false);
  const other = makeJob('https://github.com', 'Other');
  open().take({ ...claims(1, 900_000), job: other }, 1_001 + CLOCK_TOLERANCE_MS);
  const kept = readFileSync(join(folder, 'taken-jobs.json'), 'utf8');
  expect(kept).toContain(other.taskId);
  expect(kept).not.toContain(job.taskId);
});

it('begins anew after its file was damaged', () => {
  writeFileSync(join(folder, 'taken-jobs.json'), '[{');
  expect(open().take(claims(1), 1)).toBe(true);
});

it('takes jobs where nothing can be written, and says that it forgets them with the process', () => {
  const file = join(folder, 'file');
  writeFileSync(file, '');
  const taken = open(join(file, 'data'));
  expect([taken.take(claims(1), 1), taken.take(claims(1), 1)]).toEqual([true, false]);
  expect(unsaved).toHaveLength(1);
});
