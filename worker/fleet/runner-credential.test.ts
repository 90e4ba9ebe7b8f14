import { expect, it } from 'vitest';
import { makeRunnerCredential, parseRunnerCredential, randomRunnerSecret } from './runner-credential.ts';

const RUNNER = '0f8fad5b-d9cb-469f-a165-70867728950e';

it('names the account and the runner, so that the right Fleet is asked', () => {
  const credential = makeRunnerCredential('github:42', RUNNER, randomRunnerSecret());
  expect(credential).toMatch(/^sbr_[\w-]+\.[0-9a-f-]{36}\.[\w-]{43}$/);
  expect(parseRunnerCredential(credential)).toEqual({ account: 'github:42', runnerId: RUNNER });
});

it.each([
  '',
  'sbr_',
  'sba_abc',
  `sbr_bG9jYWw.${RUNNER}.short`,
  `sbr_!!.${RUNNER}.${'a'.repeat(43)}`,
  // An account of another shape ("evil").
  `sbr_ZXZpbA.${RUNNER}.${'a'.repeat(43)}`,
])('reads nothing from %j', (credential) => {
  expect(parseRunnerCredential(credential)).toBeNull();
});
