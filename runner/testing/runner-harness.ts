import type { ChildProcess } from 'node:child_process';
import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { ModelEndpoint } from '../../doubles/model/model-endpoint.ts';
import { startModelEndpoint } from '../../doubles/model/model-endpoint.ts';
import type { RunnerEventType } from '../../protocol/events.ts';
import { taskIdOf } from '../../protocol/ids.ts';
import type { Job } from '../../protocol/job.ts';
import { jobSchema } from '../../protocol/job.ts';
import { git, makeOrigin, temporaryFolder } from '../git/testing/make-repository.ts';
import { serveGit } from '../git/testing/serve-git.ts';
import { endProcessTree } from '../process/end-process-tree.ts';
import { findMarkedProcesses } from '../process/find-marked-processes.ts';
import { processRef } from '../process/process-start-time.ts';
import { ControlPlaneDouble, CREDENTIAL } from './control-plane-double.ts';
import type { SessionDouble } from './session-double.ts';
import { waitFor } from './wait-for.ts';

const BIN = fileURLToPath(new URL('../bin.js', import.meta.url));
export const GIT_TOKEN = 'ghs_0123456789abcdef0123456789abcdef0123';

/** A real runner process as a test sees it. */
export type RunnerProcess = {
  child: ChildProcess;
  /** Its log, as it is so far. */
  log(): string;
  /** Resolves with the exit code, null after a kill. */
  exited: Promise<number | null>;
  /** As a crash does: nothing is cleaned up. */
  kill(): Promise<void>;
};

export type RunnerHarness = {
  plane: ControlPlaneDouble;
  model: ModelEndpoint;
  root: string;
  dataDir: string;
  /** The bare repository that is served. */
  bare: string;
  startRunner(env?: Record<string, string>, args?: string[]): RunnerProcess;
  job(request: string, over?: Partial<Job>): Job;
  session(job: Job): SessionDouble;
  /** Resolves when the session has stored an event of this type. */
  stored(job: Job, type: RunnerEventType, count?: number): Promise<void>;
  /** Processes of the runner's folder that still run. */
  leftBehind(): number[];
  git(...args: string[]): string;
  close(): Promise<void>;
};

/** Everything around a runner: control plane, git server and model on this machine, and a folder of its own. */
export async function createRunnerHarness(): Promise<RunnerHarness> {
  const folder = temporaryFolder();
  const served = join(folder.path, 'served');
  const dataDir = join(folder.path, 'data');
  const home = join(folder.path, 'home');
  for (const path of [served, dataDir, home]) mkdirSync(path);
  const origin = makeOrigin(served, 'acme/app.git', { 'README.md': 'hello\n', 'src/a.txt': 'wrong\n' });
  const server = await serveGit(served, GIT_TOKEN);
  const model = await startModelEndpoint();
  const plane = await new ControlPlaneDouble().start();
  plane.gitToken = GIT_TOKEN;
  const runners: RunnerProcess[] = [];

  const startRunner = (env: Record<string, string> = {}, args: string[] = ['start']): RunnerProcess => {
    const child = spawn(process.execPath, [BIN, ...args], {
      cwd: folder.path,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: {
        PATH: process.env.PATH,
        HOME: home,
        LANG: 'C.UTF-8',
        SIGNALBOX_URL: plane.url,
        SIGNALBOX_RUNNER_CREDENTIAL: CREDENTIAL,
        SIGNALBOX_DATA_DIR: dataDir,
        SIGNALBOX_LOG_LEVEL: 'debug',
        CLAUDE_CONFIG_DIR: join(home, '.claude'),
        CLAUDE_CODE_TMPDIR: folder.path,
        CLAUDE_CODE_MAX_RETRIES: '1',
        ANTHROPIC_BASE_URL: model.url,
        ANTHROPIC_API_KEY: 'test-key-0123456789',
        ...env,
      },
    });
    let log = '';
    child.stderr.on('data', (data) => {
      log += String(data);
    });
    child.stdout.on('data', (data) => {
      log += String(data);
    });
    const exited = once(child, 'exit').then(([code]) => (typeof code === 'number' ? code : null));
    const runner: RunnerProcess = {
      child,
      log: () => log,
      exited,
      async kill() {
        child.kill('SIGKILL');
        await exited;
      },
    };
    runners.push(runner);
    return runner;
  };

  const job = (request: string, over: Partial<Job> = {}): Job => {
    const sessionId = over.sessionId ?? randomUUID();
    const taskNumber = over.taskNumber ?? 1;
    const repository = {
      id: 4711,
      owner: 'acme',
      name: 'app',
      cloneUrl: `${server.url}/acme/app.git`,
      htmlUrl: `${server.url}/acme/app`,
      defaultBranch: 'main',
      private: true,
    };
    return jobSchema.parse({
      taskId: taskIdOf(sessionId, taskNumber),
      taskNumber,
      sessionId,
      account: 'local',
      workspace: { type: 'github', repository, ref: { kind: 'branch', base: 'main' } },
      branch: 'signalbox/issue-1',
      prompt: { request, context: null },
      options: { model: null },
      claudeSessionId: null,
      priorCostUsd: 0,
      commit: {
        subject: 'Fix it',
        body: 'Requested by ada',
        author: { name: 'signalbox[bot]', email: 'bot@example.com' },
        coAuthor: null,
      },
      ...over,
    });
  };

  const session = (one: Job): SessionDouble => plane.session(one.taskId);
  return {
    plane,
    model,
    root: folder.path,
    dataDir,
    bare: origin.bare,
    startRunner,
    job,
    session,
    stored: async (one, type, count = 1) => {
      await waitFor(
        `${count} ${type} of ${one.taskId}; stored so far: ${session(one)
          .events()
          .map((event) => (event.type === 'job.finished' ? JSON.stringify(event) : event.type))
          .join(', ')}`,
        () =>
          session(one)
            .events()
            .filter((event) => event.type === type).length >= count,
        25_000,
      );
    },
    leftBehind: () => findMarkedProcesses(dataDir).map((entry) => entry.pid),
    git: (...args) => git(origin.bare, ...args),
    async close() {
      for (const { child } of runners) {
        const ref = processRef(child.pid ?? 0);
        if (ref !== null) await endProcessTree(ref, { graceMs: 0 });
      }
      await endProcessTree([], { graceMs: 0, markedWith: dataDir });
      await Promise.all([plane.close(), model.close(), server.close()]);
      folder.remove();
    },
  };
}
