import { execFile } from 'node:child_process';
import { z } from 'zod';
import { claudeEnvironment } from './claude-environment.ts';
import { findExecutable } from './find-executable.ts';

/** `--version` answers in 0.1 s and `auth status` in 0.5; a busy machine may take much longer. */
const PROBE_TIMEOUT_MS = 20_000;

const MAX_OUTPUT_BYTES = 1_000_000;

/** What the probe found. `login` is where Claude Code would get its credential from; none is ever read here. */
export type ClaudeProbe =
  | { type: 'ready'; executable: string; version: string; login: string }
  | { type: 'not_installed'; executable: string; reason: string }
  | { type: 'not_logged_in'; executable: string; version: string };

export type ProbeInput = {
  env: Readonly<Record<string, string | undefined>>;
  dataDir: string;
  executable?: string | null;
  passThrough?: readonly string[];
};

const statusSchema = z.object({
  loggedIn: z.boolean(),
  authMethod: z.string().default('unknown'),
  apiProvider: z.string().default('unknown'),
});

type Ran = { code: number | null; stdout: string; reason: string | null };

function run(executable: string, args: string[], env: Record<string, string>): Promise<Ran> {
  return new Promise((resolve) => {
    const options = { env, timeout: PROBE_TIMEOUT_MS, maxBuffer: MAX_OUTPUT_BYTES };
    const child = execFile(executable, args, options, (error, stdout) => {
      resolve({ code: child.exitCode, stdout, reason: error === null ? null : error.message });
    });
    child.stdin?.end();
  });
}

function parseStatus(stdout: string): z.infer<typeof statusSchema> | null {
  try {
    return statusSchema.parse(JSON.parse(stdout));
  } catch {
    return null;
  }
}

/**
 * Whether Claude Code is there and logged in, without a request to any API: a key that the API would refuse
 * passes. A CLI that can't tell its login is taken at its word that it runs.
 */
export async function probeClaude(input: ProbeInput): Promise<ClaudeProbe> {
  const executable = findExecutable(input.executable ?? input.env.CLAUDE_CODE_PATH);
  const env = claudeEnvironment({
    from: input.env,
    passThrough: input.passThrough ?? [],
    dataDir: input.dataDir,
    processMark: 'probe',
  });
  const [version, auth] = await Promise.all([
    run(executable, ['--version'], env),
    run(executable, ['auth', 'status', '--json'], env),
  ]);
  const number = /\d+\.\d+\.\d+\S*/.exec(version.stdout)?.[0];
  if (number === undefined) {
    return { type: 'not_installed', executable, reason: version.reason ?? 'it does not tell its version' };
  }
  const status = parseStatus(auth.stdout);
  if (status === null) return { type: 'ready', executable, version: number, login: 'unknown' };
  if (!status.loggedIn) return { type: 'not_logged_in', executable, version: number };
  return {
    type: 'ready',
    executable,
    version: number,
    login: `${status.authMethod} (${status.apiProvider})`,
  };
}
