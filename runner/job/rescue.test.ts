import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { Job } from '../../protocol/job.ts';
import { taskOptionsSchema } from '../../protocol/task-options.ts';
import { git } from '../git/testing/make-repository.ts';
import { createRunnerHarness, type RunnerHarness } from '../testing/runner-harness.ts';
import type { RunnerProcess } from '../testing/start-runner-process.ts';
import { waitFor } from '../testing/wait-for.ts';

/** Claude has done something and works on. */
const REQUEST = '[[bash:echo work > kept.txt; for i in $(seq 3000); do sleep 0.1; done]]';
const LIMIT_MS = 60_000;

/** Two starts of a runner and one of Claude, on a machine that does other work as well. */
vi.setConfig({ testTimeout: 3 * LIMIT_MS });

let harness: RunnerHarness;
let runner: RunnerProcess;
beforeEach(async () => {
  harness = await createRunnerHarness();
});
afterEach(() => harness.close());

/** Starts a job and waits until there is something to lose. */
async function begin(request = REQUEST, over: Partial<Job> = {}): Promise<Job> {
  runner = harness.startRunner();
  const { plane, dataDir } = harness;
  await waitFor('the runner is connected', () => plane.isConnected, LIMIT_MS);
  const job = harness.job(request, over);
  plane.assign(job);
  const file = join(dataDir, 'worktrees', job.sessionId, 'app', 'kept.txt');
  await waitFor('Claude has written a file', () => existsSync(file), LIMIT_MS);
  return job;
}

const fileIn = (ref: string): string =>
  git(join(harness.dataDir, 'mirrors', '4711.git'), 'show', `${ref}:kept.txt`);

const ONE_TURN = { options: taskOptionsSchema.parse({ maxTurns: 1 }) };

it.each([
  ['cancelled', REQUEST, {}, (job: Job) => harness.session(job).command({ type: 'cancel', reason: 'no' })],
  ['stopped', REQUEST, {}, (job: Job) => harness.session(job).command({ type: 'stop', reason: 'later' })],
  ['interrupted', REQUEST, {}, () => runner.child.kill('SIGTERM')],
  ['exhausted', '[[bash:echo work > kept.txt]]', ONE_TURN, () => {}],
] as const)(
  'work of a job that is %s is kept under its ref, which its last event names',
  async (type, request, over, end) => {
    const job = await begin(request, over);
    end(job);
    await harness.stored(job, 'job.finished');
    const { outcome } = harness.session(job).find('job.finished') ?? {};
    const rescue = harness.session(job).find('rescue.made');
    expect(outcome).toMatchObject({ type, rescueRef: rescue?.ref });
    expect(fileIn(rescue?.ref ?? '')).toBe('work');
    await waitFor('the state is stored', () => harness.plane.checkpoint, LIMIT_MS);
    expect(harness.plane.checkpoint?.header).toMatchObject({ taskId: job.taskId, epoch: 1 });
  },
);

it('keeps the work of a lease that is gone, and says where although it may write to the log no more', async () => {
  const job = await begin();
  harness.plane.leases.delete(job.taskId);
  harness.plane.send({ type: 'revoke', taskId: job.taskId, epoch: 1, reason: 'It was given away.' });
  const [rescue] = await waitFor('the rescue is told', () => nonEmpty(harness.plane.rescues), LIMIT_MS);
  expect(rescue).toMatchObject({ taskId: job.taskId, epoch: 1 });
  expect(fileIn(rescue?.ref ?? '')).toBe('work');
  expect(harness.session(job).find('job.finished')).toBeUndefined();
});

it('keeps what a crash left of a job that somebody else has when the runner is back', async () => {
  const job = await begin();
  await runner.kill();
  harness.plane.leases.delete(job.taskId);
  harness.startRunner();
  const [rescue] = await waitFor('the rescue is told', () => nonEmpty(harness.plane.rescues), LIMIT_MS);
  expect(rescue).toMatchObject({ taskId: job.taskId, epoch: 1 });
  expect(fileIn(rescue?.ref ?? '')).toBe('work');
});

function nonEmpty<T>(list: readonly T[]): readonly T[] | undefined {
  return list.length === 0 ? undefined : list;
}
