import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Job } from '../../protocol/job.ts';
import type { JobClaims } from '../../protocol/job-envelope.ts';
import { CLOCK_TOLERANCE_MS, ENVELOPE_TTL_MS } from '../../protocol/limits.ts';
import { saveJobKeys } from '../control/job-keys.ts';
import { RUNNER_ID } from '../testing/control-plane-double.ts';
import { makeEnvelopeSigner } from '../testing/envelope-signer.ts';
import type { RunnerHarness } from '../testing/runner-harness.ts';
import { createRunnerHarness } from '../testing/runner-harness.ts';
import { waitFor } from '../testing/wait-for.ts';

const OTHER_RUNNER = '00000000-0000-4000-8000-000000000002';

let harness: RunnerHarness;
beforeEach(async () => {
  harness = await createRunnerHarness();
});
afterEach(async () => {
  await harness.close();
});

async function start() {
  const runner = await harness.connect();
  await waitFor('the welcome to be worked in', () => runner.log().includes('runner.connected'));
  return runner;
}

const declines = () => harness.plane.frames.filter((frame) => frame.type === 'decline');

/** Nothing of the task ever ran: no data socket was opened, no token asked for, no folder made. */
function expectUntouched({ taskId, sessionId }: Job): void {
  expect(harness.plane.session(taskId).connections).toBe(0);
  expect(harness.plane.tokenRequests).toEqual([]);
  expect(harness.model.requests).toEqual([]);
  const made = harness.git('for-each-ref', '--format=%(refname)');
  expect(made).not.toContain(sessionId);
}

describe('somebody in the place of the control plane gets nothing executed', () => {
  type Attack = (claims: JobClaims) => string;
  const attacks: [string, Attack, string][] = [
    [
      'is not signed',
      (claims) => `${encode({ alg: 'none' })}.${encode(claims)}.`,
      'not in a signed envelope',
    ],
    [
      'is signed by a key of their own',
      (claims) => makeEnvelopeSigner().sign(claims),
      'which this runner does not trust',
    ],
    [
      'is signed by a key of their own under the name of the right one',
      (claims) => makeEnvelopeSigner().sign(claims, { kid: harness.plane.signer.publicKey.kid }),
      'does not fit its content',
    ],
    [
      'was changed after it was signed',
      (claims) => {
        const [header, , signature] = harness.plane.signer.sign(claims).split('.');
        const changed = { ...claims, job: { ...claims.job, branch: 'main' } };
        return `${header}.${encode(changed)}.${signature}`;
      },
      'does not fit its content',
    ],
    [
      'brings a key along in its header',
      (claims) => {
        const own = makeEnvelopeSigner();
        return own.sign(claims, { jwk: own.publicKey });
      },
      'which this runner does not trust',
    ],
    [
      'claims to be signed with a shared secret',
      (claims) => harness.plane.signer.sign(claims, { alg: 'HS256' }),
      'not in a signed envelope',
    ],
    [
      'was signed for something else',
      (claims) => harness.plane.signer.sign(claims, { typ: 'JWT' }),
      'not in a signed envelope',
    ],
    [
      'was signed for another runner',
      (claims) => harness.plane.signer.sign({ ...claims, runnerId: OTHER_RUNNER }),
      'for another runner',
    ],
    [
      "was signed for another account's runner",
      (claims) => harness.plane.signer.sign({ ...claims, account: 'github:42' }),
      'another account',
    ],
    [
      'was signed long ago',
      (claims) => {
        const expiresAt = Date.now() - CLOCK_TOLERANCE_MS - 1_000;
        return harness.plane.signer.sign({ ...claims, issuedAt: expiresAt - ENVELOPE_TTL_MS, expiresAt });
      },
      'ran out',
    ],
    [
      'is signed for later',
      (claims) => {
        const issuedAt = Date.now() + CLOCK_TOLERANCE_MS + 30_000;
        return harness.plane.signer.sign({ ...claims, issuedAt, expiresAt: issuedAt + ENVELOPE_TTL_MS });
      },
      'in the future',
    ],
    [
      'names a task of another session',
      (claims) => {
        const job = { ...claims.job, sessionId: '11111111-1111-4111-8111-111111111111' };
        return harness.plane.signer.sign({ ...claims, job });
      },
      '',
    ],
  ];

  it('with a job of any of these kinds, and says why each was refused', async () => {
    const runner = await start();
    for (const [what, forge, why] of attacks) {
      const job = harness.job('[[write:owned.txt|owned]]');
      const before = declines().length;
      harness.plane.sendEnvelope(forge(harness.plane.claimsOf(job, 1)));
      if (why === '') continue;
      await waitFor(`the answer to a job that ${what}`, () => declines().length > before);
      expect([what, declines().at(-1)]).toEqual([
        what,
        {
          type: 'decline',
          taskId: job.taskId,
          epoch: 1,
          reason: 'untrusted',
          message: expect.stringContaining(why),
        },
      ]);
      expectUntouched(job);
    }
    const refusals = attacks.length;
    await waitFor('all to be logged', () => runner.log().split('job.refused').length > refusals);
    // It is the same runner that takes the right one.
    const good = harness.job('[[say:hello]]');
    harness.plane.assign(good);
    await harness.stored(good, 'job.finished');
    expect(harness.plane.session(good.taskId).find('job.finished')?.outcome.type).toBe('unchanged');
  });

  it('with a job that was signed, taken and done before, also after a restart', async () => {
    const runner = await start();
    const job = harness.job('[[say:hello]]');
    const envelope = harness.plane.signer.sign(harness.plane.claimsOf(job, 2));
    harness.plane.session(job.taskId).currentEpoch = 2;
    harness.plane.sendEnvelope(envelope);
    await harness.stored(job, 'job.finished');
    await waitFor('the job to be left', () => runner.log().includes('job.left'));
    const { connections } = harness.plane.session(job.taskId);
    const older = harness.plane.signer.sign(harness.plane.claimsOf(job, 1));
    harness.plane.sendEnvelope(envelope);
    harness.plane.sendEnvelope(older);
    await waitFor('both to be declined', () => declines().length === 2);
    await runner.kill();
    await start();
    harness.plane.sendEnvelope(envelope);
    await waitFor('the third to be declined', () => declines().length === 3);
    for (const decline of declines()) {
      expect(decline).toMatchObject({
        reason: 'untrusted',
        message: expect.stringContaining('taken before'),
      });
    }
    expect(harness.plane.session(job.taskId).connections).toBe(connections);
  });

  it('with a copy of a job that runs, which goes on undisturbed', async () => {
    await start();
    const job = harness.job('[[loop:2]]');
    harness.model.hold('loop-1');
    const envelope = harness.plane.signer.sign(harness.plane.claimsOf(job, 1));
    harness.plane.sendEnvelope(envelope);
    await harness.model.reached('loop-1');
    harness.plane.sendEnvelope(envelope);
    harness.model.release('loop-1');
    await harness.stored(job, 'job.finished');
    expect(declines()).toEqual([]);
    const started = harness
      .session(job)
      .events()
      .filter((event) => event.type === 'workspace.ready');
    expect(started).toHaveLength(1);
  });
});

