import { describe, expect, it } from 'vitest';
import { chooseMissed, type LoggedDelivery } from './redeliver-missed.ts';

let id = 0;
const logged = (guid: string, failed: boolean, deliveredMs: number): LoggedDelivery => {
  id += 1;
  return { id, guid, failed, deliveredMs };
};
const chosen = (log: LoggedDelivery[], asked = {}) =>
  chooseMissed(log, asked).map(({ guid, deliveredMs }) => [guid, deliveredMs]);

describe('chooseMissed', () => {
  it('takes the latest attempt of what never arrived, oldest first', () => {
    const log = [
      logged('b', true, 5),
      logged('a', true, 1),
      logged('a', true, 4),
      logged('arrived', false, 2),
      logged('arrived-later', true, 1),
      logged('arrived-later', false, 3),
    ];
    expect(chosen(log)).toEqual([
      ['a', 4],
      ['b', 5],
    ]);
  });

  it('leaves what was asked for often enough to people', () => {
    const asked = { a: { count: 5, lastMs: 1 }, b: { count: 4, lastMs: 1 } };
    expect(chosen([logged('a', true, 1), logged('b', true, 2)], asked)).toEqual([['b', 2]]);
  });

  it('asks for a bounded number at once', () => {
    const log = Array.from({ length: 300 }, (_, index) => logged(`d${index}`, true, index));
    expect(chosen(log)).toHaveLength(100);
  });
});
