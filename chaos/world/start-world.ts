import { randomBytes } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { createClient } from '@libsql/client';
import { type GitHubDouble, startGitHubDouble } from '../../doubles/github/start-github-double.ts';
import { type ModelEndpoint, startModelEndpoint } from '../../doubles/model/model-endpoint.ts';
import { DEFAULT_SCRIPTS } from '../../doubles/model/scripts.ts';
import { type FaultProxy, startFaultProxy } from '../../doubles/network/fault-proxy.ts';
import { until } from '../../e2e/harness/until.ts';
import { type LibsqlServer, startLibsqlServer } from '../../local/libsql/start-libsql-server.ts';
import { type AdminApi, createAdminApi } from '../../local/stack/admin-api.ts';
import { freePort } from '../../local/stack/free-port.ts';
import { migrateRecord } from '../../local/stack/migrate-record.ts';
import { ROOT, workerVars } from '../../local/stack/parts.ts';
import { openSecrets, type Secrets } from '../../local/stack/secrets.ts';
import { createRunnerAnswerSchema } from '../../protocol/http.ts';
import { startWebhookRelay, type WebhookRelay } from '../proxy/webhook-relay.ts';
import { makeLocalRepository } from './make-local-repository.ts';
import { mountFolder } from './mount-folder.ts';
import { RunnerHost } from './runner-host.ts';
import { startWorkerHost, type WorkerHost } from './worker-host.ts';

export const OWNER = 'station-works';
export const REPOSITORIES = ['north', 'south'] as const;
export const AUTHOR = 'mona';
export const BOT_NAME = 'signalbox';

/** Labels that lead a task to a runner with the stand-in or with the real CLI. */
export const LABELS = { standIn: 'stand-in', real: 'real' } as const;

/** As an Enterprise Server of one's own: github.com's 500 would last for a few hundred faults an hour. */
const WRITES_AN_HOUR = 20_000;

const RUNNER_NAMES = ['alpha', 'bravo', 'charlie', 'delta'] as const;
const CAPACITY = 8;
const REAL_CAPACITY = 2;

/** The limits of requests are for people; this is one caller in a hurry. */
const NO_RATE_LIMITS = { RATE_LIMIT_PER_KEY: '0', RATE_LIMIT_PER_NETWORK: '0', RATE_LIMIT_FAILURES: '0' };

export type ChaosWorld = {
  dataDir: string;
  /** Past every proxy: for looking, not for working. */
  url: string;
  api: AdminApi;
  account: string;
  secrets: Secrets;
  github: GitHubDouble;
  libsql: LibsqlServer;
  relay: WebhookRelay;
  worker: WorkerHost;
  runners: RunnerHost[];
  /** Through which viewers and callers of the API go. */
  visitors: FaultProxy;
  localRepository: string;
  foldersDir: string;
  stop(): Promise<void>;
};

