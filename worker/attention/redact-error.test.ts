import { expect, it } from 'vitest';
import { MAX_ATTENTION_TEXT } from '../../protocol/attention.ts';
import { redactError } from './redact-error.ts';

it.each([
  ['GET https://x:ghs_abcdefgh12345@github.com/a', 'GET https://[redacted]@github.com/a'],
  ['fetch libsql://db.turso.io/v2?authToken=abc failed', 'fetch libsql://db.turso.io/v2?[redacted] failed'],
  ['Bearer abc.def-12345 was refused', 'Bearer [redacted] was refused'],
  ['token ghs_16C7e42F292c6912E7710c838347Ae178B4a', 'token [redacted]'],
  ['key sk-ant-api03-abcdefghij is wrong', 'key [redacted] is wrong'],
  ['ticket eyJhbGciOi.eyJzdWIiOi.c2ln is old', 'ticket [redacted] is old'],
  ['two\nlines  of text', 'two lines of text'],
])('makes %j safe to show', (text, safe) => {
  expect(redactError(text)).toBe(safe);
});

it('cuts what is long', () => {
  expect(redactError('x '.repeat(5_000)).length).toBeLessThanOrEqual(MAX_ATTENTION_TEXT);
});
