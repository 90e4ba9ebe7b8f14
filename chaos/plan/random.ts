import { uniformInt } from 'pure-rand/distribution/uniformInt';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';

/** Numbers that depend on nothing but the seed. */
export type Random = {
  /** A whole number from `from` to `to`, both included. */
  int(from: number, to: number): number;
  /** From 0 up to, but not including, 1. */
  share(): number;
  pick<T>(items: readonly [T, ...T[]]): T;
  /** One of the keys, each as likely as its weight says. */
  weighted<K extends string>(weights: Readonly<Record<K, number>>): K;
};

const SHARE_STEPS = 2 ** 30;

/** The same seed and stream give the same numbers; two streams of one seed have nothing to do with each other. */
export function randomOf(seed: number, stream: number): Random {
  // Neighbouring seeds begin alike; a first number drawn from each spreads them.
  const spread = uniformInt(xoroshiro128plus(seed), 0, 0x7fff_ffff);
  const generator = xoroshiro128plus((spread ^ Math.imul(stream + 1, 0x9e37_79b1)) | 0);
  const int = (from: number, to: number) => uniformInt(generator, from, to);
  const share = () => int(0, SHARE_STEPS - 1) / SHARE_STEPS;
  return {
    int,
    share,
    pick: (items) => items[int(0, items.length - 1)] ?? items[0],
    weighted: (weights) => chooseWeighted(weights, share()),
  };
}

function chooseWeighted<K extends string>(weights: Readonly<Record<K, number>>, share: number): K {
  const keys = Object.keys(weights) as K[];
  const total = keys.reduce((sum, key) => sum + weights[key], 0);
  let left = share * total;
  for (const key of keys) {
    left -= weights[key];
    if (left < 0) return key;
  }
  const last = keys.findLast((key) => weights[key] > 0);
  if (last === undefined) throw new RangeError('There is nothing to choose from: every weight is 0.');
  return last;
}
