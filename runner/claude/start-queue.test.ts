import { describe, expect, it } from 'vitest';
import { StartQueue } from './start-queue.ts';

/** Lets every promise that can go on go on. */
async function settle(): Promise<void> {
  await new Promise((resolve) => setImmediate(resolve));
}

describe('StartQueue', () => {
  it('lets as many in at once as it is wide, the rest in order', async () => {
    const queue = new StartQueue(2);
    const entered: number[] = [];
    const leaves: (() => void)[] = [];
    for (const number of [1, 2, 3, 4]) {
      void queue.enter().then((leave) => {
        entered.push(number);
        leaves.push(leave);
      });
    }
    await settle();
    expect(entered).toEqual([1, 2]);
    leaves[0]?.();
    leaves[0]?.();
    await settle();
    expect(entered).toEqual([1, 2, 3]);
    leaves[2]?.();
    await settle();
    expect(entered).toEqual([1, 2, 3, 4]);
  });
});
