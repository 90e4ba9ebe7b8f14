import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Job } from '../../protocol/job.ts';
import type { TaskOptionsInput } from '../../protocol/task-options.ts';
import type { RunnerHarness } from '../testing/runner-harness.ts';
import { createRunnerHarness } from '../testing/runner-harness.ts';
import type { RunnerProcess } from '../testing/start-runner-process.ts';
import { waitFor } from '../testing/wait-for.ts';

/** One runner for all: each job has a session and a branch of its own. */
let harness: RunnerHarness;
let runner: RunnerProcess;
beforeAll(async () => {
  harness = await createRunnerHarness();
  runner = await harness.connect();
});
afterEach(async () => {
  harness.plane.approves = true;
  await harness.endJobs();
});
afterAll(() => harness?.close());

const assign = (request: string, options?: TaskOptionsInput) => harness.assign(request, options);
const settle = (config: unknown) => harness.settle(config);

const rounds = (job: Job) =>
  harness
    .session(job)
    .events()
    .filter((event) => event.type === 'gates.finished');
const roundsAre = (job: Job, count: number) =>
  waitFor(`round ${count} of gates`, () => rounds(job).length >= count, 60_000);
const outcome = (job: Job) => harness.session(job).find('job.finished')?.outcome;

/** Passes once Claude wrote good.txt, and says how, in words that the scripted model obeys. */
const MENDABLE = { name: 'good', command: "test -f good.txt || { echo '[[write:good.txt|ok]]'; exit 1; }" };
const WANTING = { name: 'good', command: 'test -f good.txt' };
const HOPELESS = { name: 'never', command: 'echo no way; exit 1' };

