import { describe, expect, it } from 'vitest';
import { routePattern } from './compose-entry.ts';

describe('routePattern', () => {
  it('matches whole paths, and anything where a star stands', () => {
    const pattern = routePattern(['/api/*', '/healthz', '/v1.0/*/raw']);
    const paths = [
      '/api/',
      '/api/a/b',
      '/healthz',
      '/v1.0/x/raw',
      '/api',
      '/healthz2',
      '/x/api/a',
      '/v1x0/x/raw',
    ];
    expect(paths.map((path) => pattern.test(path))).toEqual([
      true,
      true,
      true,
      true,
      false,
      false,
      false,
      false,
    ]);
  });

  it('matches nothing when there are no patterns', () => {
    expect(['', '/', '/api/a'].some((path) => routePattern([]).test(path))).toBe(false);
  });
});
