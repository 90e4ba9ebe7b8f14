import { claudeGitEnvironment } from '../git/git-environment.ts';
import { RUNNER_MARK } from '../process/find-marked-processes.ts';

/** What programs need to run at all, to reach the network as the operator wants, and to find their tools. */
const NAMES = new Set([
  'HOME',
  'LANG',
  'LOGNAME',
  'PATH',
  'SHELL',
  'TEMP',
  'TERM',
  'TMP',
  'TMPDIR',
  'TZ',
  'USER',
  'ALL_PROXY',
  'HTTPS_PROXY',
  'HTTP_PROXY',
  'NO_PROXY',
  'all_proxy',
  'https_proxy',
  'http_proxy',
  'no_proxy',
  'CURL_CA_BUNDLE',
  'NODE_EXTRA_CA_CERTS',
  'REQUESTS_CA_BUNDLE',
  'SSL_CERT_DIR',
  'SSL_CERT_FILE',
  'CLAUDE_CONFIG_DIR',
  'IS_SANDBOX',
]);

/** Logins and endpoints of the model. Bedrock and Vertex take theirs from the names that an operator adds. */
const PREFIXES = ['LC_', 'ANTHROPIC_', 'CLAUDE_CODE_'];

/** Marks of an outer Claude Code, which would make the inner one take itself for its child. */
const SCRUBBED = new Set([
  'CLAUDE_CODE_CHILD_SESSION',
  'CLAUDE_CODE_ENTRYPOINT',
  'CLAUDE_CODE_EXECPATH',
  'CLAUDE_CODE_SESSION_ID',
  'CLAUDE_CODE_SSE_PORT',
  'CLAUDE_CODE_REMOTE',
]);

/** An operator's addition never lets these through: they would hand Claude the runner's or GitHub's keys. */
const FORBIDDEN = /^(?:SIGNALBOX_|GITHUB_|GH_|GIT_|CLAUDECODE$|NODE_OPTIONS$|LD_)/;

/**
 * Connection refused and server errors are tried six times within 40 s by the CLI itself; beyond that the driver
 * backs off with the process idle, which shows as a notice and costs nothing.
 */
const CLI_MAX_RETRIES = 6;

/** A stream that has been silent for this long is dead; the CLI's own limit is 300 s. */
const STREAM_IDLE_MS = 90_000;

/** Claude's own commits are squashed into the task's, which carries the App as author. */
const CLAUDE_IDENTITY = { name: 'Claude', email: 'noreply@anthropic.com' };

const FIXED: Readonly<Record<string, string>> = {
  ...claudeGitEnvironment(CLAUDE_IDENTITY),
  // Notes that one session leaves for all others of a repository would carry a stranger's words into them.
  CLAUDE_CODE_DISABLE_AUTO_MEMORY: '1',
  CLAUDE_CODE_DISABLE_BACKGROUND_TASKS: '1',
  CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: '1',
  CLAUDE_CODE_ENABLE_TODO_TOOLS: '1',
  CLAUDE_ENABLE_BYTE_WATCHDOG: '1',
  DISABLE_AUTOUPDATER: '1',
  DISABLE_ERROR_REPORTING: '1',
  DISABLE_TELEMETRY: '1',
};

/** Tunables that an operator's own environment may set otherwise. */
const DEFAULTS: Readonly<Record<string, string>> = {
  CLAUDE_CODE_MAX_RETRIES: String(CLI_MAX_RETRIES),
  CLAUDE_BYTE_STREAM_IDLE_TIMEOUT_MS: String(STREAM_IDLE_MS),
};

export type EnvironmentInput = {
  /** The runner's own environment. */
  from: Readonly<Record<string, string | undefined>>;
  /** Names that the operator's configuration adds, such as AWS_PROFILE. */
  passThrough: readonly string[];
  /** The runner's data folder: orphans of a dead runner are found by it. */
  dataDir: string;
  /** Unlike any other process's: what this one leaves behind is found by it. */
  processMark: string;
};

/** Set on the CLI and so on all that it starts. */
export const PROCESS_MARK = 'SIGNALBOX_CLAUDE_PROCESS';

function allowed(name: string, passThrough: ReadonlySet<string>): boolean {
  if (SCRUBBED.has(name) || FORBIDDEN.test(name)) return false;
  return NAMES.has(name) || passThrough.has(name) || PREFIXES.some((prefix) => name.startsWith(prefix));
}

/** Claude's whole environment: nothing is inherited that is not named here or by the operator. */
export function claudeEnvironment(input: EnvironmentInput): Record<string, string> {
  const passThrough = new Set(input.passThrough);
  const env: Record<string, string> = { ...DEFAULTS };
  for (const [name, value] of Object.entries(input.from)) {
    if (value !== undefined && allowed(name, passThrough)) env[name] = value;
  }
  return { ...env, ...FIXED, [RUNNER_MARK]: input.dataDir, [PROCESS_MARK]: input.processMark };
}
