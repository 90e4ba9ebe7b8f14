import { expect, it } from 'vitest';
import { checkOrder } from './check-order.ts';

it('finds nothing wrong with every number once and in order', () => {
  expect(checkOrder([0, 1, 2, 3], 4)).toEqual({ lost: 0, doubled: 0, outOfOrder: 0 });
});

it('counts what is missing, also at the end', () => {
  expect(checkOrder([0, 2], 5)).toEqual({ lost: 3, doubled: 0, outOfOrder: 0 });
});

it('counts a repetition as doubled, not as out of order', () => {
  expect(checkOrder([0, 1, 0, 1, 2], 3)).toEqual({ lost: 0, doubled: 2, outOfOrder: 0 });
});

it('counts what came after a larger number', () => {
  expect(checkOrder([0, 3, 1, 2], 4)).toEqual({ lost: 0, doubled: 0, outOfOrder: 2 });
});
