import { expect, it } from 'vitest';
import { formatMeasure } from './format-measure.ts';
import { distribution, medianRatio } from './measures.ts';

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
