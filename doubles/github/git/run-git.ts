import { type ChildProcess, spawn } from 'node:child_process';

/** git on a small bare repository takes milliseconds; more means it hangs. */
const GIT_DEADLINE_MS = 30_000;

/** Nothing of the user's own git configuration, templates or hooks reaches the double. */
export const GIT_ENVIRONMENT: Record<string, string> = {
  PATH: process.env.PATH ?? '/usr/bin:/bin',
  GIT_CONFIG_GLOBAL: '/dev/null',
  GIT_CONFIG_NOSYSTEM: '1',
  GIT_TERMINAL_PROMPT: '0',
  LC_ALL: 'C',
};

export type GitResult = { code: number | null; stdout: Buffer; stderr: string };

async function collect(child: ChildProcess): Promise<GitResult> {
  const stdout: Buffer[] = [];
  const stderr: Buffer[] = [];
  child.stdout?.on('data', (chunk: Buffer) => stdout.push(chunk));
  child.stderr?.on('data', (chunk: Buffer) => stderr.push(chunk));
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  return { code, stdout: Buffer.concat(stdout), stderr: Buffer.concat(stderr).toString('utf8') };
}

/** Runs git in a bare repository and returns whatever it said; a failure is for the caller to judge. */
export function tryGit(gitDir: string, args: string[], input?: string | Buffer): Promise<GitResult> {
  const child = spawn('git', args, {
    cwd: gitDir,
    env: GIT_ENVIRONMENT,
    stdio: ['pipe', 'pipe', 'pipe'],
    timeout: GIT_DEADLINE_MS,
  });
  // git may end before it has read its input; its exit code tells.
  child.stdin.on('error', () => {});
  child.stdin.end(input);
  return collect(child);
}

/** Runs git in a bare repository and returns its output; throws with git's own words when it fails. */
export async function runGit(gitDir: string, args: string[], input?: string | Buffer): Promise<string> {
  const { code, stdout, stderr } = await tryGit(gitDir, args, input);
  if (code !== 0) throw new Error(`git ${args[0]} in ${gitDir} ended with ${code}: ${stderr.trim()}`);
  return stdout.toString('utf8');
}
