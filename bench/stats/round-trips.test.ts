import { expect, it } from 'vitest';
import { countRoundTrips } from './round-trips.ts';

it('counts calls side by side once in the chain', () => {
  const calls = [
    { startMs: 10, endMs: 90 },
    { startMs: 11, endMs: 91 },
    { startMs: 12, endMs: 92 },
    { startMs: 95, endMs: 175 },
  ];
  expect(countRoundTrips(calls, 0, 200)).toEqual({ begun: 4, inARow: 2 });
});

it('takes the longest chain, not the one that a long call would cut short', () => {
  const calls = [
    { startMs: 0, endMs: 100 },
    { startMs: 0, endMs: 20 },
    { startMs: 20, endMs: 40 },
    { startMs: 40, endMs: 60 },
  ];
  expect(countRoundTrips(calls, 0, 200)).toEqual({ begun: 4, inARow: 3 });
});

it('leaves out what came before, what began later, and from the chain what was still under way', () => {
  const calls = [
    { startMs: 1, endMs: 5 },
    { startMs: 10, endMs: 20 },
    { startMs: 30, endMs: 60 },
    { startMs: 35, endMs: null },
    { startMs: 50, endMs: 55 },
  ];
  expect(countRoundTrips(calls, 8, 50)).toEqual({ begun: 3, inARow: 1 });
});
