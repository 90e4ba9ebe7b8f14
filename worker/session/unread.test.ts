import fc from 'fast-check';
import { expect, it } from 'vitest';
import { Unread } from './unread.ts';

it('counts what was sent until the viewer says that it has it', () => {
  const unread = new Unread<object>();
  const viewer = {};
  unread.sent(viewer, 20_000, 5);
  unread.sent(viewer, 30_000, 9);
  expect(unread.of(viewer)).toBe(50_000);
  unread.seen(viewer, 4);
  expect(unread.of(viewer)).toBe(50_000);
  unread.seen(viewer, 8);
  expect(unread.of(viewer)).toBe(30_000);
  unread.seen(viewer, 9);
  expect([unread.of(viewer), unread.total]).toEqual([0, 0]);
});

it('knows the slowest, and forgets who leaves', () => {
  const unread = new Unread<object>();
  const [a, b] = [{}, {}];
  expect(unread.slowest()).toBeNull();
  unread.sent(a, 10, 1);
  unread.sent(b, 30, 1);
  expect(unread.slowest()).toBe(b);
  unread.forget(b);
  expect([unread.slowest(), unread.total]).toEqual([a, 10]);
});

it('keeps a total that is the sum of all, whatever viewers say', () => {
  const step = fc.oneof(
    fc.record({ viewer: fc.nat(2), chars: fc.nat(40_000) }),
    fc.record({ viewer: fc.nat(2), seen: fc.nat(60) }),
    fc.record({ viewer: fc.nat(2), gone: fc.constant(true) }),
  );
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      const unread = new Unread<object>();
      const viewers = [{}, {}, {}];
      let id = 0;
      for (const one of steps) {
        const viewer = viewers[one.viewer] ?? {};
        if ('chars' in one) unread.sent(viewer, one.chars, ++id);
        else if ('seen' in one) unread.seen(viewer, one.seen);
        else unread.forget(viewer);
        const all = viewers.map((each) => unread.of(each));
        expect(Math.min(...all)).toBeGreaterThanOrEqual(0);
        expect(unread.total).toBe(all.reduce((sum, chars) => sum + chars, 0));
      }
    }),
  );
});
