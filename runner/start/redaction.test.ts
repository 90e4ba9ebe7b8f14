import { generateKeyPairSync } from 'node:crypto';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { CREDENTIAL } from '../testing/control-plane-double.ts';
import type { RunnerHarness } from '../testing/runner-harness.ts';
import { createRunnerHarness } from '../testing/runner-harness.ts';
import { waitFor } from '../testing/wait-for.ts';

const LIMIT_MS = 60_000;

const MODEL_KEY = 'model-key-f3b1c0d2e4a59687';
const PASSWORD = 'correct-horse-battery-staple';
const TOKEN = `ghp_${'a1B2'.repeat(9)}`;
const PEM = generateKeyPairSync('rsa', { modulusLength: 1024 })
  .privateKey.export({ type: 'pkcs8', format: 'pem' })
  .toString();

let harness: RunnerHarness;
beforeEach(async () => {
  harness = await createRunnerHarness();
});
afterEach(() => harness.close());

function journals(folder: string): string {
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) =>
    /ndjson$/.test(name),
  );
  return names.map((name) => readFileSync(join(folder, name), 'utf8')).join('');
}

it('no secret that Claude prints or writes is in the journal, on the wire or in the log', {
  timeout: 150_000,
}, async () => {
  const env = { ANTHROPIC_API_KEY: MODEL_KEY, SMTP_PASSWORD: PASSWORD, SIGNALBOX_LOG_LEVEL: 'trace' };
  // Else such work would not leave.
  harness.settle({ gates: { secrets: 'advisory' } });
  const runner = await harness.connect(env);
  const leak = join(harness.root, 'leak.txt');
  const encoded = Buffer.from(`smtp:${PASSWORD}`).toString('base64');
  // Longer than what an event shows: the cut falls somewhere into a key.
  const keys = PEM.repeat(80);
  writeFileSync(leak, `${CREDENTIAL}\n${TOKEN}\n${encoded}\nmail ${PASSWORD}\n${PEM}\n${keys}`);
  const job = harness.job(`[[bash:cp ${leak} copy.txt; cat copy.txt; echo model $ANTHROPIC_API_KEY]]`);
  harness.plane.assign(job);
  await waitFor('the work', () => harness.session(job).find('work.captured'), LIMIT_MS);
  const session = harness.session(job);
  const stored = journals(join(harness.dataDir, 'jobs'));
  await waitFor('the end', () => session.find('job.finished'), LIMIT_MS);
  const seen = [stored, JSON.stringify(session.events()), runner.log()];
  const lines = PEM.split('\n').filter((line) => line.length > 20 && !line.startsWith('-----'));
  const secrets = [CREDENTIAL.slice(-43), TOKEN, PASSWORD, encoded.slice(8, -4), MODEL_KEY, ...lines];
  for (const text of seen) expect(secrets.filter((secret) => text.includes(secret))).toEqual([]);
  expect(stored).toContain('[redacted]');
  const result = session.find('claude.tool_result');
  expect(result?.output.text).toContain('[redacted]\nmail [redacted]');
  expect(session.find('work.captured')?.patch.text).toContain('mail [redacted]');
  // What is pushed is the work itself: redaction is for what is shown of it.
  expect(harness.git('show', 'refs/heads/signalbox/issue-1:copy.txt')).toContain(TOKEN);
});
