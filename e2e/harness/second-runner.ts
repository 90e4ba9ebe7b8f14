import { mkdir, readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { RunningProcess } from '../../local/process/start-process.ts';
import { startRunner } from '../../local/stack/parts.ts';
import { createRunnerAnswerSchema } from '../../protocol/http.ts';
import type { TestWorld } from './test-world.ts';

export type OtherRunner = {
  name: string;
  dataDir: string;
  /** Where its Claude keeps transcripts. */
  claudeDir: string;
  process: RunningProcess<true>;
  log(): Promise<string>;
  stop(): Promise<void>;
};

/** Another machine: a registered runner with folders of its own, also for Claude. */
export async function startOtherRunner(
  world: TestWorld,
  name: string,
  env: Record<string, string> = {},
): Promise<OtherRunner> {
  const account = `github:${world.github.ownerId}`;
  const { credential } = await world.stack.api.post(
    '/api/runners',
    { name, account },
    createRunnerAnswerSchema,
  );
  const root = join(world.dataDir, name);
  const claudeDir = join(root, 'claude');
  await mkdir(claudeDir, { recursive: true });
  const logFile = join(world.dataDir, 'logs', `${name}.log`);
  const running = await startRunner(
    {
      controlUrl: world.stack.url,
      dataDir: join(root, 'data'),
      logFile,
      capacity: 2,
      folders: [],
      claudeEnvironment: {
        HOME: claudeDir,
        CLAUDE_CONFIG_DIR: claudeDir,
        ANTHROPIC_BASE_URL: world.model.url,
        ANTHROPIC_API_KEY: 'demonstration',
        ...env,
      },
    },
    credential,
  );
  return {
    name,
    dataDir: join(root, 'data'),
    claudeDir,
    process: running,
    log: () => readFile(logFile, 'utf8'),
    stop: async () => {
      await running.stop(20_000);
    },
  };
}

/** The stack's own machine is gone: its processes are killed at once and everything they had is removed. */
export async function loseFirstMachine({ stack, dataDir }: TestWorld): Promise<void> {
  const runner = stack.runner.current();
  runner.kill('SIGKILL', 'leader');
  await runner.exited;
  await killMarked(join(dataDir, 'runner'));
  for (const folder of ['runner', 'claude']) {
    await rm(join(dataDir, folder), { recursive: true, force: true, maxRetries: 5 });
  }
}

/** What a runner starts carries its data folder in its environment; all of it goes down with the machine. */
async function killMarked(folder: string): Promise<void> {
  for (const pid of (await readdir('/proc')).filter((name) => /^\d+$/.test(name))) {
    const environment = await readFile(`/proc/${pid}/environ`, 'utf8').catch(() => '');
    if (!environment.split('\0').some((entry) => entry.endsWith(`=${folder}`))) continue;
    try {
      process.kill(Number(pid), 'SIGKILL');
    } catch {
      // It went down by itself.
    }
  }
}
