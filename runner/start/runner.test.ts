import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { findExecutable } from '../claude/find-executable.ts';
import type { RunnerHarness } from '../testing/runner-harness.ts';
import { createRunnerHarness, GIT_TOKEN } from '../testing/runner-harness.ts';
import { waitFor } from '../testing/wait-for.ts';

let harness: RunnerHarness;

describe('a job', () => {
  beforeEach(async () => {
    harness = await createRunnerHarness();
  });
  afterEach(() => harness.close());

  const start = (env?: Record<string, string>) => harness.connect(env);

  it('goes from its assignment to a pushed commit, each fact told once and in order', async () => {
    const runner = await start();
    const job = harness.job('Please mend it: [[fix-bug:src/a.txt]]');
    harness.plane.assign(job);
    await harness.stored(job, 'job.finished');
    const session = harness.session(job);
    const sha = harness.git('rev-parse', 'refs/heads/signalbox/issue-1');
    const tree = harness.git('rev-parse', `${sha}^{tree}`);
    expect(session.find('job.finished')?.outcome).toEqual({
      type: 'published',
      branch: 'signalbox/issue-1',
      sha,
      tree,
    });
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
    expect(runner.log()).not.toContain(GIT_TOKEN);
  });

  it('says what is missing when Claude Code is not installed, and works once it is', async () => {
    const path = join(harness.root, 'claude');
    await start({ CLAUDE_CODE_PATH: path });
    const first = harness.job('[[say:hello]]');
    harness.plane.assign(first);
    await harness.stored(first, 'job.finished');
    expect(harness.session(first).find('job.finished')?.outcome).toMatchObject({
      type: 'failed',
      failure: { kind: 'not_installed', remedy: expect.stringContaining('CLAUDE_CODE_PATH') },
    });
    symlinkSync(findExecutable(null), path);
    const second = harness.job('[[say:hello]]');
    harness.plane.assign(second);
    await harness.stored(second, 'job.finished');
    expect(harness.session(second).find('job.finished')?.outcome).toEqual({ type: 'unchanged' });
  });

  it('says how to log in when Claude Code is not', async () => {
    await start({ ANTHROPIC_API_KEY: '' });
    const job = harness.job('[[say:hello]]');
    harness.plane.assign(job);
    await harness.stored(job, 'job.finished');
    expect(harness.session(job).find('job.finished')?.outcome).toMatchObject({
      type: 'failed',
      failure: { kind: 'not_logged_in' },
    });
  });

  it('keeps work in a local folder where it is', async () => {
    const folder = join(harness.root, 'my-project');
    mkdirSync(folder);
    writeFileSync(join(folder, 'a.txt'), 'wrong\n');
    await start({ SIGNALBOX_FOLDERS: harness.root });
    const job = harness.job('[[fix-bug:a.txt]]', {
      workspace: { type: 'local', path: folder },
      branch: null,
    });
    harness.plane.assign(job);
    await harness.stored(job, 'job.finished');
    expect(harness.session(job).find('job.finished')?.outcome).toEqual({ type: 'kept', branch: null });
    expect(readFileSync(join(folder, 'a.txt'), 'utf8')).toBe('fixed\n');
    expect(harness.plane.tokenRequests).toEqual([]);
  });

  it('is declined where the folder is not one that this runner works in', async () => {
    await start({ SIGNALBOX_FOLDERS: join(harness.root, 'allowed') });
    const path = join(harness.root, 'allowed-not');
    const job = harness.job('[[say:x]]', { workspace: { type: 'local', path }, branch: null });
    harness.plane.assign(job);
    const declined = await waitFor('the answer', () =>
      harness.plane.frames.find((frame) => frame.type === 'decline'),
    );
    expect(declined).toMatchObject({ taskId: job.taskId, epoch: 1, reason: 'policy' });
  });

  it('gives its lease back when its session refuses the epoch that the Fleet gave', async () => {
    await start();
    const job = harness.job('Please mend it: [[say:hello]]');
    harness.session(job).currentEpoch = 2;
    harness.plane.assign(job);
    const declined = await waitFor('the answer', () =>
      harness.plane.frames.find((frame) => frame.type === 'decline'),
    );
    expect(declined).toMatchObject({ taskId: job.taskId, epoch: 1, reason: 'full' });
    expect(harness.session(job).log).toEqual([]);
  });

  it('is declined when all places are taken', async () => {
    await start({ SIGNALBOX_CAPACITY: '1' });
    const first = harness.job('[[long-command]]');
    harness.plane.assign(first);
    await harness.stored(first, 'preflight.check');
    const second = harness.job('[[say:x]]');
    harness.plane.assign(second);
    const declined = await waitFor('the answer', () =>
      harness.plane.frames.find((frame) => frame.type === 'decline'),
    );
    expect(declined).toMatchObject({ taskId: second.taskId, reason: 'full' });
    // Metrics come while there is a job, and once the disk was looked at.
    expect(harness.plane.frames.some((frame) => frame.type === 'metrics')).toBe(true);
  });
});

