import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { CompactSign, calculateJwkThumbprint, exportJWK, generateKeyPair } from 'jose';
import { afterAll, expect } from 'vitest';
import { decodeCheckpointHeader, encodeCheckpointHeader } from '../../protocol/checkpoint.ts';
import { fixturesOf } from '../../protocol/fixtures/read-fixtures.ts';
import { jobSchema } from '../../protocol/job.ts';
import { JOB_ENVELOPE_ALG, JOB_ENVELOPE_TYPE, jobKeySchema } from '../../protocol/job-envelope.ts';
import { verifyEnvelope } from '../../runner/control/verify-envelope.ts';
import { judgeJob } from '../../runner/policy/judge-job.ts';
import { loadPolicy, POLICY_VARIABLE } from '../../runner/policy/load-policy.ts';
import { policySchema } from '../../runner/policy/policy.ts';
import { attentionIdOf, placeOf } from '../../worker/attention/attention-id.ts';
import { fuzz } from '../fuzz.ts';
import { hostileText, mutatedText } from '../inputs/hostile-text.ts';
import { mutatedJson } from '../inputs/mutated-json.ts';

const folder = mkdtempSync(join(tmpdir(), 'signalbox-fuzz-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const NOW = 1_800_000_000_000;
const SESSION = '0f8fad5b-d9cb-469f-a165-70867728950e';
const SELF = { runnerId: '7c9e6679-7425-40de-944b-e07fc1f90ae7', account: 'local' };
const JOB = {
  taskId: `${SESSION}.1`,
  taskNumber: 1,
  sessionId: SESSION,
  account: 'local',
  origin: 'api',
  workspace: fixturesOf('workspace').find(([type]) => type === 'github')?.[1],
  branch: 'signalbox/x',
  prompt: { request: 'Do it', context: null },
  options: {},
  claudeSessionId: null,
  priorCostUsd: 0,
  previousAttempt: null,
  commit: { subject: 'Do it', body: '', author: { name: 'b', email: 'b@x' }, coAuthor: null },
};
const { publicKey, privateKey } = await generateKeyPair(JOB_ENVELOPE_ALG, {
  crv: 'Ed25519',
  extractable: true,
});
const jwk = await exportJWK(publicKey);
const kid = await calculateJwkThumbprint(jwk);
const trusted = [jobKeySchema.parse({ ...jwk, kid })];
const claims = { job: JOB, epoch: 1, ...SELF, issuedAt: NOW, expiresAt: NOW + 60_000 };
const header = { alg: JOB_ENVELOPE_ALG, kid, typ: JOB_ENVELOPE_TYPE };

const sign = (payload: unknown) =>
  new CompactSign(new TextEncoder().encode(JSON.stringify(payload)))
    .setProtectedHeader(header)
    .sign(privateKey);
const envelope = await sign(claims);
const context = { trusted, self: SELF, nowMs: NOW };

fuzz(
  'job envelope: only what was signed is verified',
  fc.oneof(mutatedText([envelope]), hostileText),
  async (text) => {
    const verdict = await verifyEnvelope(text, context);
    // Unused bits of the last character of base64url may differ.
    if (verdict.status === 'verified') expect(text.slice(0, -1)).toBe(envelope.slice(0, -1));
  },
);

fuzz(
  'signed job: verified when it is one for this runner, refused by name otherwise',
  mutatedJson([claims]),
  async (payload) => {
    const verdict = await verifyEnvelope(await sign(payload), context);
    if (verdict.status === 'refused') return expect(verdict.message).not.toBe('');
    expect(verdict.claims).toMatchObject(SELF);
    expect(jobSchema.safeParse(verdict.claims.job).success).toBe(true);
  },
);

const POLICY = {
  repositories: ['acme/*'],
  limits: { usd: 5, minutes: 10 },
  pushes: false,
  tools: { deny: ['WebFetch'] },
  models: { allow: ['sonnet'] },
  apiJobs: false,
};

fuzz(
  'policy: whole, or every mistake, and then nothing runs',
  fc.oneof(
    mutatedJson([POLICY]).map((one) => JSON.stringify(one)),
    hostileText,
  ),
  (text) => {
    const file = join(folder, 'policy.yml');
    writeFileSync(file, text ?? '');
    const loaded = loadPolicy({ [POLICY_VARIABLE]: file }, null, folder);
    if (loaded.status === 'ok') expect(policySchema.safeParse(loaded.inForce.policy).success).toBe(true);
    else expect(loaded.mistakes.length).toBeGreaterThan(0);
  },
);

fuzz('job under a policy: never more than the policy allows', mutatedJson([JOB]), (document) => {
  const job = jobSchema.safeParse(document);
  if (!job.success) return;
  const verdict = judgeJob(policySchema.parse({ ...POLICY, apiJobs: true, models: {} }), job.data);
  if (verdict.status !== 'accepted') return;
  expect(verdict.job.options.maxUsd).toBeLessThanOrEqual(5);
  expect(verdict.job.options.maxMinutes).toBeLessThanOrEqual(10);
  const { workspace } = verdict.job;
  if (workspace.type === 'github') expect(workspace.repository.owner.toLowerCase()).toBe('acme');
});

const HEADER = encodeCheckpointHeader({
  version: 1,
  id: SESSION,
  epoch: 1,
  ordinal: 1,
  turn: 1,
  madeAt: NOW,
  branch: 'signalbox/x',
  tip: 'a'.repeat(40),
  start: 'a'.repeat(40),
  work: 'b'.repeat(40),
  needs: [],
  claudeSessionId: null,
  cwd: '/srv/Prüfung',
  messages: ['m1'],
  bundleBytes: 1,
  transcriptBytes: 1,
});
fuzz(
  'checkpoint header: one that comes back the same, or none',
  fc.oneof(mutatedText([HEADER]), hostileText),
  (text) => {
    const decoded = decodeCheckpointHeader(text);
    if (decoded !== null) expect(decodeCheckpointHeader(encodeCheckpointHeader(decoded))).toEqual(decoded);
  },
);

const PLACE = attentionIdOf({ at: 'delivery', account: 'github:7', id: 'x' });
fuzz(
  'id of what is stuck: a place that comes back the same, or none',
  fc.oneof(mutatedText([PLACE]), hostileText),
  (text) => {
    const place = placeOf(text);
    if (place !== null) expect(placeOf(attentionIdOf(place))).toEqual(place);
  },
);
