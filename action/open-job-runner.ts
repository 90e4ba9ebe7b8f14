import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ControlPlane } from './control-plane.ts';
import { findClaude } from './find-claude.ts';
import type { Host, JobRunnerInputs } from './host.ts';
import { JobRunnerError, type RunningJobRunner, startJobRunner } from './job-runner.ts';
import { PrepareError, prepareRunner } from './prepare-runner.ts';
import { type JobRunner, registerJobRunner, renewJobRunner } from './register-job-runner.ts';
import { npmEnvironment, runnerEnvironment } from './runner-environment.ts';
import { describeFailure } from './send-request.ts';
import { line } from './step-output.ts';

/** A key is renewed five minutes before its end; the runner right after that. */
const RENEW_BEFORE_MS = 4 * 60_000;

/** Of a renewal that failed, as long as the runner lives. */
const RENEW_RETRY_MS = 30_000;

export type OpenJobRunner = Pick<RunningJobRunner, 'died' | 'lastLines'> & {
  /** The label by which the task finds it. */
  label: string;
  close(): Promise<void>;
};

export type OpenedJobRunner =
  | { status: 'open'; runner: OpenJobRunner }
  | { status: 'failed'; message: string };

/** Has this job's own runner connected, in a folder that goes with it. */
export async function openJobRunner(
  host: Host,
  plane: ControlPlane,
  { claudePath, passEnvironment }: JobRunnerInputs,
): Promise<OpenedJobRunner> {
  const { env, fetch, random, hide, write, bundleDir } = host;
  const claude = findClaude(claudePath, env.PATH ?? '');
  if (claude.status === 'missing') return { status: 'failed', message: claude.message };
  const folder = await mkdtemp(join(env.RUNNER_TEMP ?? tmpdir(), 'signalbox-'));
  const remove = () => rm(folder, { recursive: true, force: true, maxRetries: 3 });
  const failed = async (message: string): Promise<OpenedJobRunner> => {
    await remove();
    return { status: 'failed', message };
  };
  const dataDir = join(folder, 'data');
  await mkdir(dataDir);
  const settings = { url: plane.url, dataDir, claudePath: claude.path, passEnvironment };
  const environment = (credential: string, label: string) =>
    runnerEnvironment(env, { ...settings, credential, label });
  try {
    write(line('Preparing the runner inside this job.'));
    const npm = npmEnvironment(env, environment('', ''));
    const program = await prepareRunner({ bundleDir, folder, withClaude: claude.path === null, env: npm });
    const deps = { fetch, random, hide, signal: new AbortController().signal };
    const registered = await registerJobRunner(plane, deps);
    if (!registered.ok)
      return await failed(`No runner could be registered: ${describeFailure(registered.failure)}`);
    const { credential, label } = registered.value;
    const running = await startJobRunner(program, environment(credential, label));
    write(line('The runner inside this job is connected.'));
    const stopRenewing = keepAlive(host, plane, registered.value);
    const close = async () => {
      stopRenewing();
      await running.stop(host.cancelled.aborted);
      await remove();
    };
    return { status: 'open', runner: { label, died: running.died, lastLines: running.lastLines, close } };
  } catch (error) {
    if (error instanceof PrepareError || error instanceof JobRunnerError) return failed(error.message);
    await remove();
    throw error;
  }
}

/** The runner ends with the key that registered it: tasks that take longer renew it in time. */
function keepAlive({ now, write }: Host, plane: ControlPlane, { id, expiresAt }: JobRunner): () => void {
  let timer: NodeJS.Timeout;
  const renewAt = (atMs: number) => {
    timer = setTimeout(() => void renew(), Math.max(0, atMs - now()));
    timer.unref();
  };
  const renew = async () => {
    const renewed = await renewJobRunner(plane, id).catch(() => null);
    if (renewed?.ok === true) return renewAt(renewed.value - RENEW_BEFORE_MS);
    write(line('The runner inside this job could not be renewed; trying again.'));
    renewAt(now() + RENEW_RETRY_MS);
  };
  renewAt(expiresAt - RENEW_BEFORE_MS);
  return () => clearTimeout(timer);
}
