import { expect, it } from 'vitest';
import { askedOf } from './period.ts';

const NOW = Date.parse('2026-11-21T18:00:00Z');
const NOBODY = { account: undefined, repository: undefined, requester: undefined, model: undefined };

it.each([
  ['nothing', {}, '2026-10-23', '2026-11-22'],
  ['a number of days', { days: '7' }, '2026-11-15', '2026-11-22'],
  ['a number of days that is not offered', { days: '8' }, '2026-10-23', '2026-11-22'],
  ['two days, the last one whole', { from: '2026-02-27', to: '2026-02-28' }, '2026-02-27', '2026-03-01'],
  ['an end alone', { to: '2026-01-31', days: '7' }, '2026-01-25', '2026-02-01'],
  ['what is no day', { from: '2026-02-31x', days: '7' }, '2026-11-15', '2026-11-22'],
])('takes the period from %s', (_what, filters, from, to) => {
  expect(askedOf(filters, NOW)).toEqual({ ...NOBODY, by: 'repository', from, to });
});

it('leaves out a repository that is no number and a grouping that is not known', () => {
  expect(askedOf({ repository: 'octo/app', by: 'moon' }, NOW)).toMatchObject({
    by: 'repository',
    repository: undefined,
  });
  expect(askedOf({ repository: '5', by: 'model' }, NOW)).toMatchObject({ by: 'model', repository: 5 });
});
