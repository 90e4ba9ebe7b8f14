import { existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Job } from '../../protocol/job.ts';
import type { RunnerHarness } from '../testing/runner-harness.ts';
import { createRunnerHarness } from '../testing/runner-harness.ts';
import type { RunnerProcess } from '../testing/start-runner-process.ts';
import { waitFor } from '../testing/wait-for.ts';

let harness: RunnerHarness;

/** Each test of a group has a runner's folder, and what is around it, for itself. */
function isolated(): void {
  beforeEach(async () => {
    harness = await createRunnerHarness();
  });
  afterEach(() => harness.close());
}

const start = (env?: Record<string, string>) => harness.connect(env);

/** Each event of the log once, and the numbers of each epoch without a hole. */
function expectWholeLog(job: Job): void {
  const { log, violations } = harness.session(job);
  const next = new Map<number, number>();
  for (const { epoch, seq } of log) {
    expect(seq).toBe((next.get(epoch) ?? 0) + 1);
    next.set(epoch, seq);
  }
  expect(violations).toEqual([]);
}

const readJournal = (path: string) => readFileSync(path, 'utf8');

const commandsRun = (job: Job) =>
  harness
    .session(job)
    .events()
    .filter((event) => event.type === 'claude.tool_use').length;

describe('a runner that was killed', () => {
  isolated();

  it('ends its orphans, goes on with the job where it was, and neither loses nor repeats an event', async () => {
    const first = await start();
    const job = harness.job('[[bash:echo begun >> log.txt; for i in $(seq 60); do sleep 0.1; done]]');
    harness.plane.assign(job);
    const written = join(harness.dataDir, 'worktrees', job.sessionId, 'app', 'log.txt');
    await waitFor('the command to begin', () => existsSync(written));
    await first.kill();
    const orphans = harness.leftBehind();
    expect(orphans.length).toBeGreaterThan(0);

    await start();
    await harness.stored(job, 'job.finished');
    expect(harness.plane.hellos.at(-1)?.jobs).toEqual([
      { taskId: job.taskId, epoch: 1, phase: 'interrupted' },
    ]);
    expectWholeLog(job);
    expect(harness.leftBehind().filter((pid) => orphans.includes(pid))).toEqual([]);
    const session = harness.session(job);
    expect(session.find('claude.started')).toMatchObject({ resumed: true });
    expect(session.find('job.finished')?.outcome).toMatchObject({ type: 'published' });
    // The command was not run a second time.
    expect(commandsRun(job)).toBe(1);
    expect(harness.git('show', 'refs/heads/signalbox/issue-1:log.txt')).toBe('begun');
    const asked = JSON.stringify(harness.model.requests.at(-1)?.body);
    expect(asked).toContain('You were interrupted');
  });

  it('holds no job any more that its new life declines', async () => {
    const path = join(harness.root, 'folder');
    mkdirSync(path);
    const first = await start({ SIGNALBOX_FOLDERS: path });
    const job = harness.job('[[long-command]]', { workspace: { type: 'local', path }, branch: null });
    harness.plane.assign(job);
    await harness.stored(job, 'claude.started');
    await first.kill();

    await start({ SIGNALBOX_FOLDERS: join(harness.root, 'another') });
    const record = join(harness.dataDir, 'jobs', job.taskId, 'job.json');
    await waitFor('the job to be parked', () => JSON.parse(readFileSync(record, 'utf8')).state === 'parked');
    expect(harness.plane.frames.find((frame) => frame.type === 'decline')).toMatchObject({
      taskId: job.taskId,
      reason: 'policy',
    });
  });

  it('sends what the control plane had not stored', async () => {
    const first = await start();
    const job = harness.job('[[long-command]]');
    harness.session(job).fault = () => 'cut_before';
    harness.plane.assign(job);
    const journal = join(harness.dataDir, 'jobs', job.taskId, '1.ndjson');
    await waitFor('a connection', () => harness.session(job).connections > 2);
    await waitFor('the journal', () => existsSync(journal));
    await first.kill();
    harness.session(job).fault = () => 'none';
    await start();
    await waitFor('both epochs', () => harness.session(job).lastSeq(2) > 0);
    expectWholeLog(job);
    expect(harness.session(job).lastSeq(1)).toBeGreaterThan(3);
  });

  it('does not let Claude work again when the work was done, and pushes the same commit once', async () => {
    const first = await start();
    const job = harness.job('[[write:b.txt|b]]');
    harness.plane.approves = false;
    harness.plane.assign(job);
    await harness.stored(job, 'gates.finished');
    await first.kill();
    harness.plane.approves = true;
    const asked = harness.model.requests.length;
    await start();
    await harness.stored(job, 'job.finished');
    expectWholeLog(job);
    expect(harness.session(job).find('job.finished')?.outcome.type).toBe('published');
    expect(harness.model.requests.length).toBe(asked);
    expect(harness.git('rev-list', '--count', 'main..refs/heads/signalbox/issue-1')).toBe('1');
  });

  it('gives a job up that brings it down again and again', async () => {
    const job = harness.job('[[long-command]]');
    for (let life = 1; life <= 3; life++) {
      const runner = await start();
      if (life === 1) harness.plane.assign(job);
      await waitFor('Claude to work', () =>
        harness
          .session(job)
          .events(life)
          .some((e) => e.type === 'claude.started'),
      );
      await runner.kill();
    }
    await start();
    await harness.stored(job, 'job.finished');
    expect(harness.session(job).find('job.finished')?.outcome).toMatchObject({
      type: 'failed',
      failure: { kind: 'lost' },
    });
  });
});