describe('the keys of the control plane', () => {
  it('are believed at the first contact, kept for the owner alone, and not when they change', async () => {
    const first = await start();
    const file = join(harness.dataDir, 'job-keys.json');
    const pinned = await waitFor('the keys to be pinned', () => readFileSync(file, 'utf8'));
    expect(pinned).toContain(harness.plane.signer.publicKey.kid);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    await first.kill();
    // The same address with another key behind it.
    harness.plane.signer = makeEnvelopeSigner();
    const second = await start();
    await waitFor('the change to be noticed', () => second.log().includes('runner.keys_changed'));
    const job = harness.job('[[write:owned.txt|owned]]');
    harness.plane.assign(job);
    await waitFor('the job to be declined', () => declines().length === 1);
    expect(declines()[0]).toMatchObject({
      reason: 'untrusted',
      message: expect.stringContaining('signalbox-runner trust'),
    });
    expectUntouched(job);
    expect(readFileSync(file, 'utf8')).toBe(pinned);
    // What "signalbox-runner trust" does beside the running runner.
    saveJobKeys(harness.dataDir, RUNNER_ID, [harness.plane.signer.publicKey]);
    const trusted = harness.job('[[say:hello]]');
    harness.plane.assign(trusted);
    await harness.stored(trusted, 'job.finished');
  });

  it('are not believed anew when the file that keeps them is damaged', async () => {
    writeFileSync(join(harness.dataDir, 'job-keys.json'), 'not json');
    const runner = harness.startRunner();
    expect(await runner.exited).not.toBe(0);
    expect(runner.log()).toContain('job-keys.json');
    expect(harness.plane.hellos).toEqual([]);
  });
});

function encode(value: unknown): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}
