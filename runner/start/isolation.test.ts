import { existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Job } from '../../protocol/job.ts';
import { whyNoSandbox } from '../sandbox/testing/have-sandbox.ts';
import { CREDENTIAL } from '../testing/control-plane-double.ts';
import type { RunnerHarness } from '../testing/runner-harness.ts';
import { createRunnerHarness } from '../testing/runner-harness.ts';
import { waitFor } from '../testing/wait-for.ts';

/** The part of the credential that is looked for. The redacted log could not show what was found. */
const NEEDLE = CREDENTIAL.slice(-40);

/** Looks for `needle` in every place that a program finds by itself; writes where it was. */
const SEARCH = `
look() { if grep -qaF "$(cat needle)" "$2" 2>/dev/null; then echo "$1" >> found; fi; }
touch found
env > own; look own own; rm own
pid=$$; while [ "$pid" -gt 1 ] 2>/dev/null; do
  look environment /proc/$pid/environ; look arguments /proc/$pid/cmdline
  for fd in /proc/$pid/fd/*; do case "$(readlink $fd)" in /*) [ -f "$fd" ] && look descriptor "$fd";; esac; done
  if [ "$pid" = "$1" ]; then echo runner >> seen; break; fi
  pid=$(sed 's/.*) . //' /proc/$pid/stat | cut -d' ' -f1)
done
for file in $(find "$2" -type f 2>/dev/null); do look "$file" "$file"; done
git config --get-all credential.helper >> found
true
`;

let harness: RunnerHarness;
beforeEach(async () => {
  harness = await createRunnerHarness();
});
afterEach(() => harness.close());

/** A runner, a sandbox and the CLI, one after the other on a busy machine. */
const START_LIMIT_MS = 60_000;
const TEST_LIMIT_MS = 150_000;

/** What Claude's Bash tool finds, run for real by a runner with these settings. */
async function search(env: Record<string, string>): Promise<{ job: Job; found: string[]; seen: boolean }> {
  const runner = harness.startRunner(env);
  await waitFor('the runner to connect', () => harness.plane.hellos.length > 0, START_LIMIT_MS);
  const data = join(harness.dataDir, 'jobs');
  writeFileSync(join(harness.root, 'search.sh'), SEARCH);
  writeFileSync(join(harness.root, 'needle'), NEEDLE);
  const folder = harness.root;
  const job = harness.job(
    `[[bash:cp ${folder}/needle ${folder}/search.sh . && bash search.sh ${runner.child.pid} ${data}; rm needle search.sh]]`,
  );
  harness.plane.assign(job);
  await waitFor('the work', () => harness.session(job).find('work.captured'), START_LIMIT_MS);
  const cwd = join(harness.dataDir, 'worktrees', job.sessionId, 'app');
  const lines = readFileSync(join(cwd, 'found'), 'utf8').split('\n');
  return { job, found: lines.filter((line) => line !== ''), seen: existsSync(join(cwd, 'seen')) };
}

const handedOver = (): string[] =>
  readdirSync(tmpdir()).filter((name) => name.startsWith('signalbox-handed-'));

describe('the runner’s credential', { timeout: TEST_LIMIT_MS }, () => {
  it('is in no environment, argument or open file that Claude can look into', async () => {
    const before = handedOver();
    const { found, seen } = await search({});
    expect({ found, seen }).toEqual({ found: [], seen: true });
    expect(handedOver().filter((name) => !before.includes(name))).toEqual([]);
  });
});

const missing = await whyNoSandbox();

describe.skipIf(missing !== null)(
  missing === null ? 'a sandboxed job' : `a sandboxed job (not tested here: ${missing})`,
  () => {
    it('is done and pushed, by a Claude that sees neither the runner nor its folder', {
      timeout: TEST_LIMIT_MS,
    }, async () => {
      const { job, found, seen } = await search({ SIGNALBOX_SANDBOX: 'required' });
      expect({ found, seen }).toEqual({ found: [], seen: false });
      await harness.stored(job, 'job.finished');
      expect(harness.session(job).find('job.finished')?.outcome.type).toBe('published');
      const checks = harness
        .session(job)
        .events()
        .filter((event) => event.type === 'preflight.check');
      expect(checks.find(({ name }) => name === 'sandbox')).toMatchObject({ ok: true });
    });
  },
);

it('a runner that must have a sandbox and has none fails its jobs, and says what to do', {
  timeout: TEST_LIMIT_MS,
}, async () => {
  const programs = join(harness.root, 'programs');
  mkdirSync(programs);
  for (const name of ['git', 'bash', 'sh']) symlinkSync(join('/usr/bin', name), join(programs, name));
  harness.startRunner({ SIGNALBOX_SANDBOX: 'required', PATH: programs });
  await waitFor('the runner to connect', () => harness.plane.hellos.length > 0, START_LIMIT_MS);
  const job = harness.job('[[say:hello]]');
  harness.plane.assign(job);
  await harness.stored(job, 'job.finished');
  expect(harness.session(job).find('job.finished')?.outcome).toMatchObject({
    type: 'failed',
    failure: {
      kind: 'preflight',
      message: expect.stringMatching(/sandbox.*not available.*no job is run without it/),
      remedy: expect.stringContaining('install-sandbox'),
    },
  });
});