describe('a runner that is shut down', () => {
  isolated();

  it('interrupts its jobs, keeps their work, tells it, and exits without leaving a process', async () => {
    const runner = await start();
    const job = harness.job('[[long-command]]');
    harness.plane.assign(job);
    await harness.stored(job, 'claude.tool_use');
    runner.child.kill('SIGTERM');
    expect(await runner.exited).toBe(0);
    const session = harness.session(job);
    expect(session.find('job.finished')?.outcome).toMatchObject({
      type: 'interrupted',
      reason: expect.stringContaining('shut down'),
      rescueRef: session.find('rescue.made')?.ref,
    });
    expect(harness.plane.frames.map((frame) => frame.type)).toContain('drain');
    expect(harness.leftBehind()).toEqual([]);
    expect(existsSync(join(harness.dataDir, 'runner.lock'))).toBe(false);

    // The job comes back: what was done is not forgotten.
    const lease = { ...job };
    await start();
    harness.plane.assign(lease, 2);
    await waitFor('the second attempt', () =>
      session.events(2).find((event) => event.type === 'claude.started'),
    );
    expect(session.find('claude.started')).toMatchObject({ resumed: true });
  });

  it('ends at once on a second signal', async () => {
    const runner = await start();
    const job = harness.job('[[long-command]]');
    harness.plane.assign(job);
    await harness.stored(job, 'claude.tool_use');
    harness.session(job).fault = () => 'lose_ack';
    runner.child.kill('SIGTERM');
    await waitFor('the drain', () => harness.plane.frames.some((frame) => frame.type === 'drain'));
    runner.child.kill('SIGINT');
    expect(await runner.exited).toBe(130);
    expect(harness.leftBehind()).toEqual([]);
  });

  it('takes one job and exits with --once', async () => {
    const hellos = harness.plane.hellos.length;
    const runner = harness.startRunner({}, ['start', '--once']);
    await waitFor('the runner to connect', () => harness.plane.hellos.length > hellos);
    const job = harness.job('[[say:done]]');
    harness.plane.assign(job);
    expect(await runner.exited).toBe(0);
    expect(harness.session(job).find('job.finished')?.outcome).toEqual({ type: 'unchanged' });
    expect(readdirSync(join(harness.dataDir, 'jobs'))).toEqual([]);
  });
});

