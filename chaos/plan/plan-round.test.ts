import { expect, it } from 'vitest';
import { FAULT_KINDS } from './fault-kinds.ts';
import { planRound } from './plan-round.ts';

const options = {
  seed: 7,
  faults: 400,
  faultsASecond: 8,
  faultsASession: 5,
  kinds: FAULT_KINDS,
  realShare: 0.1,
};

it('plans the same round for the same seed, and another for another seed or round', () => {
  const plan = planRound(options, 3);
  expect(planRound(options, 3)).toEqual(plan);
  expect(planRound(options, 4).actions).not.toEqual(plan.actions);
  expect(planRound({ ...options, seed: 8 }, 3).actions).not.toEqual(plan.actions);
});

it('plans as many faults as asked for, in time and in order', () => {
  const { actions, lengthMs } = planRound(options, 0);
  expect(actions.filter(({ type }) => type === 'fault')).toHaveLength(options.faults);
  expect(lengthMs).toBe(50_000);
  const times = actions.map(({ atMs }) => atMs);
  expect(times).toEqual(times.toSorted((a, b) => a - b));
  expect(Math.max(...times)).toBeLessThanOrEqual(lengthMs);
});

it('meets every kind of fault within a few rounds', () => {
  const met = new Set(
    Array.from({ length: 10 }, (_, index) => planRound(options, index)).flatMap(({ actions }) =>
      actions.flatMap((action) => (action.type === 'fault' ? [action.kind] : [])),
    ),
  );
  expect([...met].toSorted()).toEqual([...FAULT_KINDS].toSorted());
});

it('plans only the kinds that are wanted', () => {
  const { actions } = planRound({ ...options, kinds: ['socket_cut', 'claude_grandchild'] }, 0);
  const kinds = new Set(actions.flatMap((action) => (action.type === 'fault' ? [action.kind] : [])));
  expect([...kinds].toSorted()).toEqual(['claude_grandchild', 'socket_cut']);
});

it('has a session whose Claude misbehaves for each such fault, and a name of its own for each session', () => {
  const { actions } = planRound({ ...options, kinds: ['claude_grandchild'] }, 0);
  const sessions = actions.flatMap((action) => (action.type === 'session' ? [action] : []));
  expect(sessions.filter(({ script }) => script.behaviour === 'grandchild')).toHaveLength(options.faults);
  expect(new Set(sessions.map(({ nonce }) => nonce)).size).toBe(sessions.length);
});

it('sends no message to a Claude that will not hear it', () => {
  const { actions } = planRound({ ...options, faults: 200, kinds: ['claude_hang_before_result'] }, 0);
  const deaf = actions.flatMap((action) =>
    action.type === 'session' && action.script.behaviour === 'hang_before' ? [action] : [],
  );
  const followUps = deaf.flatMap((session) => session.followUps.map(({ what }) => what));
  expect(followUps).toContain('second_viewer');
  expect(followUps).not.toContain('message');
});

it('gives the real CLI its share of the sessions', () => {
  const share = (realShare: number) => {
    const { actions } = planRound({ ...options, realShare, kinds: ['socket_cut'] }, 0);
    const sessions = actions.flatMap((action) => (action.type === 'session' ? [action] : []));
    return sessions.filter(({ real }) => real).length / sessions.length;
  };
  expect(share(0)).toBe(0);
  expect(share(1)).toBe(1);
  expect(share(0.1)).toBeGreaterThan(0);
  expect(share(0.1)).toBeLessThan(0.3);
});
