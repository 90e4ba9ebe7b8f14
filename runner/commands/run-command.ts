import { spawn } from 'node:child_process';
import { StringDecoder } from 'node:string_decoder';
import { setTimeout as sleep } from 'node:timers/promises';
import { endProcessTree } from '../process/end-process-tree.ts';
import { processRef } from '../process/process-start-time.ts';
import type { Enclosure, Sandbox } from '../sandbox/sandbox.ts';
import type { GitFolders } from '../sandbox/sandbox-plan.ts';
import { type CommandHost, commandEnvironment } from './command-environment.ts';

/** What of a command's output is kept at all; a test run that writes more is read by nobody. */
export const MAX_COMMAND_OUTPUT_BYTES = 10_000_000;

/** Output that was written before the end may take so long to be read; a pipe that a child inherited stays open. */
const DRAIN_MS = 1_000;

/** What every command of a runner has in common. `sandbox` null: commands run with the runner's rights. */
export type CommandDeps = { host: CommandHost; sandbox: Sandbox | null };

export type CommandRequest = {
  /** For a shell. It comes from the repository's trusted base, or from somebody who may start work. */
  command: string;
  /** Words that the command gets behind its own, each as it is. */
  args?: readonly string[];
  cwd: string;
  /** The session's folder, which the command may write to; `cwd` lies in it. */
  folder: string;
  git: GitFolders | null;
  timeLimitMs: number;
  signal?: AbortSignal;
  onOutput?: (text: string) => void;
};

export type CommandEnd = {
  /** The first reason wins. */
  reason: 'exited' | 'timed_out' | 'aborted' | 'not_started';
  exitCode: number | null;
  /** Both streams as they came. `bytes` counts what was left out too. */
  output: string;
  bytes: number;
  durationMs: number;
};

/** Runs a shell command in a process group of its own and ends everything that it started. Never rejects. */
export async function runCommand(request: CommandRequest, deps: CommandDeps): Promise<CommandEnd> {
  const startedAt = performance.now();
  const took = (): number => performance.now() - startedAt;
  const output = new Output(request.onOutput ?? (() => undefined));
  let enclosure: Enclosure | null = null;
  try {
    enclosure = await enclose(request, deps.sandbox);
    return { ...(await runIn(request, deps, enclosure, output)), ...output.taken(), durationMs: took() };
  } catch (error) {
    output.add(error instanceof Error ? error.message : String(error));
    return { reason: 'not_started', exitCode: null, ...output.taken(), durationMs: took() };
  } finally {
    enclosure?.close();
  }
}

async function enclose({ folder, git }: CommandRequest, sandbox: Sandbox | null): Promise<Enclosure | null> {
  return sandbox === null ? null : sandbox.enclose({ cwd: folder, git, writable: [], readable: [] });
}

async function runIn(
  request: CommandRequest,
  { host }: CommandDeps,
  enclosure: Enclosure | null,
  output: Output,
): Promise<Pick<CommandEnd, 'reason' | 'exitCode'>> {
  const { command, args = [], cwd, timeLimitMs, signal } = request;
  if (signal?.aborted === true) return { reason: 'aborted', exitCode: null };
  const line = args.length === 0 ? command : `${command} "$@"`;
  // The shell's own name stands before its words.
  const shell = { command: 'bash', args: ['-c', line, 'gate', ...args] };
  const launch = enclosure?.launch(shell) ?? shell;
  const child = spawn(launch.command, launch.args, {
    cwd,
    env: commandEnvironment(host),
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  });
  const ref = child.pid === undefined ? null : processRef(child.pid);
  const read = [child.stdout, child.stderr].map((stream) => readAll(stream, output));
  const exit = new Promise<Pick<CommandEnd, 'reason' | 'exitCode'>>((resolve) => {
    child.once('error', (error) => {
      output.add(error.message);
      resolve({ reason: 'not_started', exitCode: null });
    });
    child.once('exit', (exitCode) => resolve({ reason: 'exited', exitCode }));
  });
  const first = await Promise.race([exit, cutShort(timeLimitMs, signal, exit)]);
  if (ref !== null) await endProcessTree(ref, first.reason === 'exited' ? { graceMs: 0 } : {});
  if (child.pid !== undefined) endGroup(child.pid);
  if (first.reason !== 'not_started') {
    await exit;
    await Promise.race([Promise.all(read), sleep(DRAIN_MS, undefined, { ref: false })]);
  }
  child.stdout.destroy();
  child.stderr.destroy();
  output.end();
  return first;
}

/** Its time is over, or nobody wants it any more. */
async function cutShort(
  timeLimitMs: number,
  signal: AbortSignal | undefined,
  exit: Promise<unknown>,
): Promise<Pick<CommandEnd, 'reason' | 'exitCode'>> {
  const { promise, resolve } = Promise.withResolvers<'timed_out' | 'aborted'>();
  const timer = setTimeout(() => resolve('timed_out'), timeLimitMs);
  const abort = (): void => resolve('aborted');
  signal?.addEventListener('abort', abort, { once: true });
  void exit.then(() => {
    clearTimeout(timer);
    signal?.removeEventListener('abort', abort);
  });
  return { reason: await promise, exitCode: null };
}

/** What the command left in its group after its own end. */
function endGroup(pid: number): void {
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // Nobody is left.
  }
}

function readAll(stream: NodeJS.ReadableStream, output: Output): Promise<void> {
  const decoder = new StringDecoder('utf8');
  return new Promise((resolve) => {
    stream.on('data', (chunk: Buffer) => output.add(decoder.write(chunk)));
    stream.once('close', () => {
      output.add(decoder.end());
      resolve();
    });
  });
}

class Output {
  readonly #onText: (text: string) => void;
  #texts: string[] = [];
  #bytes = 0;
  #isOver = false;

  constructor(onText: (text: string) => void) {
    this.#onText = onText;
  }

  add(text: string): void {
    if (text === '' || this.#isOver) return;
    const before = this.#bytes;
    this.#bytes += Buffer.byteLength(text);
    if (before >= MAX_COMMAND_OUTPUT_BYTES) return;
    this.#texts.push(text);
    this.#onText(text);
  }

  end(): void {
    this.#isOver = true;
  }

  taken(): { output: string; bytes: number } {
    return { output: this.#texts.join(''), bytes: this.#bytes };
  }
}