describe('a runner that lives on', () => {
  let runner: RunnerProcess;
  beforeAll(async () => {
    harness = await createRunnerHarness();
    runner = await start();
  });
  afterEach(() => harness.endJobs());
  afterAll(() => harness?.close());

  it('ends the work of a lease that is revoked without another word', async () => {
    const job = harness.assign('[[long-command]]');
    await harness.stored(job, 'claude.tool_use');
    const before = harness.session(job).log.length;
    harness.plane.leases.delete(job.taskId);
    harness.plane.send({ type: 'revoke', taskId: job.taskId, epoch: 1, reason: 'It was given away.' });
    await waitFor('its processes to end', () => harness.leftBehind().length === 0);
    expect(harness.session(job).log.length).toBe(before);
  });

  it('takes up a job under a new epoch once its old attempt is over', async () => {
    const job = harness.assign('[[bash:for i in $(seq 40); do sleep 0.1; done; echo x > x.txt]]');
    await harness.stored(job, 'claude.tool_use');
    harness.plane.assign(job, 2);
    await harness.stored(job, 'job.finished');
    expectWholeLog(job);
    expect(harness.session(job).log.at(-1)).toMatchObject({ epoch: 2 });
    expect(
      harness
        .session(job)
        .events(2)
        .filter((event) => event.type === 'claude.started'),
    ).toHaveLength(1);
  });

  it('stops no job in an outage: it goes on, and everything arrives afterwards', async () => {
    harness.model.hold('loop-1');
    const job = harness.assign('[[loop:3]]');
    await harness.model.reached('loop-1');
    harness.plane.refuseWith(503);
    for (const socket of harness.session(job).sockets) socket.terminate();
    harness.plane.cutControl(1001);
    harness.model.release('loop-1');
    const path = join(harness.dataDir, 'jobs', job.taskId, '1.ndjson');
    await waitFor('the turn to end meanwhile', () => readJournal(path).includes('"claude.turn_ended"'));
    const hellos = harness.plane.hellos.length;
    harness.plane.refuseWith(null);
    await harness.stored(job, 'job.finished');
    expectWholeLog(job);
    await waitFor('the runner to say hello again', () => harness.plane.hellos.length > hellos);
    const held = { taskId: job.taskId, epoch: 1, phase: 'running' };
    expect(harness.plane.hellos.at(-1)?.jobs).toContainEqual(held);
    expect(runner.child.exitCode).toBeNull();
  });

  it('gets a new ticket when the old one has expired', async () => {
    harness.model.hold('loop-1');
    const job = harness.assign('[[loop:2]]');
    await harness.model.reached('loop-1');
    harness.plane.expireTickets();
    for (const socket of harness.session(job).sockets) socket.terminate();
    harness.model.release('loop-1');
    await harness.stored(job, 'job.finished');
    expect(harness.plane.frames).toContainEqual({ type: 'renew_ticket', taskId: job.taskId, epoch: 1 });
    expectWholeLog(job);
  });
});

describe('a refused runner', () => {
  isolated();

  it('exits and says so when another one uses its folder', async () => {
    await start();
    const second = harness.startRunner();
    expect(await second.exited).toBe(1);
    expect(second.log()).toContain('SIGNALBOX_DATA_DIR');
  });

  it.each([
    [4401, 'Register the runner again'],
    [4409, 'Give each runner a credential of its own'],
    [4426, 'refused this version'],
  ])('exits and says why after a close with %i', async (code, message) => {
    const runner = await start();
    harness.plane.credential = 'another';
    harness.plane.cutControl(code);
    expect(await runner.exited).toBe(1);
    expect(runner.log()).toContain(message);
  });

  it('exits when the control plane speaks a newer protocol', async () => {
    harness.plane.protocol = 999;
    const runner = harness.startRunner();
    expect(await runner.exited).toBe(1);
    expect(runner.log()).toContain('update the runner');
  });
});
