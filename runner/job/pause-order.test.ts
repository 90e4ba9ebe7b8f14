import { expect, it } from 'vitest';
import { PauseOrder } from './pause-order.ts';

it('counts an order as taken once it is done', () => {
  const taken: number[] = [];
  const order = new PauseOrder((id) => taken.push(id));
  order.pause(1);
  expect([taken, order.switch.on]).toEqual([[], true]);
  order.isNow(true);
  expect(taken).toEqual([1]);
  expect(order.resume(2)).toBe(true);
  expect([taken, order.switch.on]).toEqual([[1], false]);
  order.isNow(false);
  expect(taken).toEqual([1, 2]);
});

it('takes both when it was let go before it held, and a second order for what is already so', () => {
  const taken: number[] = [];
  const order = new PauseOrder((id) => taken.push(id));
  order.pause(1);
  expect(order.resume(2)).toBe(true);
  expect(taken).toEqual([1, 2]);
  expect(order.resume(3)).toBe(false);
  order.pause(4);
  order.isNow(true);
  order.pause(5);
  expect(taken).toEqual([1, 2, 3, 4, 5]);
});
