import { type TaskView, taskViewSchema } from '../protocol/task.ts';
import { isTerminal } from '../protocol/task-state.ts';
import { cancelTask, stopTask } from './cancel-task.ts';
import { type ControlPlane, createControlPlane } from './control-plane.ts';
import { failsStep } from './end-states.ts';
import { followSession, LostStreamError } from './follow-session.ts';
import { followTask, type TaskEnd } from './follow-task.ts';
import type { Host } from './host.ts';
import { type Inputs, readInputs } from './inputs.ts';
import { KeyHolder, NoKeyError } from './key-holder.ts';
import { neutralLine } from './neutral-text.ts';
import { type OpenJobRunner, openJobRunner } from './open-job-runner.ts';
import { planStart, type Start } from './plan-start.ts';
import { describeFailure } from './send-request.ts';
import { type StartedTask, startTask } from './start-task.ts';
import { line } from './step-output.ts';
import { readRun, type WorkflowRun } from './workflow-run.ts';
import { writeSummary } from './write-summary.ts';

/** How the step ended; `failed` says why, for people. */
export type StepEnd = { status: 'ok' } | { status: 'failed'; message: string };

/** The main step: makes a task, shows it, and ends as it ends. */
export async function runStep(host: Host): Promise<StepEnd> {
  const read = readInputs(host.input);
  const run = readRun(host.env, await host.payload());
  const mistakes = [read, run].flatMap((each) => (each.status === 'mistaken' ? each.mistakes : []));
  if (read.status === 'mistaken' || run.status === 'mistaken') return mistaken(mistakes);
  host.saveState('started', 'yes');
  try {
    return await withInputs(host, read.inputs, run.run);
  } catch (error) {
    if (error instanceof NoKeyError || error instanceof LostStreamError) return failed(error.message);
    throw error;
  }
}

/** The deployment, with this job's key. Its calls go on when the workflow is cancelled, which has the task cancelled. */
export function planeOf(host: Host, { url, key }: Pick<Inputs, 'url' | 'key'>): ControlPlane {
  const deps = { fetch: host.fetch, random: host.random, signal: new AbortController().signal };
  const { idToken, hide, now } = host;
  return createControlPlane(url, new KeyHolder({ ...deps, url, given: key, idToken, hide, now }), deps);
}

async function withInputs(host: Host, inputs: Inputs, run: WorkflowRun): Promise<StepEnd> {
  const plan = planStart(inputs, run);
  if (plan.status === 'mistaken') return mistaken(plan.mistakes);
  const plane = planeOf(host, inputs);
  if (inputs.runner.type === 'self-hosted') return doTask(host, inputs, plane, plan.start, run, null);
  const opened = await openJobRunner(host, plane, inputs.runner);
  if (opened.status === 'failed') return failed(opened.message);
  try {
    const own = planStart(inputs, run, [opened.runner.label]);
    if (own.status === 'mistaken') return mistaken(own.mistakes);
    return await doTask(host, inputs, plane, own.start, run, opened.runner);
  } finally {
    await opened.runner.close();
  }
}

async function doTask(
  host: Host,
  inputs: Inputs,
  plane: ControlPlane,
  start: Start,
  run: WorkflowRun,
  runner: OpenJobRunner | null,
): Promise<StepEnd> {
  const started = await startTask(plane, start, run.stepKey);
  if (!started.ok) return failed(`No task was made: ${describeFailure(started.failure)}`);
  const { task } = started.value;
  const url = `${inputs.url}/sessions/${task.sessionId}`;
  host.saveState('task', task.id);
  host.output('session-id', task.sessionId);
  host.output('task-id', task.id);
  host.output('url', url);
  host.write(line(`Task ${task.id}: ${url}`));
  if (!inputs.wait) {
    host.output('status', task.state);
    host.saveState('settled', 'not waited for');
    return { status: 'ok' };
  }
  const end = await follow(host, inputs, plane, started.value, runner);
  if (end.how === 'cut') return cancelled(host, plane, task.id, runner);
  // Nobody is there any more who could go on with it; somewhere else it can be resumed.
  if (end.how === 'left' && runner !== null) host.write(line(await stopTask(plane, task.id, NOBODY_CAME)));
  host.saveState('settled', end.how);
  return conclude(host, inputs, plane, { task, url, end });
}

const NOBODY_CAME = 'Nobody came in the time that the workflow waits, and its runner ends.';

function follow(
  host: Host,
  inputs: Inputs,
  plane: ControlPlane,
  started: StartedTask,
  runner: OpenJobRunner | null,
): Promise<TaskEnd> {
  const { sessionId, id: taskId } = started.task;
  const signal = runner === null ? host.cancelled : AbortSignal.any([host.cancelled, runner.died]);
  const events = followSession(inputs.url, sessionId, started.afterEvent, {
    fetch: host.fetch,
    random: host.random,
    now: host.now,
    keys: plane.keys,
    signal,
    onTrouble: (message) => host.write(line(neutralLine(`The stream broke off: ${message}`, 1_000))),
  });
  const { waitForPersonMs } = inputs;
  return followTask({ events, taskId, waitForPersonMs, write: host.write, signal });
}

async function cancelled(
  host: Host,
  plane: ControlPlane,
  taskId: string,
  runner: OpenJobRunner | null,
): Promise<StepEnd> {
  const isDead = runner?.died.aborted === true && !host.cancelled.aborted;
  const why = isDead ? 'The runner inside the job ended.' : 'The workflow was cancelled.';
  host.write(line(why));
  for (const said of isDead ? runner.lastLines() : []) host.write(line(neutralLine(said, 1_000)));
  const { done, said } = await cancelTask(plane, taskId, why);
  host.write(line(neutralLine(said, 1_000)));
  // Where it goes on, the post step tries again.
  if (done) {
    host.output('status', 'cancelled');
    host.saveState('settled', 'cancelled');
  }
  return failed(`${why} ${said}`);
}

type Ended = { task: TaskView; url: string; end: TaskEnd };

/** Outputs, the summary, and whether the step fails. */
async function conclude(host: Host, { failOn }: Inputs, plane: ControlPlane, ended: Ended): Promise<StepEnd> {
  const { url, end } = ended;
  const taskId = ended.task.id;
  const last = await plane.call('GET /api/tasks/{taskId}', { params: { taskId } }, taskViewSchema);
  if (!last.ok) return failed(`How the task ended can't be read: ${describeFailure(last.failure)}`);
  const task = last.value;
  host.output('status', task.state);
  host.output('pr-url', task.pullRequest?.url ?? '');
  host.output('pr-number', String(task.pullRequest?.number ?? ''));
  host.output('branch', task.commitSha === null ? '' : (task.branch ?? ''));
  host.output('commit', task.commitSha ?? '');
  host.output('cost-usd', String(task.usage.costUsd));
  host.output('summary', task.summary ?? '');
  host.output('structured-output', task.structuredOutput ?? '');
  await host.summary(writeSummary({ task, seen: end.seen, url, failOn, nowMs: host.now() }));
  if (!failsStep(task.state, failOn)) return { status: 'ok' };
  const why = task.failure === null ? '' : ` ${task.failure.message} ${task.failure.remedy}`;
  const waits = isTerminal(task.state) ? '' : ' It waits for a person there.';
  return failed(`The task is ${task.state}.${why}${waits} ${url}`);
}

const failed = (message: string): StepEnd => ({ status: 'failed', message });

function mistaken(mistakes: readonly string[]): StepEnd {
  return failed(
    ['The inputs of this step are not right:', ...mistakes.map((each) => `- ${each}`)].join('\n'),
  );
}
