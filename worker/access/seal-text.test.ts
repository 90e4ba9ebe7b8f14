import { expect, it } from 'vitest';
import { openText, sealText } from './seal-text.ts';

const SECRET = 'a secret of at least thirty-two random bytes, so to say';

it('gives a text back only with the same secret and for the same purpose', async () => {
  const sealed = await sealText(SECRET, 'push token', 'ghs_secret');
  expect(sealed).not.toContain('ghs_secret');
  expect(await sealText(SECRET, 'push token', 'ghs_secret')).not.toBe(sealed);
  expect(await openText(SECRET, 'push token', sealed)).toBe('ghs_secret');
  expect(await openText(SECRET, 'another purpose', sealed)).toBeNull();
  expect(await openText(`${SECRET}!`, 'push token', sealed)).toBeNull();
});

it.each(['', 'x', 'a.b', 'a.b.c', '!!.!!'])('gives nothing back of %j', async (sealed) => {
  expect(await openText(SECRET, 'push token', sealed)).toBeNull();
});
