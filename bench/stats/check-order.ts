export type OrderFaults = { lost: number; doubled: number; outOfOrder: number };

/**
 * Compares numbers in the order in which they were seen with 0, 1, 2 … `expected` - 1. A number is out of order
 * when a larger one was seen before it. Pure.
 */
export function checkOrder(seen: readonly number[], expected: number): OrderFaults {
  const once = new Set<number>();
  let doubled = 0;
  let outOfOrder = 0;
  let largest = -1;
  for (const number of seen) {
    if (once.has(number)) {
      doubled += 1;
      continue;
    }
    once.add(number);
    if (number < largest) outOfOrder += 1;
    largest = Math.max(largest, number);
  }
  let lost = 0;
  for (let number = 0; number < expected; number += 1) if (!once.has(number)) lost += 1;
  return { lost, doubled, outOfOrder };
}
