import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { ModelEndpoint } from '../../doubles/model/model-endpoint.ts';
import { startModelEndpoint } from '../../doubles/model/model-endpoint.ts';
import type { RunnerEventType } from '../../protocol/events.ts';
import type { Job } from '../../protocol/job.ts';
import { type TaskOptionsInput, taskOptionsSchema } from '../../protocol/task-options.ts';
import { git, makeOrigin, temporaryFolder } from '../git/testing/make-repository.ts';
import { type GitServer, serveGit } from '../git/testing/serve-git.ts';
import { endProcessTree } from '../process/end-process-tree.ts';
import { findMarkedProcesses } from '../process/find-marked-processes.ts';
import { ControlPlaneDouble, CREDENTIAL } from './control-plane-double.ts';
import { makeJob } from './make-job.ts';
import type { SessionDouble } from './session-double.ts';
import type { RunnerProcess } from './start-runner-process.ts';
import { startRunnerProcess } from './start-runner-process.ts';
import { waitFor } from './wait-for.ts';

export const GIT_TOKEN = 'ghs_0123456789abcdef0123456789abcdef0123';

/** A busy machine with two cores takes its time to start a CLI. */
const STORED_TIMEOUT_MS = 60_000;

export type RunnerHarness = {
  plane: ControlPlaneDouble;
  model: ModelEndpoint;
  root: string;
  dataDir: string;
  gitServer: GitServer;
  startRunner(env?: Record<string, string>, args?: string[]): RunnerProcess;
  /** Starts a runner and waits until it has said hello. */
  connect(env?: Record<string, string>, args?: string[]): Promise<RunnerProcess>;
  job(request: string, over?: Partial<Job>): Job;
  /** Hands the runner a job on a branch of its own, so that one runner can do many of them. */
  assign(request: string, options?: TaskOptionsInput): Job;
  /** Ends what a test left open, so that the next one finds the runner free. */
  endJobs(): Promise<void>;
  session(job: Job): SessionDouble;
  /** Resolves when the session has stored an event of this type. */
  stored(job: Job, type: RunnerEventType): Promise<void>;
  /** Processes of the runner's folder that still run. */
  leftBehind(): number[];
  /** git in the repository that is served. */
  git(...args: string[]): string;
  /** Commits the repository's own settings to its default branch. */
  settle(config: unknown): void;
  close(): Promise<void>;
};

/** What a runner gets to see of this machine. */
function runnerEnvironment(root: string, plane: ControlPlaneDouble, model: ModelEndpoint): NodeJS.ProcessEnv {
  const home = join(root, 'home');
  mkdirSync(home);
  return {
    PATH: process.env.PATH,
    NODE_COMPILE_CACHE: process.env.NODE_COMPILE_CACHE,
    HOME: home,
    LANG: 'C.UTF-8',
    SIGNALBOX_URL: plane.url,
    SIGNALBOX_RUNNER_CREDENTIAL: CREDENTIAL,
    SIGNALBOX_DATA_DIR: join(root, 'data'),
    SIGNALBOX_LOG_LEVEL: 'debug',
    CLAUDE_CONFIG_DIR: join(home, '.claude'),
    CLAUDE_CODE_TMPDIR: root,
    CLAUDE_CODE_MAX_RETRIES: '1',
    ANTHROPIC_BASE_URL: model.url,
    ANTHROPIC_API_KEY: 'test-key-0123456789',
  };
}

/** Waits for an event in a session's log; says what is there when it does not come. */
async function waitForEvent(session: SessionDouble, type: RunnerEventType): Promise<void> {
  const arrived = waitFor(type, () => session.find(type), STORED_TIMEOUT_MS);
  await arrived.catch((error: unknown) => {
    const stored = session.events().map((event) => event.type);
    throw new Error(`No ${type}; stored so far: ${stored.join(', ')}`, { cause: error });
  });
}

/** Everything around a runner: control plane, git server and model on this machine, and a folder of its own. */
export async function createRunnerHarness(): Promise<RunnerHarness> {
  const folder = temporaryFolder();
  const root = folder.path;
  const served = join(root, 'served');
  const dataDir = join(root, 'data');
  mkdirSync(served);
  mkdirSync(dataDir);
  const origin = makeOrigin(served, 'acme/app.git', { 'README.md': 'hello\n', 'src/a.txt': 'wrong\n' });
  const server = await serveGit(served, GIT_TOKEN);
  const model = await startModelEndpoint();
  const plane = await new ControlPlaneDouble().start();
  plane.gitToken = GIT_TOKEN;
  const basics = runnerEnvironment(root, plane, model);
  const runners: RunnerProcess[] = [];
  let branches = 0;
  function startRunner(env: Record<string, string> = {}, args = ['start']): RunnerProcess {
    const runner = startRunnerProcess(root, { ...basics, ...env }, args);
    runners.push(runner);
    return runner;
  }
  return {
    plane,
    model,
    root,
    dataDir,
    gitServer: server,
    startRunner,
    async connect(env, args) {
      const hellos = plane.hellos.length;
      const runner = startRunner(env, args);
      await waitFor('the runner to connect', () => plane.hellos.length > hellos);
      return runner;
    },
    job: (request, over) => makeJob(server.url, request, over),
    assign(request, options = {}) {
      branches += 1;
      const branch = `signalbox/issue-${branches}`;
      const job = makeJob(server.url, request, { options: taskOptionsSchema.parse(options), branch });
      plane.assign(job);
      return job;
    },
    async endJobs() {
      for (const taskId of plane.leases.keys()) {
        plane.session(taskId).command({ type: 'cancel', reason: 'The test is over.' });
      }
      await waitFor('the runner to be free', () => plane.leases.size === 0);
    },
    session: ({ taskId }) => plane.session(taskId),
    stored: ({ taskId }, type) => waitForEvent(plane.session(taskId), type),
    leftBehind: () => findMarkedProcesses(dataDir).map((entry) => entry.pid),
    git: (...args) => git(origin.bare, ...args),
    settle(config) {
      origin.commit('main', { '.github/signalbox.yml': JSON.stringify(config) });
    },
    async close() {
      await Promise.all(runners.map((runner) => runner.clear()));
      await endProcessTree([], { graceMs: 0, markedWith: dataDir });
      await Promise.all([plane.close(), model.close(), server.close()]);
      folder.remove();
    },
  };
}
