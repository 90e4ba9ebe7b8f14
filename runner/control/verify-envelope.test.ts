import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { JobClaims } from '../../protocol/job-envelope.ts';
import { CLOCK_TOLERANCE_MS, ENVELOPE_TTL_MS } from '../../protocol/limits.ts';
import { makeEnvelopeSigner } from '../testing/envelope-signer.ts';
import { makeJob } from '../testing/make-job.ts';
import { peekEnvelope, verifyEnvelope } from './verify-envelope.ts';

const NOW = 1_000_000_000;
const RUNNER = '00000000-0000-4000-8000-000000000001';
const signer = makeEnvelopeSigner();
const context = { trusted: [signer.publicKey], self: { runnerId: RUNNER, account: 'local' }, nowMs: NOW };

const claims = (over: Partial<JobClaims> = {}): JobClaims => ({
  job: makeJob('https://github.com', 'Fix it'),
  epoch: 3,
  runnerId: RUNNER,
  account: 'local',
  issuedAt: NOW,
  expiresAt: NOW + ENVELOPE_TTL_MS,
  ...over,
});

async function reasonOf(envelope: string, nowMs = NOW): Promise<string> {
  const verdict = await verifyEnvelope(envelope, { ...context, nowMs });
  return verdict.status === 'verified' ? 'verified' : verdict.reason;
}

describe('an envelope', () => {
  it('gives back what a trusted key signed for this runner', async () => {
    const signed = claims();
    expect(await verifyEnvelope(signer.sign(signed), context)).toEqual({
      status: 'verified',
      claims: signed,
    });
  });

  it('is good from a minute before it was signed to a minute after it ran out', async () => {
    const envelope = signer.sign(claims());
    const times = [
      NOW - CLOCK_TOLERANCE_MS - 1,
      NOW - CLOCK_TOLERANCE_MS,
      NOW + ENVELOPE_TTL_MS + CLOCK_TOLERANCE_MS,
      NOW + ENVELOPE_TTL_MS + CLOCK_TOLERANCE_MS + 1,
    ];
    expect(await Promise.all(times.map((nowMs) => reasonOf(envelope, nowMs)))).toEqual([
      'not_yet_valid',
      'verified',
      'verified',
      'expired',
    ]);
  });

  it('is refused before anything is trusted', async () => {
    expect(await verifyEnvelope(signer.sign(claims()), { ...context, trusted: [] })).toMatchObject({
      reason: 'unknown_key',
      message: expect.stringContaining('signalbox-runner trust'),
    });
  });

  it('is refused when its job says another account than its claims', async () => {
    const job = makeJob('https://github.com', 'Fix it', { account: 'github:42' });
    expect(await reasonOf(signer.sign(claims({ job })))).toBe('other_account');
  });

  it('is refused with any bit of it changed', async () => {
    const parts = signer.sign(claims()).split('.');
    const bytes = parts.map((part) => Buffer.from(part, 'base64url'));
    const places = fc.integer({ min: 0, max: 2 }).chain((part) =>
      fc.record({
        part: fc.constant(part),
        bit: fc.integer({ min: 0, max: (bytes[part]?.length ?? 1) * 8 - 1 }),
      }),
    );
    const changes = fc.asyncProperty(places, async ({ part, bit }) => {
      const changed = bytes.map((one) => Buffer.from(one));
      const byte = changed[part]?.[bit >> 3] ?? 0;
      changed[part]?.writeUInt8(byte ^ (1 << (bit & 7)), bit >> 3);
      const envelope = changed.map((one) => one.toString('base64url')).join('.');
      expect(await reasonOf(envelope)).not.toBe('verified');
    });
    await fc.assert(changes, { numRuns: 300 });
  });

  it('is refused, and peeked into, without a crash whatever it is', async () => {
    const texts = fc.oneof(
      fc.string(),
      fc.array(fc.base64String(), { maxLength: 5 }).map((parts) => parts.join('.')),
      fc.json().map((json) => `${Buffer.from(json).toString('base64url')}.e30.AAAA`),
      fc.json().map((json) => `e30.${Buffer.from(json).toString('base64url')}.AAAA`),
    );
    const anything = fc.asyncProperty(texts, async (text) => {
      expect(await reasonOf(text)).not.toBe('verified');
      expect(peekEnvelope(text)).toBeNull();
    });
    await fc.assert(anything, { numRuns: 500 });
  });
});
