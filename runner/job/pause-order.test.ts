import { expect, it } from 'vitest';
import { PauseOrder } from './pause-order.ts';

function makeOrder() {
  const heard: (number | 'nothing held')[] = [];
  const order = new PauseOrder(
    (id) => heard.push(id),
    () => heard.push('nothing held'),
  );
  return { heard, order };
}

it('counts an order as taken once it is done', () => {
  const { heard, order } = makeOrder();
  order.receive(1, true);
  expect([heard, order.switch.on]).toEqual([[], true]);
  order.isNow(true);
  expect(heard).toEqual([1]);
  order.receive(2, false);
  expect([heard, order.switch.on]).toEqual([[1], false]);
  order.isNow(false);
  expect(heard).toEqual([1, 2]);
});

it('takes both when it was let go before it held, and a second order for what is already so', () => {
  const { heard, order } = makeOrder();
  order.receive(1, true);
  order.receive(2, false);
  expect(heard).toEqual([1, 2]);
  order.receive(3, true);
  order.isNow(true);
  order.receive(4, true);
  expect(heard).toEqual([1, 2, 3, 4]);
});

it('says so when it is to let go what does not hold', () => {
  const { heard, order } = makeOrder();
  order.receive(1, false);
  expect(heard).toEqual(['nothing held', 1]);
});
