import { existsSync } from 'node:fs';
import { execa } from 'execa';
import { endProcessGroup, signalGroup } from './end-process-group.ts';
import { MAX_STDERR_BYTES, MAX_STDOUT_BYTES, TERM_GRACE_MS } from './git-limits.ts';
import { redactCredentials } from './redact-credentials.ts';

export type GitOptions = {
  cwd?: string;
  /** The whole environment; nothing of the runner's own is added. */
  env: Record<string, string>;
  deadlineMs: number;
  signal?: AbortSignal;
  input?: string;
  /** `latin1` keeps every byte of a file name; `utf8` is for what people read. */
  encoding?: 'utf8' | 'latin1';
  maxStdoutBytes?: number;
  /** Standard output beyond the limit: a failure (default), or left out and counted. */
  overflow?: 'fail' | 'cut';
  /** Removed from everything that git prints. */
  secrets?: readonly string[];
  termGraceMs?: number;
  gitPath?: string;
};

/** Why a command did not end well. The first reason wins. */
export type GitFailureReason =
  | 'exit'
  | 'killed'
  | 'deadline'
  | 'aborted'
  | 'too_much_output'
  | 'not_installed'
  | 'no_folder';

export type GitFailure = {
  ok: false;
  reason: GitFailureReason;
  /** `git` and its subcommand. */
  command: string;
  exitCode: number | null;
  stdout: string;
  /** Redacted and bounded. */
  stderr: string;
};

/** `bytes` is the whole size of standard output, also of what was left out (`cut`). */
export type GitSuccess = { ok: true; stdout: string; stderr: string; bytes: number; cut: boolean };
export type GitResult = GitSuccess | GitFailure;

const liveGroups = new Set<number>();
// Groups of their own are not reached by the signal that ends the runner.
process.on('exit', () => {
  for (const group of liveGroups) signalGroup(group, 'SIGTERM');
});

/** Keeps the first `limit` bytes of a stream and counts them all. */
class BoundedOutput {
  #chunks: Buffer[] = [];
  #kept = 0;
  #limit: number;
  bytes = 0;

  constructor(limit: number) {
    this.#limit = limit;
  }

  add(chunk: Buffer): void {
    this.bytes += chunk.length;
    const room = this.#limit - this.#kept;
    if (room <= 0) return;
    const part = chunk.length > room ? chunk.subarray(0, room) : chunk;
    this.#chunks.push(part);
    this.#kept += part.length;
  }

  get cut(): boolean {
    return this.bytes > this.#kept;
  }

  text(encoding: 'utf8' | 'latin1'): string {
    return Buffer.concat(this.#chunks).toString(encoding);
  }
}

function commandName(args: readonly string[]): string {
  return `git ${args.find((arg) => !arg.startsWith('-')) ?? ''}`.trim();
}

/**
 * Runs git: an argument array, never a shell; a process group of its own with a deadline, an AbortSignal and a forced
 * end (TERM, then KILL); output bounded and redacted. Expected failures are returned, never thrown.
 */
export async function runGit(args: readonly string[], options: GitOptions): Promise<GitResult> {
  const command = commandName(args);
  const fail = (reason: GitFailureReason, extra: Partial<GitFailure> = {}): GitFailure => ({
    ok: false,
    reason,
    command,
    exitCode: null,
    stdout: '',
    stderr: '',
    ...extra,
  });
  if (options.signal?.aborted) return fail('aborted');

  const stdout = new BoundedOutput(options.maxStdoutBytes ?? MAX_STDOUT_BYTES);
  const stderr = new BoundedOutput(MAX_STDERR_BYTES);
  const encoding = options.encoding ?? 'utf8';
  const child = execa(options.gitPath ?? 'git', args, {
    cwd: options.cwd,
    env: options.env,
    extendEnv: false,
    reject: false,
    buffer: false,
    encoding: 'buffer',
    detached: true,
    input: Buffer.from(options.input ?? '', encoding),
  });

  const group = child.pid;
  if (group !== undefined) liveGroups.add(group);
  let ended: GitFailureReason | null = null;
  let stopForcing: (() => void) | null = null;
  const end = (reason: GitFailureReason): void => {
    if (ended !== null || group === undefined) return;
    ended = reason;
    stopForcing = endProcessGroup(group, options.termGraceMs ?? TERM_GRACE_MS);
  };
  const onAbort = (): void => end('aborted');
  options.signal?.addEventListener('abort', onAbort, { once: true });
  const deadline = setTimeout(() => end('deadline'), options.deadlineMs);

  child.stdout.on('data', (chunk: Buffer) => {
    stdout.add(chunk);
    if (stdout.cut && options.overflow !== 'cut') end('too_much_output');
  });
  child.stderr.on('data', (chunk: Buffer) => {
    stderr.add(chunk);
  });
  child.once('exit', () => stopForcing?.());
  try {
    const result = await child;
    const output = {
      exitCode: result.exitCode ?? null,
      stdout: stdout.text(encoding),
      stderr: redactCredentials(stderr.text('utf8'), options.secrets),
    };
    if (ended !== null) return fail(ended, output);
    if (group === undefined) {
      const folderGone = options.cwd !== undefined && !existsSync(options.cwd);
      return fail(folderGone ? 'no_folder' : 'not_installed', { stderr: result.shortMessage ?? '' });
    }
    if (result.exitCode === undefined) return fail('killed', output);
    if (result.exitCode !== 0) return fail('exit', output);
    return { ok: true, stdout: output.stdout, stderr: output.stderr, bytes: stdout.bytes, cut: stdout.cut };
  } finally {
    clearTimeout(deadline);
    options.signal?.removeEventListener('abort', onAbort);
    if (group !== undefined) liveGroups.delete(group);
  }
}
