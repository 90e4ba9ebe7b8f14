import { expect, test } from 'vitest';
import { type Decision, decideCleanUp, type WorktreeState } from './decide-clean-up.ts';

const DAY = 86_400_000;
const NOW = 100 * DAY;
const LIMITS = { maxAgeMs: 7 * DAY, maxTotalBytes: 1_000, minIdleMs: 600_000 };

const worktree = (
  sessionId: string,
  daysAgo: number,
  change: Partial<WorktreeState> = {},
): WorktreeState => ({
  sessionId,
  lastUsedAtMs: NOW - daysAgo * DAY,
  bytes: 100,
  work: 'saved',
  inUse: false,
  ...change,
});
const decide = (...worktrees: WorktreeState[]): Decision[] => decideCleanUp(worktrees, NOW, LIMITS);

test('old ones go, young ones stay', () => {
  expect(decide(worktree('young', 1), worktree('old', 8))).toEqual([
    { sessionId: 'old', action: 'delete', reason: 'age' },
    { sessionId: 'young', action: 'keep' },
  ]);
});

test('over the budget the longest unused go first, and no more than needed', () => {
  expect(
    decide(
      worktree('a', 3, { bytes: 600 }),
      worktree('b', 2, { bytes: 600 }),
      worktree('c', 1, { bytes: 300 }),
    ),
  ).toEqual([
    { sessionId: 'a', action: 'delete', reason: 'space' },
    { sessionId: 'b', action: 'keep' },
    { sessionId: 'c', action: 'keep' },
  ]);
});

test.each(['unpushed', 'uncommitted', 'unknown'] as const)(
  'work that is %s is never deleted, only named',
  (work) => {
    expect(decide(worktree('old', 90, { work }), worktree('huge', 1, { work, bytes: 1e12 }))).toEqual([
      { sessionId: 'old', action: 'report', reason: 'age', work },
      { sessionId: 'huge', action: 'report', reason: 'space', work },
    ]);
  },
);

test('what can’t go makes room for nothing: the next saved one goes in its place', () => {
  expect(
    decide(worktree('stuck', 3, { work: 'unpushed', bytes: 900 }), worktree('saved', 2, { bytes: 200 })),
  ).toEqual([
    { sessionId: 'stuck', action: 'report', reason: 'space', work: 'unpushed' },
    { sessionId: 'saved', action: 'delete', reason: 'space' },
  ]);
});

test('one in use, or used just now, stays whatever its age and size', () => {
  expect(decide(worktree('busy', 90, { inUse: true }), worktree('fresh', 0.001, { bytes: 1e12 }))).toEqual([
    { sessionId: 'busy', action: 'keep' },
    { sessionId: 'fresh', action: 'keep' },
  ]);
});
