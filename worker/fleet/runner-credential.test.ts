import { expect, it } from 'vitest';
import { makeCredential, parseCredential, randomSecret } from './runner-credential.ts';

const RUNNER = '0f8fad5b-d9cb-469f-a165-70867728950e';

it('names the account and the runner, so that the right Fleet is asked', () => {
  const credential = makeCredential('sbr', 'github:42', RUNNER, randomSecret());
  expect(credential).toMatch(/^sbr_[\w-]+\.[0-9a-f-]{36}\.[\w-]{43}$/);
  expect(parseCredential('sbr', credential)).toEqual({ account: 'github:42', id: RUNNER });
});

it('does not take a registration token for a credential, nor the other way round', () => {
  const token = makeCredential('sbt', 'github:42', RUNNER, randomSecret());
  expect(parseCredential('sbt', token)).toEqual({ account: 'github:42', id: RUNNER });
  expect(parseCredential('sbr', token)).toBeNull();
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
  expect(parseCredential('sbr', credential)).toBeNull();
});
