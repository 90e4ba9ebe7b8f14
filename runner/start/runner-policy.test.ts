import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { RunnerHarness } from '../testing/runner-harness.ts';
import { createRunnerHarness } from '../testing/runner-harness.ts';
import { waitFor } from '../testing/wait-for.ts';

let harness: RunnerHarness;
beforeEach(async () => {
  harness = await createRunnerHarness();
});
afterEach(async () => {
  await harness.close();
});

/** Starts a runner whose owner has written this policy. */
async function startWith(policy: string) {
  const path = join(harness.root, 'policy.yml');
  writeFileSync(path, policy);
  const runner = harness.startRunner({ SIGNALBOX_POLICY: path });
  await waitFor('the runner to connect', () => harness.plane.hellos.length > 0);
  return runner;
}

const gitHost = () => new URL(harness.gitServer.url).host;

function noticesOf(job: Parameters<RunnerHarness['session']>[0]): string[] {
  const events = harness.session(job).events();
  return events.flatMap((event) => (event.type === 'notice' ? [event.text] : []));
}

describe('whatever the control plane signs', () => {
  it('work on another repository is declined, and nothing of it begins', async () => {
    await startWith('repositories: [acme/web]\n');
    const job = harness.job('[[write:b.txt|b]]');
    harness.plane.assign(job);
    const declined = await waitFor('the answer', () =>
      harness.plane.frames.find((frame) => frame.type === 'decline'),
    );
    expect(declined).toMatchObject({
      taskId: job.taskId,
      reason: 'policy',
      message: "This runner's policy allows the repositories acme/web, not acme/app.",
    });
    expect(harness.session(job).connections).toBe(0);
    expect(harness.plane.tokenRequests).toEqual([]);
  });

  it('a budget is lowered to what the owner allows, and people are told', async () => {
    await startWith(`repositories: [acme/*]\ngitHosts: ["${gitHost()}"]\nlimits: { turns: 2 }\n`);
    const job = harness.job('[[loop:5]]');
    harness.plane.assign({ ...job, options: { ...job.options, maxTurns: 500 } });
    await harness.stored(job, 'job.finished');
    expect(harness.session(job).find('job.finished')?.outcome).toMatchObject({
      type: 'exhausted',
      limit: 'turns',
    });
    expect(noticesOf(job)).toContain("This runner's policy limits this task to 2 turns instead of 500.");
  });

  it('nothing is pushed where no push is allowed: no token is asked for, and the work is kept', async () => {
    await startWith('pushes: false\n');
    const job = harness.job('[[write:b.txt|b]]');
    harness.plane.assign(job);
    await harness.stored(job, 'job.finished');
    const outcome = harness.session(job).find('job.finished')?.outcome;
    expect(outcome).toMatchObject({
      type: 'failed',
      failure: { kind: 'policy', message: expect.stringContaining('no pushes') },
      rescueRef: expect.stringMatching(/^refs\/signalbox\/rescue\//),
    });
    expect(harness.plane.tokenRequests.map(({ access }) => access)).toEqual(['read']);
    expect(harness.git('for-each-ref', '--format=%(refname)', 'refs/heads/signalbox')).toBe('');
  });

  it('a tool that the owner denies is not there, also one that Claude may use unasked', async () => {
    await startWith('tools: { deny: [Bash, Read] }\n');
    const job = harness.job('[[write:b.txt|b]]');
    harness.plane.assign(job);
    await harness.stored(job, 'job.finished');
    const offered = new Set(
      harness.model.requests.flatMap(({ body }) => (body?.tools ?? []).map(({ name }) => name)),
    );
    expect(offered).toContain('Write');
    expect(offered).not.toContain('Bash');
    expect(offered).not.toContain('Read');
  });

  it('a message does not reach Claude where follow-ups are not allowed, and is not asked for again', async () => {
    await startWith('followUps: false\n');
    const job = harness.job('[[loop:3]]');
    harness.model.hold('loop-1');
    harness.plane.assign(job);
    await harness.model.reached('loop-1');
    const id = harness
      .session(job)
      .command({ type: 'message', messageId: 'm1', author: 'mallory', text: 'and now something else' });
    await harness.stored(job, 'command.taken');
    harness.model.release('loop-1');
    await harness.stored(job, 'job.finished');
    expect(harness.session(job).find('command.taken')).toEqual({ type: 'command.taken', commandId: id });
    expect(noticesOf(job)).toContain("This runner's policy allows no messages to a running task.");
    expect(harness.session(job).find('claude.turn_ended')?.text.text).not.toContain('something else');
  });
});

it('a policy that can not be understood lets nothing run', async () => {
  const path = join(harness.root, 'policy.yml');
  writeFileSync(path, 'repositorys: [acme/*]\n');
  const runner = harness.startRunner({ SIGNALBOX_POLICY: path });
  expect(await runner.exited).toBe(2);
  expect(runner.log()).toContain('repositorys');
  expect(harness.plane.hellos).toEqual([]);
});
