import { expect, it } from 'vitest';
import { JobStop } from './job-stop.ts';
import { PublishOrder } from './publish-order.ts';

it('is granted by an order for exactly the tree, also by one that came before it was asked for', async () => {
  const order = new PublishOrder(() => {});
  order.receive({ commandId: 1, tree: 'a' });
  expect(await order.granted('a', new JobStop())).toEqual({ commandId: 1, tree: 'a' });
});

it('refuses orders for another tree and goes on waiting', async () => {
  const refused: unknown[] = [];
  const order = new PublishOrder((...args) => refused.push(args));
  order.receive({ commandId: 1, tree: 'old' });
  const granted = order.granted('a', new JobStop());
  order.receive({ commandId: 2, tree: 'b' });
  order.receive({ commandId: 3, tree: 'a' });
  expect(await granted).toEqual({ commandId: 3, tree: 'a' });
  expect(refused).toEqual([
    [{ commandId: 1, tree: 'old' }, 'a'],
    [{ commandId: 2, tree: 'b' }, 'a'],
  ]);
});

it('ends without an order when the job has to end', async () => {
  const stop = new JobStop();
  const granted = new PublishOrder(() => {}).granted('a', stop);
  stop.request({ type: 'drained', text: 'shut down' });
  expect(await granted).toBeNull();
});
