import { expect, it } from 'vitest';
import { TokenBuckets } from './token-buckets.ts';

const GRANTED = { status: 'granted' };

it('allows a minute of calls at once and then as many as fill up again', () => {
  const buckets = new TokenBuckets();
  for (let call = 0; call < 60; call += 1) expect(buckets.take('a', 60, 0)).toEqual(GRANTED);
  expect(buckets.take('a', 60, 0)).toEqual({ status: 'refused', retryAfterS: 1 });
  expect(buckets.take('a', 60, 999)).toEqual({ status: 'refused', retryAfterS: 1 });
  expect(buckets.take('a', 60, 1_000)).toEqual(GRANTED);
  expect(buckets.take('a', 60, 1_000)).toMatchObject({ status: 'refused' });
});

it('says how long a scarce allowance takes to fill up', () => {
  const buckets = new TokenBuckets();
  expect(buckets.take('a', 2, 0)).toEqual(GRANTED);
  expect(buckets.take('a', 2, 0)).toEqual(GRANTED);
  expect(buckets.take('a', 2, 0)).toEqual({ status: 'refused', retryAfterS: 30 });
});

it('keeps names apart and takes nothing when it only looks', () => {
  const buckets = new TokenBuckets();
  expect(buckets.peek('a', 1, 0)).toEqual(GRANTED);
  expect(buckets.take('a', 1, 0)).toEqual(GRANTED);
  expect(buckets.peek('a', 1, 0)).toMatchObject({ status: 'refused' });
  expect(buckets.take('b', 1, 0)).toEqual(GRANTED);
});

it('has no limit where the allowance is 0', () => {
  const buckets = new TokenBuckets();
  for (let call = 0; call < 10_000; call += 1) expect(buckets.take('a', 0, 0)).toEqual(GRANTED);
});

it('holds when the clock goes back, and never gives more than a minute holds', () => {
  const buckets = new TokenBuckets();
  expect(buckets.take('a', 1, 100_000)).toEqual(GRANTED);
  expect(buckets.take('a', 1, 0)).toMatchObject({ status: 'refused' });
  expect(buckets.take('a', 1, 10_000_000)).toEqual(GRANTED);
  expect(buckets.take('a', 1, 10_000_000)).toMatchObject({ status: 'refused' });
});

it('forgets the longest idle names when there are too many, and keeps those in use', () => {
  const buckets = new TokenBuckets();
  buckets.take('busy', 2, 0);
  for (let index = 0; index < 19_999; index += 1) buckets.take(`idle-${index}`, 1, 0);
  buckets.take('busy', 2, 0);
  buckets.take('one-more', 1, 0);
  expect(buckets.peek('busy', 2, 0)).toMatchObject({ status: 'refused' });
  expect(buckets.peek('idle-0', 1, 0)).toEqual(GRANTED);
});