describe('a job of a runner that does many', () => {
  beforeAll(async () => {
    harness = await createRunnerHarness();
    await harness.connect();
  });
  afterEach(async () => {
    harness.plane.approves = true;
    await harness.endJobs();
  });
  afterAll(() => harness?.close());

  it('gives a follow-up to the running turn and takes it only then', async () => {
    harness.model.hold('loop-1');
    const job = harness.assign('[[loop:3]]');
    await harness.model.reached('loop-1');
    const message = { messageId: 'm1', author: 'ada', text: 'mind the gap' };
    const id = harness.session(job).command({ type: 'message', ...message });
    expect(harness.session(job).pendingCommands).toHaveLength(1);
    harness.model.release('loop-1');
    await harness.stored(job, 'job.finished');
    const events = harness.session(job).events();
    expect(events.filter((event) => event.type === 'command.taken')).toContainEqual({
      type: 'command.taken',
      commandId: id,
    });
    expect(harness.session(job).find('claude.turn_ended')?.text.text).toContain('mind the gap');
  });

  it('ends with nothing to push when nothing was changed', async () => {
    const before = harness.plane.tokenRequests.length;
    const job = harness.assign('[[say:All is well.]]');
    await harness.stored(job, 'job.finished');
    expect(harness.session(job).find('job.finished')?.outcome).toEqual({ type: 'unchanged' });
    expect(harness.plane.tokenRequests.slice(before).map(({ access }) => access)).toEqual(['read']);
  });

  it('publishes nothing but the approved tree', async () => {
    harness.plane.approves = false;
    const job = harness.assign('[[write:b.txt|b]]');
    await harness.stored(job, 'gates.finished');
    const session = harness.session(job);
    session.command({ type: 'publish', tree: 'f'.repeat(40) });
    await harness.stored(job, 'notice');
    expect(session.find('notice')).toMatchObject({
      level: 'error',
      text: expect.stringContaining('refused'),
    });
    expect(session.find('commit.made')).toBeUndefined();
    harness.plane.approve(job.taskId);
    await harness.stored(job, 'job.finished');
    expect(session.find('job.finished')?.outcome.type).toBe('published');
  });

  it.each(['cancel', 'stop'] as const)(
    'ends on %s in the middle of a command, keeps the work under a ref, and leaves no process',
    async (type) => {
      const kept = harness.leftBehind();
      const job = harness.assign('[[long-command]]');
      await harness.stored(job, 'claude.tool_use');
      const id = harness.session(job).command({ type, reason: 'not needed any more' });
      await harness.stored(job, 'job.finished');
      const session = harness.session(job);
      const rescueRef = session.find('rescue.made')?.ref;
      expect(session.find('job.finished')?.outcome).toEqual({
        type: type === 'cancel' ? 'cancelled' : 'stopped',
        rescueRef,
      });
      expect(rescueRef).toMatch(/^refs\/signalbox\/rescue\//);
      expect(session.events()).toContainEqual({ type: 'command.taken', commandId: id });
      expect(harness.leftBehind().filter((pid) => !kept.includes(pid))).toEqual([]);
    },
  );

  it('warns and then ends when its time is over', async () => {
    const kept = harness.leftBehind();
    const job = harness.assign('[[long-command]]', { maxMinutes: 0.04 });
    await harness.stored(job, 'job.finished');
    const session = harness.session(job);
    expect(session.find('job.finished')?.outcome).toMatchObject({ type: 'exhausted', limit: 'minutes' });
    expect(session.find('notice')).toMatchObject({
      level: 'warning',
      text: expect.stringContaining('time limit'),
    });
    expect(harness.leftBehind().filter((pid) => !kept.includes(pid))).toEqual([]);
  });

  it('ends when its turns are used up', async () => {
    const job = harness.assign('[[loop:5]]', { maxTurns: 2 });
    await harness.stored(job, 'job.finished');
    expect(harness.session(job).find('job.finished')?.outcome).toMatchObject({
      type: 'exhausted',
      limit: 'turns',
    });
  });
});
