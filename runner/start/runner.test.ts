import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { RunnerHarness } from '../testing/runner-harness.ts';
import { createRunnerHarness, GIT_TOKEN } from '../testing/runner-harness.ts';
import { waitFor } from '../testing/wait-for.ts';

let harness: RunnerHarness;
beforeEach(async () => {
  harness = await createRunnerHarness();
});
afterEach(async () => {
  await harness.close();
});

const connected = () => waitFor('the runner to connect', () => harness.plane.isConnected);

describe('a job', () => {
  it('goes from its assignment to a pushed commit, each fact told once and in order', async () => {
    const runner = harness.startRunner();
    await connected();
    const job = harness.job('Please mend it: [[fix-bug:src/a.txt]]');
    harness.plane.assign(job);
    await harness.stored(job, 'job.finished');
    const session = harness.session(job);
    const published = session.find('job.finished')?.outcome;
    const sha = harness.git('rev-parse', 'refs/heads/signalbox/issue-1');
    const tree = harness.git('rev-parse', `${sha}^{tree}`);
    expect(published).toEqual({ type: 'published', branch: 'signalbox/issue-1', sha, tree });
    expect(harness.git('show', `${sha}:src/a.txt`)).toBe('fixed');
    expect(harness.git('log', '-1', '--format=%an|%s', sha)).toBe('signalbox[bot]|Fix it');
    const types = session.events().map((event) => event.type);
    const milestones = [
      'preflight.check',
      'workspace.ready',
      'checkpoint.made',
      'claude.started',
      'claude.turn_ended',
      'work.captured',
      'gates.started',
      'gates.finished',
      'command.taken',
      'commit.made',
      'push.done',
      'job.finished',
    ] as const;
    const places = milestones.map((type) => types.indexOf(type));
    expect(places).toEqual([...places].sort((a, b) => a - b));
    expect(harness.plane.tokenRequests.map(({ access }) => access)).toEqual(['read', 'write']);
    await waitFor('the token to be revoked', () => harness.plane.revokedTokens.length > 0);
    expect(harness.plane.revokedTokens).toEqual([GIT_TOKEN]);
    expect([...session.violations, ...harness.plane.violations, ...harness.model.violations]).toEqual([]);
    runner.child.kill('SIGTERM');
    expect(await runner.exited).toBe(0);
    expect(harness.leftBehind()).toEqual([]);
  });
});
