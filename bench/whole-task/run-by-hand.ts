import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { baseEnvironment } from '../../local/stack/parts.ts';
import { findClaude } from '../world/find-claude.ts';

const execute = promisify(execFile);

/** A run takes about a second. */
const DEADLINE_MS = 60_000;

/** The runner's own settings for Claude Code, so that neither side is spared anything. */
const CLAUDE_SETTINGS = {
  CLAUDE_CODE_DISABLE_BACKGROUND_TASKS: '1',
  CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: '1',
  CLAUDE_CODE_ENABLE_TODO_TOOLS: '1',
  CLAUDE_ENABLE_BYTE_WATCHDOG: '1',
  DISABLE_AUTOUPDATER: '1',
  DISABLE_ERROR_REPORTING: '1',
  DISABLE_TELEMETRY: '1',
};

/** The output that the runner reads, the settings that it loads, and its tools without a question. */
const CLAUDE_FLAGS = [
  ...['--output-format', 'stream-json', '--verbose', '--include-partial-messages'],
  ...['--setting-sources', 'user,project', '--permission-mode', 'acceptEdits'],
  ...['--allowedTools', 'Bash,Edit,Read,Write'],
];

const IDENTITY = ['-c', 'user.name=mona', '-c', 'user.email=mona@example.com'];

/** Times of one run in ms, each from its own start. */
export type ByHandTimes = {
  worktreeMs: number;
  /** From the start of `claude -p` to its end. */
  claudeMs: number;
  /** `git add`, `git commit`, `git push` over HTTP. */
  publishMs: number;
  /** When `claude -p` was started: ms of `performance.now()`. */
  claudeStartedAtMs: number;
};

export type ByHand = { run(index: number, prompt: string): Promise<ByHandTimes>; close(): Promise<void> };

export type ByHandSpec = {
  /** Where the repository is cloned from and pushed to, over HTTP. */
  repositoryUrl: string;
  /** May push there. */
  token: string;
  modelUrl: string;
};

/** Somebody at a terminal: a clone on this disk, a new worktree for each piece of work, `claude -p` in it. */
export async function openByHand({ repositoryUrl, token, modelUrl }: ByHandSpec): Promise<ByHand> {
  const folder = await mkdtemp(join(tmpdir(), 'signalbox-by-hand-'));
  const home = join(folder, 'home');
  await mkdir(home);
  const env = { ...baseEnvironment(), ...CLAUDE_SETTINGS, HOME: home, CLAUDE_CONFIG_DIR: home };
  const claudeEnv = { ...env, ANTHROPIC_BASE_URL: modelUrl, ANTHROPIC_API_KEY: 'benchmark' };
  const gitEnv = { ...env, ...withToken(token) };
  const git = (cwd: string, ...args: string[]) =>
    execute('git', [...IDENTITY, ...args], { cwd, env: gitEnv, timeout: DEADLINE_MS });
  await git(folder, 'clone', '--quiet', repositoryUrl, 'clone');
  const clone = join(folder, 'clone');
  return {
    async run(index, prompt) {
      const worktree = join(folder, `worktree-${index}`);
      const branch = `work-${index}`;
      const startedAtMs = performance.now();
      await git(clone, 'worktree', 'add', '--quiet', '-b', branch, worktree);
      const claudeStartedAtMs = performance.now();
      await runClaude(worktree, claudeEnv, prompt);
      const claudeEndedAtMs = performance.now();
      await git(worktree, 'add', '--all');
      await git(worktree, 'commit', '--quiet', '--message', 'Work by hand');
      await git(worktree, 'push', '--quiet', 'origin', branch);
      return {
        worktreeMs: claudeStartedAtMs - startedAtMs,
        claudeMs: claudeEndedAtMs - claudeStartedAtMs,
        publishMs: performance.now() - claudeEndedAtMs,
        claudeStartedAtMs,
      };
    },
    close: () => rm(folder, { recursive: true, force: true, maxRetries: 3 }),
  };
}

/** git has the token at hand, as a credential helper would give it. */
function withToken(token: string): Record<string, string> {
  const basic = Buffer.from(`x-access-token:${token}`).toString('base64');
  return {
    GIT_CONFIG_COUNT: '1',
    GIT_CONFIG_KEY_0: 'http.extraHeader',
    GIT_CONFIG_VALUE_0: `Authorization: Basic ${basic}`,
  };
}

async function runClaude(cwd: string, env: Record<string, string>, prompt: string): Promise<void> {
  const child = spawn(findClaude(), ['-p', prompt, ...CLAUDE_FLAGS], {
    cwd,
    env,
    stdio: ['ignore', 'pipe', 'inherit'],
    timeout: DEADLINE_MS,
  });
  let output = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    output += text;
  });
  const [code] = await once(child, 'close');
  if (code !== 0) throw new Error(`claude -p ended with ${String(code)}: ${output.slice(-2_000)}`);
}
