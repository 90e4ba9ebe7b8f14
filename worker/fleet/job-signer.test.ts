import { calculateJwkThumbprint, compactVerify, importJWK } from 'jose';
import { describe, expect, it } from 'vitest';
import type { JobClaims } from '../../protocol/job-envelope.ts';
import { createJobSigner } from './job-signer.ts';
import { makeJob } from './testing/connect-runner.ts';

const SECRET = 'a secret of at least thirty-two random bytes, so to say';
const OTHER = 'another secret of at least thirty-two random bytes';
const CLAIMS: JobClaims = {
  job: makeJob('3f0b5a52-6f0a-4c0e-9d53-0b8f7a3b1c7e').job,
  epoch: 2,
  runnerId: '8b6f0c52-6f0a-4c0e-9d53-0b8f7a3b1c7e',
  account: 'local',
  issuedAt: 1_000,
  expiresAt: 2_000,
};

describe('a signed job', () => {
  it('says what was signed, to whoever has the public key that its header names', async () => {
    const signer = createJobSigner({ signing: SECRET, next: null });
    const [key] = await signer.keys();
    if (key === undefined) throw new Error('There is no key.');
    expect(await calculateJwkThumbprint({ kty: key.kty, crv: key.crv, x: key.x })).toBe(key.kid);
    const verified = await compactVerify(await signer.sign(CLAIMS), await importJWK(key, 'EdDSA'));
    expect(verified.protectedHeader).toEqual({ alg: 'EdDSA', kid: key.kid, typ: 'signalbox-job' });
    expect(JSON.parse(new TextDecoder().decode(verified.payload))).toEqual(CLAIMS);
  });

  it('comes from the same key in every isolate, and from another one with another secret', async () => {
    const kidOf = async (signing: string) => (await createJobSigner({ signing, next: null }).keys())[0]?.kid;
    expect(await kidOf(SECRET)).toBe(await kidOf(SECRET));
    expect(await kidOf(SECRET)).not.toBe(await kidOf(OTHER));
  });

  it('is signed with the current key while the next one is announced', async () => {
    const rotating = createJobSigner({ signing: SECRET, next: OTHER });
    const [current, next] = await rotating.keys();
    expect(next).toEqual((await createJobSigner({ signing: OTHER, next: null }).keys())[0]);
    const header = (await rotating.sign(CLAIMS)).split('.')[0] ?? '';
    expect(JSON.parse(atob(header)).kid).toBe(current?.kid);
  });

  it('gives away nothing of the private key', async () => {
    const keys = await createJobSigner({ signing: SECRET, next: OTHER }).keys();
    expect(keys.map((key) => Object.keys(key).sort())).toEqual([
      ['crv', 'kid', 'kty', 'x'],
      ['crv', 'kid', 'kty', 'x'],
    ]);
  });
});
