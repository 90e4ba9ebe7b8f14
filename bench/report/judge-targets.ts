import type { Measure } from '../benchmark.ts';
import { TARGET_NAMES, TARGETS, type Target, type TargetName } from '../targets.ts';
import { LEAST_SAMPLES } from './format-measure.ts';
import type { BenchmarkResult } from './run-record.ts';

export type Verdict =
  | { status: 'reached'; measured: number }
  /** `factor`: how many times too slow, too large or too few. Infinite where the goal is none at all. */
  | { status: 'short'; measured: number; factor: number }
  | { status: 'not_measured'; why: string };

export type JudgedTarget = { target: Target; benchmark: string | null; verdict: Verdict };

type Answer = { benchmark: string; measure: Measure };

/** Holds what a run measured to every target, in the order of the table. Pure. */
export function judgeTargets(results: readonly BenchmarkResult[]): JudgedTarget[] {
  const answers = new Map<TargetName, Answer[]>();
  for (const result of results) {
    if (result.status !== 'measured') continue;
    for (const measure of result.measures) {
      for (const name of measure.targets ?? []) {
        answers.set(name, [...(answers.get(name) ?? []), { benchmark: result.name, measure }]);
      }
    }
  }
  return TARGET_NAMES.map((name) => judgeOne(TARGETS[name], answers.get(name) ?? []));
}

function judgeOne(target: Target, answers: readonly Answer[]): JudgedTarget {
  const told = answers.flatMap(({ benchmark, measure }) => {
    const value = figureOf(target, measure);
    return value === null ? [] : [{ benchmark, value }];
  });
  const sign = target.better === 'below' ? 1 : -1;
  const [worst] = told.toSorted((a, b) => sign * (b.value - a.value));
  if (worst === undefined) {
    const why = answers.length === 0 ? 'not measured in this run' : 'too few samples to tell';
    return { target, benchmark: answers[0]?.benchmark ?? null, verdict: { status: 'not_measured', why } };
  }
  return { target, benchmark: worst.benchmark, verdict: judgeFigure(target, worst.value) };
}

function figureOf({ pick }: Target, measure: Measure): number | null {
  if (measure.type !== 'distribution') return measure.value;
  if (pick === 'value') return measure.distribution.p50;
  const { distribution } = measure;
  return distribution.count < LEAST_SAMPLES[pick] ? null : distribution[pick];
}

/** Pure. */
export function judgeFigure({ better, goal }: Target, measured: number): Verdict {
  const isReached = better === 'below' ? measured <= goal : measured >= goal;
  if (isReached) return { status: 'reached', measured };
  return { status: 'short', measured, factor: better === 'below' ? measured / goal : goal / measured };
}
