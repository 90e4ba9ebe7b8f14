import fc from 'fast-check';
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

const worktrees = fc.array(
  fc.record({
    sessionId: fc.uuid(),
    lastUsedAtMs: fc.integer({ min: 0, max: NOW + DAY }),
    bytes: fc.integer({ min: 0, max: 2_000 }),
    work: fc.constantFrom('saved', 'unpushed', 'uncommitted', 'unknown'),
    inUse: fc.boolean(),
  }),
  { maxLength: 40 },
);
const limits = fc.record({
  maxAgeMs: fc.integer({ min: -1, max: 200 * DAY }),
  maxTotalBytes: fc.integer({ min: 0, max: 50_000 }),
  minIdleMs: fc.integer({ min: -1, max: 2 * DAY }),
});

test('whatever the limits: only saved and idle work goes, the longest unused first, and no more than has to', () => {
  fc.assert(
    fc.property(worktrees, limits, (states: WorktreeState[], bounds) => {
      const decisions = decideCleanUp(states, NOW, bounds);
      expect(decisions).toHaveLength(states.length);
      let left = states.reduce((sum, { bytes }) => sum + bytes, 0);
      const oldestFirst = states.toSorted((a, b) => a.lastUsedAtMs - b.lastUsedAtMs);
      for (const [index, decision] of decisions.entries()) {
        const state = oldestFirst[index];
        expect(decision.sessionId).toBe(state?.sessionId);
        if (state === undefined || decision.action !== 'delete') continue;
        expect(state).toMatchObject({ work: 'saved', inUse: false });
        const idleMs = NOW - state.lastUsedAtMs;
        expect(idleMs).toBeGreaterThanOrEqual(bounds.minIdleMs);
        expect(decision.reason === 'age' ? idleMs > bounds.maxAgeMs : left > bounds.maxTotalBytes).toBe(true);
        left -= state.bytes;
      }
      // Still too much: then nothing is left that could go.
      if (left <= bounds.maxTotalBytes) return;
      const deleted = new Set(decisions.flatMap((one) => (one.action === 'delete' ? [one.sessionId] : [])));
      for (const { sessionId, work, inUse, lastUsedAtMs } of states) {
        const couldGo = work === 'saved' && !inUse && NOW - lastUsedAtMs >= bounds.minIdleMs;
        expect(couldGo && !deleted.has(sessionId)).toBe(false);
      }
    }),
    { numRuns: 1_000 },
  );
});
