import type { Target } from '../targets.ts';
import type { JudgedTarget, Verdict } from './judge-targets.ts';

export const TARGET_COLUMNS = ['what', 'measured', 'target', 'how far', 'others, measured'] as const;

/** Below this a tenth matters. */
const SMALL = 20;

function figure(value: number, unit: Target['unit']): string {
  const digits = unit === '×' ? 2 : value < SMALL && !Number.isInteger(value) ? 1 : 0;
  const text = value.toLocaleString('en-US', {
    minimumFractionDigits: digits,
    maximumFractionDigits: digits,
  });
  return unit === '' ? text : `${text} ${unit}`;
}

/** How a figure stands to its target, in words. */
function describeVerdict(verdict: Verdict, better: Target['better']): string {
  switch (verdict.status) {
    case 'reached':
      return 'reached';
    case 'short':
      if (!Number.isFinite(verdict.factor)) return 'short';
      return `short: ${verdict.factor.toFixed(2)} × too ${better === 'below' ? 'much' : 'little'}`;
    case 'not_measured':
      return verdict.why;
  }
}

/** A row of the table of targets: what, measured, target, how far, others. */
export function formatTarget({ target, verdict }: JudgedTarget): string[] {
  const { what, better, goal, unit, others = '' } = target;
  const measured = verdict.status === 'not_measured' ? '' : figure(verdict.measured, unit);
  const bound = better === 'below' ? 'at most' : 'at least';
  return [what, measured, `${bound} ${figure(goal, unit)}`, describeVerdict(verdict, better), others];
}