/** The whole product with several machines, and something breakable at each of its borders. */
export async function startChaosWorld(options: { dataDir: string; real: boolean }): Promise<ChaosWorld> {
  const { dataDir, real } = options;
  const stops: (() => Promise<unknown>)[] = [];
  const stop = async () => {
    for (const each of stops.splice(0).toReversed()) await each().catch(report);
  };
  try {
    return { ...(await startParts(dataDir, real, (each) => stops.push(each))), stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

function report(error: unknown): void {
  console.error('The harness could not stop a part:', error);
}

async function startParts(
  dataDir: string,
  real: boolean,
  onStop: (stop: () => Promise<unknown>) => void,
): Promise<Omit<ChaosWorld, 'stop'>> {
  const foldersDir = join(dataDir, 'folders');
  await mkdir(join(dataDir, 'logs'), { recursive: true });
  await mkdir(foldersDir, { recursive: true });
  const localRepository = await makeLocalRepository(join(foldersDir, 'repository'));
  const secrets = await openSecrets(dataDir);
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const relay = await startWebhookRelay(() => url);
  onStop(relay.close);
  const webhookSecret = randomBytes(24).toString('hex');
  const github = await startGitHubDouble({
    owner: { login: OWNER, type: 'Organization' },
    app: { slug: BOT_NAME },
    repositories: REPOSITORIES.map((name) => ({ name, files: { 'README.md': `# ${name}\n` } })),
    users: [{ login: AUTHOR, permission: 'write' }],
    webhook: { url: relay.url, secret: webhookSecret },
  });
  onStop(github.close);
  const libsql = await startLibsqlServer({
    file: join(dataDir, 'record.db'),
    authToken: secrets.libsqlToken,
  });
  onStop(libsql.close);
  await migrateRecord(libsql.url, secrets.libsqlToken);
  const account = `github:${github.ownerId}`;
  const app = {
    appId: String(github.app.id),
    privateKey: github.app.privateKey,
    webhookSecret,
    apiUrl: github.url,
    writesAnHour: WRITES_AN_HOUR,
  };
  const settings = { port, publicUrl: url, botName: BOT_NAME, account, libsqlUrl: libsql.url, github: app };
  const vars = { ...workerVars(settings, secrets), ...NO_RATE_LIMITS };
  const worker = await startWorkerHost({ dataDir, port, vars });
  onStop(worker.stop);
  const api = createAdminApi(url, secrets.adminKey);
  const visitors = await startFaultProxy(port);
  onStop(visitors.close);
  await meetRepositories(github, libsql, secrets);
  const runners = await startRunners({ dataDir, real, account, api, port, foldersDir, onStop });
  return {
    dataDir,
    url,
    api,
    account,
    secrets,
    github,
    libsql,
    relay,
    worker,
    runners,
    visitors,
    localRepository,
    foldersDir,
  };
}

/** The App learns of a repository by its first delivery; sessions of the API can work there from then on. */
async function meetRepositories(github: GitHubDouble, libsql: LibsqlServer, secrets: Secrets): Promise<void> {
  for (const repo of REPOSITORIES)
    await github.openIssue({ repo, author: AUTHOR, title: 'Hello', body: `@${BOT_NAME} help` });
  const client = createClient({ url: libsql.url, authToken: secrets.libsqlToken });
  try {
    await until('the record knows the repositories', async () => {
      const { rows } = await client.execute('SELECT id FROM repositories');
      return rows.length === REPOSITORIES.length;
    });
  } finally {
    client.close();
  }
}

type RunnersInput = {
  dataDir: string;
  real: boolean;
  account: string;
  api: AdminApi;
  port: number;
  foldersDir: string;
  onStop: (stop: () => Promise<unknown>) => void;
};

async function startRunners({ real, ...input }: RunnersInput): Promise<RunnerHost[]> {
  const hosts: RunnerHost[] = [];
  const standIn = { CLAUDE_CODE_PATH: join(ROOT, 'doubles', 'claude', 'stand-in.mjs') };
  for (const name of RUNNER_NAMES)
    hosts.push(await makeRunner(input, name, LABELS.standIn, CAPACITY, standIn));
  if (real) {
    const model = await startModelEndpoint({ scripts: DEFAULT_SCRIPTS });
    input.onStop(model.close);
    const login = claudeLogin(model);
    hosts.push(await makeRunner(input, 'real', LABELS.real, REAL_CAPACITY, login));
  }
  for (const host of hosts) {
    host.start();
    input.onStop(() => host.stop());
  }
  return hosts;
}

const claudeLogin = ({ url }: ModelEndpoint) => ({ ANTHROPIC_BASE_URL: url, ANTHROPIC_API_KEY: 'chaos' });

async function makeRunner(
  { dataDir, account, api, port, foldersDir, onStop }: Omit<RunnersInput, 'real'>,
  name: string,
  label: string,
  capacity: number,
  claude: Record<string, string>,
): Promise<RunnerHost> {
  const { id, credential } = await api.post('/api/runners', { name, account }, createRunnerAnswerSchema);
  const proxy = await startFaultProxy(port);
  onStop(proxy.close);
  const folder = await mountFolder(join(dataDir, 'machines', name));
  onStop(folder.unmount);
  const home = join(dataDir, 'claude', name);
  await mkdir(home, { recursive: true });
  return new RunnerHost({
    name,
    id,
    credential,
    label,
    capacity,
    folder,
    proxy,
    logs: join(dataDir, 'logs'),
    folders: foldersDir,
    claudeEnvironment: { HOME: home, CLAUDE_CONFIG_DIR: home, ...claude },
  });
}
