import { expect, it } from 'vitest';
import { planRecovery, requestFor, TROUBLES } from './plan-recovery.ts';

it('gives exactly the share of tasks a trouble, the same for the same seed', () => {
  const plan = planRecovery(7, 1_000, 0.1);
  expect(plan.filter(({ trouble }) => trouble !== null)).toHaveLength(100);
  expect(planRecovery(7, 1_000, 0.1)).toEqual(plan);
  expect(planRecovery(8, 1_000, 0.1)).not.toEqual(plan);
  expect(new Set(plan.flatMap(({ trouble }) => trouble ?? []))).toEqual(new Set(TROUBLES));
});

it('has git fail only for tasks that use it', () => {
  const plan = planRecovery(7, 1_000, 0.5);
  const git = plan.filter(({ trouble }) => trouble === 'fetch_outage' || trouble === 'push_outage');
  expect(git.length).toBeGreaterThan(0);
  expect(git.every(({ place }) => place === 'github')).toBe(true);
});

it('has the model fail for longer than a runner waits where the task itself is to be tried again', () => {
  const task = { name: 'a', place: 'folder', trouble: 'model_outage' } as const;
  expect(requestFor(task)).toContain('behave=overloaded times=5');
});