describe('gates of the base branch', () => {
  it('hand their output to Claude, which tries again, and let pass what it mended', async () => {
    settle({ gates: { checks: [MENDABLE] } });
    const job = assign('[[write:b.txt|b]]');
    await harness.stored(job, 'job.finished');
    expect(rounds(job)).toMatchObject([{ passed: false, retry: 1 }, { passed: true }]);
    expect(outcome(job)).toMatchObject({ type: 'published' });
    expect(harness.git('show', `refs/heads/${job.branch}:good.txt`)).toBe('ok');
    const live = harness.session(job).find('gate.output');
    expect(live).toMatchObject({ name: 'good', text: expect.stringContaining('good.txt') });
    expect(harness.session(job).violations).toEqual([]);
  });

  it('are those of the base branch, whatever the work says', async () => {
    settle({ gates: { checks: [HOPELESS], retries: 0 } });
    const job = assign('[[write:.github/signalbox.yml|{}]]');
    await roundsAre(job, 1);
    expect(rounds(job)).toMatchObject([{ passed: false }]);
  });

  it('end Claude’s tries at the limit and wait for a person, over a restart of the runner', async () => {
    settle({ gates: { checks: [HOPELESS], retries: 1 } });
    const job = assign('[[write:b.txt|b]]');
    await roundsAre(job, 2);
    expect(rounds(job)).toMatchObject([{ passed: false, retry: 1 }, { passed: false }]);
    expect(rounds(job)[1]?.retry).toBeUndefined();
    const asked = harness.model.requests.length;
    await runner.kill();
    runner = await harness.connect();
    await roundsAre(job, 3);
    expect(rounds(job)[2]?.retry).toBeUndefined();
    expect(harness.model.requests.length).toBe(asked);

    const tree = harness.session(job).find('work.captured')?.tree ?? '';
    harness.session(job).command({ type: 'override_gates', tree, by: 'ada' });
    await harness.stored(job, 'gates.overridden');
    harness.plane.approve(job.taskId);
    await harness.stored(job, 'job.finished');
    expect(outcome(job)).toMatchObject({ type: 'published', tree });
  });

  it('let pass again what was let pass before the runner was lost', async () => {
    settle({ gates: { checks: [HOPELESS], retries: 0 } });
    harness.plane.approves = false;
    const job = assign('[[write:b.txt|b]]');
    await roundsAre(job, 1);
    const tree = harness.session(job).find('work.captured')?.tree ?? '';
    harness.session(job).command({ type: 'override_gates', tree: 'f'.repeat(40), by: 'eve' });
    harness.session(job).command({ type: 'override_gates', tree, by: 'ada' });
    await harness.stored(job, 'gates.overridden');
    expect(harness.session(job).find('gates.overridden')).toMatchObject({ tree, by: 'ada' });
    await runner.kill();
    harness.plane.approves = true;
    runner = await harness.connect();
    await harness.stored(job, 'job.finished');
    expect(rounds(job).at(-1)).toMatchObject({ passed: true, results: [] });
    expect(outcome(job)).toMatchObject({ type: 'published' });
  });

  it('run again by themselves, or with what a person says to Claude, who has it even after a restart', async () => {
    settle({ gates: { checks: [WANTING], retries: 0 } });
    const job = assign('[[write:b.txt|b]]');
    await roundsAre(job, 1);
    harness.session(job).command({ type: 'retry_gates', how: 'gates', note: null, by: 'ada' });
    await roundsAre(job, 2);
    expect(rounds(job)).toMatchObject([{ passed: false }, { passed: false }]);
    await runner.kill();
    const note = '[[write:good.txt|noted]]';
    const id = harness.session(job).command({ type: 'retry_gates', how: 'claude', note, by: 'ada' });
    runner = await harness.connect();
    await harness.stored(job, 'job.finished');
    expect(outcome(job)).toMatchObject({ type: 'published' });
    expect(harness.git('show', `refs/heads/${job.branch}:good.txt`)).toBe('noted');
    expect(harness.session(job).events()).toContainEqual({ type: 'command.taken', commandId: id });
  });

  it('are ended with the job', async () => {
    settle({ gates: { checks: [{ name: 'slow', command: 'echo begun; sleep 300' }] } });
    const job = assign('[[write:b.txt|b]]');
    await harness.stored(job, 'gate.output');
    harness.session(job).command({ type: 'stop', reason: 'enough' });
    await harness.stored(job, 'job.finished');
    expect(outcome(job)).toMatchObject({ type: 'stopped', rescueRef: expect.any(String) });
    expect(rounds(job)).toEqual([]);
  });

  it('do not let a secret leave, and never say it', async () => {
    settle({ gates: { retries: 0 } });
    const secret = `ghp_${'a1B2c3D4e5'.repeat(4)}`;
    const job = assign(`[[write:src/key.ts|export const key = "${secret}";]]`);
    await roundsAre(job, 1);
    expect(harness.session(job).find('gate.finished')?.gate).toMatchObject({
      name: 'secrets',
      status: 'failed',
      annotations: [{ path: 'src/key.ts', line: 1 }],
    });
    expect(JSON.stringify(harness.session(job).log)).not.toContain(secret);
  });
});

describe('the test phase', () => {
  it('has Claude write tests first, and runs them apart from those that were there', async () => {
    settle({ tests: { command: 'echo tests:' } });
    const job = assign('[[write:src/a.test.ts|test]]', { tests: true });
    await harness.stored(job, 'job.finished');
    const session = harness.session(job);
    expect(session.find('tests.written')).toMatchObject({ files: ['src/a.test.ts'] });
    const gates = session
      .events()
      .flatMap((event) => (event.type === 'gate.finished' ? [event.gate] : []))
      .map(({ kind, status, output }) => [kind, status, output.text.trim()]);
    expect(gates).toEqual([
      ['built_in', 'passed', ''],
      ['generated_tests', 'passed', 'tests: src/a.test.ts'],
      ['regression_tests', 'passed', 'tests:'],
    ]);
    const turns = session.events().filter((event) => event.type === 'claude.turn_ended');
    expect(turns).toHaveLength(2);
  });
});
