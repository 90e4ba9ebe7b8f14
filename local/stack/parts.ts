import { join } from 'node:path';
import { z } from 'zod';
import { type RunningProcess, startProcess } from '../process/start-process.ts';
import { type Secrets, sha256Hex } from './secrets.ts';

export const ROOT = join(import.meta.dirname, '..', '..');

/** workerd, libSQL and a runner are each up in about two seconds; a busy machine takes longer. */
const START_DEADLINE_MS = 60_000;

/** What a child needs of our own environment to run at all. */
const PASSED_ON = [
  'PATH',
  'HOME',
  'LANG',
  'TMPDIR',
  'TZ',
  'NODE_EXTRA_CA_CERTS',
  'NODE_COMPILE_CACHE',
  'HTTPS_PROXY',
  'HTTP_PROXY',
  'NO_PROXY',
];

export function baseEnvironment(env: NodeJS.ProcessEnv = process.env): Record<string, string> {
  const passed = PASSED_ON.map((name) => [name, env[name]] as const);
  return Object.fromEntries(passed.filter((pair): pair is [string, string] => pair[1] !== undefined));
}

export type Listening = { url: string };

/** Servers of ours print one JSON line with their address when they are ready. */
export function readListening(line: string): Listening | undefined {
  if (!line.startsWith('{')) return undefined;
  const parsed = z.object({ url: z.string() }).safeParse(JSON.parse(line));
  return parsed.success ? parsed.data : undefined;
}

export function startLibsql(
  dataDir: string,
  port: number,
  secrets: Secrets,
): Promise<RunningProcess<Listening>> {
  return startProcess({
    name: 'libSQL server',
    command: process.execPath,
    args: [join(ROOT, 'local/libsql/main.ts')],
    env: {
      ...baseEnvironment(),
      LIBSQL_FILE: join(dataDir, 'record.db'),
      LIBSQL_PORT: String(port),
      LIBSQL_AUTH_TOKEN: secrets.libsqlToken,
      LIBSQL_END_WITH_STDIN: '1',
    },
    // Open for as long as this process lives: the server does not outlive it.
    stdin: '',
    ready: readListening,
    deadlineMs: START_DEADLINE_MS,
    logFile: join(dataDir, 'logs', 'libsql.log'),
  });
}

export type GitHubAppSettings = {
  appId: string;
  privateKey: string;
  webhookSecret: string;
  apiUrl: string | null;
  /** Where an Enterprise Server keeps images of comments. */
  imageUrl?: string;
  /** Lets people sign in with GitHub; links only when left out. `webUrl`: github.com when null. */
  signIn?: { clientId: string; clientSecret: string; webUrl: string | null };
  /** Writes an hour that the server allows; github.com's when left out. */
  writesAnHour?: number;
  /** Who issues the tokens of GitHub Actions; GitHub when left out. */
  oidcIssuer?: string;
};

export type WorkerSettings = {
  port: number;
  publicUrl: string;
  botName: string;
  account: string;
  libsqlUrl: string;
  github: GitHubAppSettings | null;
};

/** Settings of the Worker that are taken from our own environment, where they are set. */
const PASSED_SETTINGS = ['METRICS_TOKEN', 'WEBHOOK_PRIVATE_NETWORKS', 'GITHUB_API_URL', 'GITHUB_WEB_URL'];

function passedSettings(env: NodeJS.ProcessEnv = process.env): Record<string, string> {
  const passed = PASSED_SETTINGS.map((name) => [name, env[name]] as const);
  return Object.fromEntries(passed.filter((pair): pair is [string, string] => pair[1] !== undefined));
}

/** What the Worker finds in its environment: the bindings of `worker/env.ts`. */
export function workerVars(settings: WorkerSettings, secrets: Secrets): Record<string, string> {
  const { github } = settings;
  return {
    PUBLIC_URL: settings.publicUrl,
    BOT_NAME: settings.botName,
    DEFAULT_ACCOUNT: settings.account,
    SIGNALBOX_SECRET: secrets.signingSecret,
    ADMIN_KEY_SHA256: sha256Hex(secrets.adminKey),
    LIBSQL_URL: settings.libsqlUrl,
    LIBSQL_AUTH_TOKEN: secrets.libsqlToken,
    // Everybody with a key is on this machine; strangers may come through a tunnel.
    RATE_LIMIT_PER_KEY: '0',
    ...(github === null
      ? {}
      : {
          GITHUB_APP_ID: github.appId,
          GITHUB_PRIVATE_KEY: github.privateKey,
          GITHUB_WEBHOOK_SECRET: github.webhookSecret,
          ...(github.apiUrl === null ? {} : { GITHUB_API_URL: github.apiUrl }),
          ...(github.imageUrl === undefined ? {} : { GITHUB_IMAGE_URL: github.imageUrl }),
          ...signInVars(github.signIn),
          ...(github.writesAnHour === undefined
            ? {}
            : { GITHUB_WRITES_AN_HOUR: String(github.writesAnHour) }),
          ...(github.oidcIssuer === undefined ? {} : { GITHUB_OIDC_ISSUER: github.oidcIssuer }),
        }),
  };
}

function signInVars(signIn: GitHubAppSettings['signIn']): Record<string, string> {
  if (signIn === undefined) return {};
  const { clientId, clientSecret, webUrl } = signIn;
  return {
    GITHUB_CLIENT_ID: clientId,
    GITHUB_CLIENT_SECRET: clientSecret,
    ...(webUrl === null ? {} : { GITHUB_WEB_URL: webUrl }),
  };
}

export function startWorker(
  dataDir: string,
  settings: WorkerSettings,
  secrets: Secrets,
): Promise<RunningProcess<Listening>> {
  return startProcess({
    name: 'Worker',
    command: process.execPath,
    args: [join(ROOT, 'local/workerd/main.ts')],
    env: baseEnvironment(),
    // Secrets go through stdin: neither an argument list nor a child's environment shows them.
    stdin: `${JSON.stringify({
      port: settings.port,
      dataDir: join(dataDir, 'worker'),
      vars: { ...passedSettings(), ...workerVars(settings, secrets) },
    })}\n`,
    ready: readListening,
    deadlineMs: START_DEADLINE_MS,
    logFile: join(dataDir, 'logs', 'worker.log'),
  });
}

export type RunnerSettings = {
  controlUrl: string;
  dataDir: string;
  logFile: string;
  capacity: number;
  /** Folders of this machine that tasks may work in. */
  folders: readonly string[];
  /** Where Claude Code finds its login, and anything else it needs. */
  claudeEnvironment: Record<string, string>;
  onLine?: (line: string) => void;
};

export function startRunner(settings: RunnerSettings, credential: string): Promise<RunningProcess<true>> {
  return startProcess({
    name: 'runner',
    command: process.execPath,
    args: [join(ROOT, 'runner/bin.js'), 'start'],
    env: {
      ...baseEnvironment(),
      ...settings.claudeEnvironment,
      SIGNALBOX_URL: settings.controlUrl,
      SIGNALBOX_RUNNER_CREDENTIAL: credential,
      SIGNALBOX_DATA_DIR: settings.dataDir,
      SIGNALBOX_CAPACITY: String(settings.capacity),
      SIGNALBOX_FOLDERS: settings.folders.join(','),
    },
    ready: (line) => (line.includes('runner.connected') ? true : undefined),
    readyStream: 'stderr',
    onLine: settings.onLine,
    deadlineMs: START_DEADLINE_MS,
    logFile: settings.logFile,
  });
}
