import { expect, test } from 'vitest';
import { redactCredentials } from './redact-credentials.ts';

test('a token is removed wherever it stands, alone or encoded', () => {
  const text = 'fatal: abc123 and eC1hYzphYmMxMjM= were sent';
  expect(redactCredentials(text, ['abc123', 'eC1hYzphYmMxMjM='])).toBe(
    'fatal: [redacted] and [redacted] were sent',
  );
});

test('credentials that nobody named are known by their form', () => {
  expect(redactCredentials('> Authorization: Basic dXNlcjpwYXNz\n')).toBe(
    '> Authorization: Basic [redacted]\n',
  );
  expect(redactCredentials("unable to access 'https://x:y@github.com/a/b'")).toBe(
    "unable to access 'https://[redacted]@github.com/a/b'",
  );
  expect(redactCredentials('token ghs_abcdefghijklmnopqrstuvwxyz')).toBe('token [redacted]');
});

test('what is no credential stays as it is', () => {
  const text = "fatal: repository 'https://github.com/a/b.git/' not found\nremote: mail me@example.com";
  expect(redactCredentials(text, [''])).toBe(text);
});
