import { expect, it } from 'vitest';
import { formatMeasure } from './format-measure.ts';
import { amount, distribution, medianRatio } from './measures.ts';

const upTo = (count: number) => Array.from({ length: count }, (_, index) => index + 1);

it('leaves percentiles empty that so few samples can not tell', () => {
  expect(formatMeasure(distribution('x', upTo(12)))).toEqual([
    'x',
    '12',
    '6.0 ms',
    '11.0 ms',
    '',
    '',
    '12.0 ms',
  ]);
});

it('shows every percentile of many samples, in units', () => {
  expect(formatMeasure(distribution('x', upTo(100), 'calls'))).toEqual([
    'x',
    '100',
    '50',
    '90',
    '95',
    '99',
    '100',
  ]);
});

it('compares medians', () => {
  expect(formatMeasure(medianRatio('ours', [150, 300, 10], [100, 90, 1_000]))[2]).toBe('1.50 ×');
});

it('shows the median of a few rounds and the highest of them', () => {
  expect(formatMeasure(amount('rate', 'a second', [1_200, 900, 1_000]))).toEqual([
    'rate',
    '3',
    '1,000 a second',
    '',
    '',
    '',
    '1,200 a second',
  ]);
});
