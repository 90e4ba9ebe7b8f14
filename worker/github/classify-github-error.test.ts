import { describe, expect, it } from 'vitest';
import { classifyGitHubError } from './classify-github-error.ts';

const NOW = 1_800_000_000_000;
const failed = (status: number, message: string, headers: Record<string, string> = {}) =>
  classifyGitHubError(Object.assign(new Error(message), { status, response: { headers } }), NOW);

describe('classifyGitHubError', () => {
  it('takes limits for what they are, and waits as long as they say', () => {
    const secondary = 'You have exceeded a secondary rate limit.';
    expect(failed(403, secondary, { 'retry-after': '7' })).toMatchObject({
      type: 'rate_limited',
      afterMs: 7_000,
    });
    expect(failed(429, 'slow down')).toMatchObject({ type: 'rate_limited', afterMs: 60_000 });
    expect(failed(403, secondary)).toMatchObject({ type: 'rate_limited', afterMs: 60_000 });
    const reset = { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': String(NOW / 1000 + 90) };
    expect(failed(403, 'API rate limit exceeded', reset)).toMatchObject({
      type: 'rate_limited',
      afterMs: 90_000,
    });
  });

  it("waits neither backwards nor longer than one of GitHub's windows", () => {
    const limited = (retryAfter: string) => failed(429, 'slow down', { 'retry-after': retryAfter });
    expect(limited('-5')).toMatchObject({ afterMs: 0 });
    expect(limited('1e9')).toMatchObject({ afterMs: 3_600_000 });
  });

  it('names also what is no error at all', () => {
    for (const thrown of [null, undefined, { toString: {} }, Object.create(null)]) {
      expect(classifyGitHubError(thrown, NOW)).toMatchObject({ type: 'unexpected' });
    }
  });

  it.each([403, 404, 410, 422, 400, 451])('takes %i for a no, with a remedy', (status) => {
    const failure = failed(status, 'Nope - https://docs.github.com/rest');
    expect(failure).toMatchObject({ type: 'refused', status, reason: `GitHub answered ${status}: Nope` });
    expect(failure).toHaveProperty('remedy', expect.stringMatching(/\.$/));
  });

  it.each([500, 502, 503, 408, 409])('tries over after %i', (status) => {
    expect(failed(status, 'oops').type).toBe('transient');
  });

  it('tries over when there was no answer', () => {
    const error = Object.assign(new Error('Network connection lost.'), { status: 500 });
    expect(classifyGitHubError(error, NOW)).toEqual({
      type: 'transient',
      reason: 'No answer from GitHub: Network connection lost.',
    });
  });

  it("takes GraphQL's own errors, which come with the status 200, for what they are", () => {
    const asked = (type?: string, headers = {}) => {
      const errors = [{ type, message: 'No.' }, { message: 'And this.' }];
      return classifyGitHubError(Object.assign(new Error('Request failed'), { headers, errors }), NOW);
    };
    const reset = { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': String(NOW / 1000 + 30) };
    expect(asked('RATE_LIMITED', reset)).toMatchObject({ type: 'rate_limited', afterMs: 30_000 });
    expect(asked('NOT_FOUND')).toMatchObject({ type: 'refused', status: 404 });
    expect(asked('FORBIDDEN')).toMatchObject({ type: 'refused', status: 403 });
    expect(asked()).toEqual({ type: 'transient', reason: 'GitHub answered an error: No.' });
  });

  it('knows a token that is no longer good', () => {
    expect(failed(401, 'Bad credentials').type).toBe('unauthorized');
  });

  it('does not take our own errors for GitHub’s', () => {
    expect(classifyGitHubError(new TypeError('x is undefined'), NOW)).toEqual({
      type: 'unexpected',
      reason: 'x is undefined',
    });
    expect(classifyGitHubError('boom', NOW)).toEqual({ type: 'unexpected', reason: 'boom' });
  });
});
