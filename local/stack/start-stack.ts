import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { createRunnerAnswerSchema } from '../../protocol/http.ts';
import type { RunningProcess } from '../process/start-process.ts';
import { type AdminApi, createAdminApi } from './admin-api.ts';
import { freePort } from './free-port.ts';
import { migrateRecord } from './migrate-record.ts';
import { type GitHubAppSettings, type Listening, startLibsql, startRunner, startWorker } from './parts.ts';
import { openSecrets, type Secrets, saveSecrets } from './secrets.ts';

/** A drained runner saves its work and flushes its events within this. */
const RUNNER_STOP_GRACE_MS = 20_000;

export type StackOptions = {
  dataDir: string;
  /** The page's and the API's port; a free one when left out. */
  port?: number;
  account: string;
  botName: string;
  github: GitHubAppSettings | null;
  runner: { capacity: number; folders: readonly string[]; claudeEnvironment: Record<string, string> };
};

export type Stack = {
  url: string;
  api: AdminApi;
  secrets: Secrets;
  dataDir: string;
  libsql: Part<Listening>;
  worker: Part<Listening>;
  runner: Part<true>;
  stop(): Promise<void>;
};

/** A process of the stack that can be ended and started again with the same data and address. */
export type Part<T> = {
  current(): RunningProcess<T>;
  restart(): Promise<void>;
};

/**
 * Starts the whole product on this machine: libSQL in a local file, the Worker under workerd, one runner.
 * Everything it stores is under `dataDir`; a second start with the same folder continues.
 *
 * @throws ProcessStartError when a part does not come up; the parts before it are stopped.
 */
export async function startStack(options: StackOptions): Promise<Stack> {
  const { dataDir } = options;
  await mkdir(join(dataDir, 'logs'), { recursive: true });
  let secrets = await openSecrets(dataDir);
  const port = options.port ?? (await freePort());
  const libsqlPort = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const started: Part<unknown>[] = [];
  const add = async <T>(start: () => Promise<RunningProcess<T>>): Promise<Part<T>> => {
    const part = await startPart(start);
    started.push(part);
    return part;
  };
  const stop = async () => {
    for (const part of started.toReversed()) await part.current().stop(RUNNER_STOP_GRACE_MS);
  };
  try {
    const libsql = await add(() => startLibsql(dataDir, libsqlPort, secrets));
    const libsqlUrl = libsql.current().ready.url;
    await migrateRecord(libsqlUrl, secrets.libsqlToken);
    const { account, botName, github } = options;
    const settings = { port, publicUrl: url, botName, account, libsqlUrl, github };
    const worker = await add(() => startWorker(dataDir, settings, secrets));
    const api = createAdminApi(url, secrets.adminKey);
    secrets = await registerRunner(dataDir, secrets, api, account);
    const credential = secrets.runnerCredential ?? '';
    const runnerSettings = {
      controlUrl: url,
      dataDir: join(dataDir, 'runner'),
      logFile: join(dataDir, 'logs', 'runner.log'),
      ...options.runner,
    };
    const runner = await add(() => startRunner(runnerSettings, credential));
    return { url, api, secrets, dataDir, libsql, worker, runner, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function startPart<T>(start: () => Promise<RunningProcess<T>>): Promise<Part<T>> {
  let running = await start();
  return {
    current: () => running,
    async restart() {
      await running.exited;
      running = await start();
    },
  };
}

/** Registers this machine's runner once; its credential is kept with the other secrets. */
async function registerRunner(
  dataDir: string,
  secrets: Secrets,
  api: AdminApi,
  account: string,
): Promise<Secrets> {
  if (secrets.runnerCredential !== null) return secrets;
  const body = { name: 'this machine', account };
  const { credential } = await api.post('/api/runners', body, createRunnerAnswerSchema);
  const complete = { ...secrets, runnerCredential: credential };
  await saveSecrets(dataDir, complete);
  return complete;
}
