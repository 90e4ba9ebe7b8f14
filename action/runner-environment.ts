import { proxiesOf } from './heed-proxies.ts';

/** By it GitHub's runner finds what a job has left running, Claude's commands too, and ends it. */
const TRACKING = 'RUNNER_TRACKING_ID';

/** What the runner inside a job, git and Claude Code need of the step's environment to run at all. */
const PASSED_ON = [
  'PATH',
  'HOME',
  'USER',
  'LOGNAME',
  'SHELL',
  'LANG',
  'LC_ALL',
  'TZ',
  'TMPDIR',
  'NO_PROXY',
  'no_proxy',
  'NODE_EXTRA_CA_CERTS',
  'SSL_CERT_FILE',
  'SSL_CERT_DIR',
  TRACKING,
];

/** Claude Code's own settings and login. */
const OF_CLAUDE = /^(?:ANTHROPIC|CLAUDE)_/;

/** npm's settings by environment, as actions/setup-node leaves them: a registry of one's own, and the login there. */
const OF_NPM = /^(?:npm_config_.*|NODE_AUTH_TOKEN)$/i;

export type RunnerSettings = {
  url: string;
  credential: string;
  label: string;
  dataDir: string;
  claudePath: string | null;
  passEnvironment: readonly string[];
};

/**
 * The environment of the runner inside a job: an allow-list, so that neither the job's tokens nor secrets that other
 * steps were given lie where Claude's commands could read them.
 */
export function runnerEnvironment(env: NodeJS.ProcessEnv, settings: RunnerSettings): Record<string, string> {
  const { url, credential, label, dataDir, claudePath, passEnvironment } = settings;
  const passed = Object.entries(env).filter(
    (entry): entry is [string, string] =>
      entry[1] !== undefined &&
      (PASSED_ON.includes(entry[0]) || OF_CLAUDE.test(entry[0]) || passEnvironment.includes(entry[0])),
  );
  const { addresses } = proxiesOf(env);
  return {
    ...Object.fromEntries(passed),
    ...addresses,
    // Node heeds proxies only when it is told to.
    ...(Object.keys(addresses).length === 0 ? {} : { NODE_USE_ENV_PROXY: '1' }),
    SIGNALBOX_URL: url,
    SIGNALBOX_RUNNER_CREDENTIAL: credential,
    SIGNALBOX_LABELS: label,
    SIGNALBOX_CAPACITY: '1',
    SIGNALBOX_DATA_DIR: dataDir,
    // One task, in one repository: no tree is waited for.
    SIGNALBOX_READY_TREES: '0',
    SIGNALBOX_PASS_ENVIRONMENT: [TRACKING, ...passEnvironment].join(','),
    ...(claudePath === null ? {} : { CLAUDE_CODE_PATH: claudePath }),
  };
}

/** The environment of npm, which runs before anything of Claude's does: the same, and its own settings. */
export function npmEnvironment(
  env: NodeJS.ProcessEnv,
  runner: Readonly<Record<string, string>>,
): Record<string, string> {
  const own = Object.entries(env).filter(
    (entry): entry is [string, string] => entry[1] !== undefined && OF_NPM.test(entry[0]),
  );
  return { ...runner, ...Object.fromEntries(own) };
}
