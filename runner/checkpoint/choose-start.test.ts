import { describe, expect, it } from 'vitest';
import type { Checkpoint } from '../../protocol/checkpoint.ts';
import type { Lineage } from '../workspace/workspace-types.ts';
import { chooseStart, isNewestHere, lastAttempt } from './choose-start.ts';

const SESSION = '5f0c8b9e-3a41-4a5d-9d53-0b8f7a3b1c7e';
const of = (taskNumber: number, epoch: number) => ({ taskNumber, epoch });
const folder = (attempt: ReturnType<typeof of> | null, restoredFrom: string | null = null): Lineage => ({
  lastAttempt: attempt,
  restoredFrom,
});
const checkpoint = (taskNumber: number, epoch: number, id = 'c') =>
  ({ taskId: `${SESSION}.${taskNumber}`, epoch, id }) as Checkpoint;

describe('whether somebody has to be asked', () => {
  it.each([
    ['not for a session that begins', of(1, 1), 0, null, null, false],
    ['not for a follow-up where the task before was', of(2, 1), 0, of(1, 1), folder(of(1, 1)), false],
    ['not for the next attempt where the last one was', of(1, 2), 0, null, folder(of(1, 1)), false],
    ['not for a resume where the task was stopped', of(1, 2), 1, of(1, 1), folder(of(1, 1)), false],
    ['for an attempt that was elsewhere since it was queued', of(1, 3), 0, null, folder(of(1, 1)), true],
    ['for an attempt after one elsewhere', of(1, 2), 0, null, null, true],
    ['for a follow-up on a machine without the session', of(2, 1), 0, of(1, 1), null, true],
    ['for a follow-up after a task elsewhere', of(3, 1), 0, of(2, 1), folder(of(1, 1)), true],
    ['for a resume of a task after a later one elsewhere', of(1, 2), 1, of(2, 1), folder(of(1, 1)), true],
  ])('%s', (_what, job, queuedEpoch, previousAttempt, lineage, asks) => {
    const { taskNumber } = job;
    const last = lastAttempt({ previousAttempt, queuedEpoch, taskNumber }, job.epoch);
    expect(!isNewestHere(last, lineage)).toBe(asks);
  });
});

describe('what is gone on from', () => {
  it.each([
    ['nothing is stored', null, folder(of(1, 1)), 'here'],
    ['nothing is here', checkpoint(1, 1), null, 'checkpoint'],
    ['the stored state was made here', checkpoint(1, 1), folder(of(1, 1)), 'here'],
    ['the stored state was restored here', checkpoint(1, 1), folder(of(1, 2), 'c'), 'here'],
    ['another attempt has stored a newer one', checkpoint(1, 2, 'd'), folder(of(1, 1)), 'checkpoint'],
    ['another task has stored a newer one', checkpoint(2, 1, 'd'), folder(of(1, 1), 'c'), 'checkpoint'],
  ] as const)('when %s', (_what, stored, lineage, start) => {
    expect(chooseStart(stored, lineage)).toBe(start);
  });
});
