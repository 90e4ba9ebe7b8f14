import { randomUUID } from 'node:crypto';
import { realpathSync } from 'node:fs';
import { arch, platform, release } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from 'pino';
import { v7 as uuidV7 } from 'uuid';
import type { DiskUse } from '../../protocol/control-socket.ts';
import { CheckpointKeeper } from '../checkpoint/checkpoint-keeper.ts';
import { Transcripts } from '../checkpoint/transcripts.ts';
import { createClaudeDriver } from '../claude/create-driver.ts';
import { claudeConfigDir } from '../claude/find-transcript.ts';
import type { Settings } from '../config/settings.ts';
import { JobGate } from '../control/job-gate.ts';
import { JobKeys } from '../control/job-keys.ts';
import { identityOf } from '../control/runner-identity.ts';
import { TakenJobs } from '../control/taken-jobs.ts';
import { reportRescue } from '../http/checkpoint-api.ts';
import type { Check } from '../machine/check.ts';
import { machineChecks } from '../machine/machine-checks.ts';
import type { Policy } from '../policy/policy.ts';
import type { KnownValues } from '../redact/known-values.ts';
import { isOverBound } from '../workspace/disk-use.ts';
import { openWorkspaces } from '../workspace/open-workspaces.ts';
import { claimFolder } from './claim-folder.ts';
import { cleanOutputsRegularly } from './clean-outputs-regularly.ts';
import { cleanUpRegularly } from './clean-up-regularly.ts';
import { holdBallast } from './hold-ballast.ts';
import { machineMeter } from './measure-machine.ts';
import { recoverJobs } from './recover-jobs.ts';
import type { RunnerEnd } from './runner.ts';
import { Runner } from './runner.ts';
import { startSandbox } from './start-sandbox.ts';

export type StartResult =
  | { status: 'ended'; end: RunnerEnd }
  /** Another runner has the folder. */
  | { status: 'taken'; message: string };

export type StartDeps = {
  settings: Settings;
  policy: Policy;
  once: boolean;
  version: string;
  env: NodeJS.ProcessEnv;
  log: Logger;
  /** The secrets that neither an event nor the log may show. Jobs add their tokens. */
  known: KnownValues;
  /** The folder (its real path, which marks the runner's processes) belongs to this runner from here on. */
  onClaimed: (dataDir: string) => void;
  /** Gets the running runner's `drain`. */
  onStarted: (drain: (why: string) => Promise<void>, dataDir: string) => void;
};

/** One life of the runner: claims its folder, recovers, works, and leaves nothing running behind. */
export async function startRunner(deps: StartDeps): Promise<StartResult> {
  const { settings } = deps;
  const claim = claimFolder(settings.dataDir);
  if (claim.status === 'taken') {
    const message = `Process ${claim.by.pid} is a runner on ${settings.dataDir} already (${claim.path}). Stop it, or give this one a folder of its own with SIGNALBOX_DATA_DIR.`;
    return { status: 'taken', message };
  }
  try {
    // Worktrees and Claude's transcripts are found by real paths.
    const dataDir = realpathSync(settings.dataDir);
    deps.onClaimed(dataDir);
    return { status: 'ended', end: await runIn(dataDir, deps) };
  } finally {
    claim.release();
  }
}

async function runIn(dataDir: string, deps: StartDeps): Promise<RunnerEnd> {
  const { settings, log, env } = deps;
  const { claudePath, passEnvironment } = settings;
  const claude = { env, dataDir, executable: claudePath, passThrough: passEnvironment };
  const others: Check[] = [];
  // What a former life left of its sandboxes is ended first; the new ones' helpers bear the same mark.
  const recovered = recoverJobs(dataDir, Date.now(), log).then(async (interrupted) => {
    const { sandbox, check, stop } = await startSandbox(dataDir, settings, env, log);
    if (check !== null) others.push(check);
    return { interrupted, sandbox, stopSandbox: stop };
  });
  const [{ interrupted, sandbox, stopSandbox }, checks, workspaces] = await Promise.all([
    recovered,
    machineChecks({ ...claude, monotonic: () => performance.now(), others }),
    openWorkspaces({
      dataDir,
      host: env,
      now: Date.now,
      newId: uuidV7,
      random: Math.random,
      sleep: (ms) => sleep(ms),
      readyTrees: settings.readyTrees,
      folders: settings.folders,
    }),
  ]);
  const ballast = holdBallast(dataDir);
  const capacity = deps.once ? 1 : settings.capacity;
  const meter = machineMeter(dataDir);
  let use: DiskUse | null = null;
  const transcripts = new Transcripts(claudeConfigDir(env));
  const keeper = new CheckpointKeeper({
    dataDir,
    transcripts,
    now: Date.now,
    newId: randomUUID,
    intervalMs: settings.checkpointSeconds * 1_000,
  });
  const api = { controlUrl: settings.url, credential: settings.credential, fetch, random: Math.random };
  const runner = new Runner({
    credential: settings.credential,
    identity: {
      version: deps.version,
      platform: `${platform()} ${release()} ${arch()}`.slice(0, 100),
      claudeVersion: checks.claudeVersion,
      labels: settings.labels,
      capacity,
      folders: settings.folders,
    },
    gate: openGate(dataDir, settings.credential, log),
    log,
    job: {
      controlUrl: settings.url,
      dataDir,
      log,
      now: Date.now,
      monotonic: () => performance.now(),
      random: Math.random,
      fetch,
      driver: createClaudeDriver({ ...claude, sandbox }),
      workspaces,
      machineChecks: checks.look,
      policy: deps.policy,
      commands: { host: { env, passThrough: passEnvironment, dataDir }, sandbox },
      known: deps.known,
      keeper,
      reportRescue: (rescue) => reportRescue(api, rescue),
      makeRoom: () => ballast.giveUp(),
    },
    measure: () => ({ ...meter(), ...(use === null ? {} : { diskUse: use }) }),
    overBound: () => (use !== null && isOverBound(use) ? use : null),
    interrupted,
    once: deps.once,
  });
  log.info({ dataDir, url: settings.url, capacity, interrupted: interrupted.length }, 'runner.started');
  const stopCleaning = cleanUpRegularly({
    workspaces,
    dataDir,
    log,
    maxDiskBytes: settings.maxDisk,
    onLooked: (looked) => {
      use = looked;
      runner.tellMetrics();
    },
  });
  const stopCleaningOutputs = cleanOutputsRegularly(dataDir, log);
  deps.onStarted((why) => runner.drain(why), dataDir);
  runner.start();
  try {
    return await runner.done;
  } finally {
    stopCleaning();
    stopCleaningOutputs();
    await stopSandbox();
  }
}

function openGate(dataDir: string, credential: string, log: Logger): JobGate {
  const self = identityOf(credential);
  if (self === null) throw new Error('The credential has passed the settings, but names no runner.');
  return new JobGate({
    self,
    keys: new JobKeys(dataDir, self.runnerId),
    taken: new TakenJobs(dataDir, (error) => log.warn({ err: error }, 'runner.taken_jobs_not_saved')),
    log,
    now: Date.now,
  });
}
