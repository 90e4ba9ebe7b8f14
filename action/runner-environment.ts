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
  'HTTP_PROXY',
  'HTTPS_PROXY',
  'NO_PROXY',
  'http_proxy',
  'https_proxy',
  'no_proxy',
  'NODE_EXTRA_CA_CERTS',
  'SSL_CERT_FILE',
  'SSL_CERT_DIR',
  TRACKING,
];

/** Claude Code's own settings and login. */
const OF_CLAUDE = /^(?:ANTHROPIC|CLAUDE)_/;

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
  return {
    ...Object.fromEntries(passed),
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
