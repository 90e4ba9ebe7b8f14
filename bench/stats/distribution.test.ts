import { expect, it } from 'vitest';
import { distributionOf, medianOf, percentile } from './distribution.ts';

const upTo = (count: number) => Array.from({ length: count }, (_, index) => index + 1);

it('gives the smallest sample that the asked share of all samples does not exceed', () => {
  expect(percentile(upTo(100), 50)).toBe(50);
  expect(percentile(upTo(100), 99)).toBe(99);
  expect(percentile(upTo(100), 99.1)).toBe(100);
  expect(percentile(upTo(5), 50)).toBe(3);
  expect(percentile(upTo(4), 50)).toBe(2);
  expect(percentile([7], 1)).toBe(7);
});

it('describes samples whatever their order, and leaves them as they are', () => {
  const samples = upTo(200).reverse();
  expect(distributionOf(samples)).toEqual({
    count: 200,
    min: 1,
    p50: 100,
    p90: 180,
    p95: 190,
    p99: 198,
    max: 200,
  });
  expect(samples[0]).toBe(200);
});

it('sorts by size, not by spelling', () => {
  expect(medianOf([9, 10, 100])).toBe(10);
});

it('refuses to describe nothing, and shares that are none', () => {
  expect(() => distributionOf([])).toThrow(RangeError);
  expect(() => percentile([1], 0)).toThrow(RangeError);
  expect(() => percentile([1], 101)).toThrow(RangeError);
});
