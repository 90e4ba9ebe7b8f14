import { describe, expect, it } from 'vitest';
import { sessionListQuerySchema, sessionQueryOf } from './session-list-query.ts';

const queryOf = (query: Record<string, string>) =>
  sessionQueryOf(sessionListQuerySchema.parse(query), { kind: 'deployment' });

describe('the time of a list of sessions', () => {
  it.each([
    ['from and to, as in every other list', { from: '2026-11-01', to: '2026-11-02T08:00:00+01:00' }],
    ['since and until', { since: '2026-11-01', until: '2026-11-02T08:00:00+01:00' }],
    ['ms since 1970', { from: '1793491200000', until: '1793602800000' }],
  ])('is named by %s', (_how, query) => {
    expect(queryOf(query)).toMatchObject({
      since: Date.UTC(2026, 10, 1),
      until: Date.UTC(2026, 10, 2, 7),
    });
  });

  it('has no end that nobody names, and must be a moment', () => {
    expect(queryOf({})).toMatchObject({ since: null, until: null });
    expect(sessionListQuerySchema.safeParse({ from: 'yesterday' }).error?.issues).toMatchObject([
      { path: ['from'], message: expect.stringContaining('must be a date (2026-11-01)') },
    ]);
  });
});
