import { expect, it } from 'vitest';
import { formatTargets } from './format-targets.ts';

it('shows each target with its inputs, and sums', () => {
  expect(
    formatTargets([
      { target: 'cursor', inputs: 10_000, seconds: 1.25, state: 'passed' },
      { target: 'a longer name', inputs: 12, seconds: 0, state: 'failed' },
      { target: 'left out', inputs: 0, seconds: 0, state: 'skipped' },
    ]),
  ).toBe(
    [
      'cursor           10000      1.3 s  passed',
      'a longer name       12      0.0 s  failed',
      '',
      '2 targets, 10012 inputs, 1 failed',
    ].join('\n'),
  );
});
