import type { ChildProcess } from 'node:child_process';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import type { OutputStream } from './capture-output.ts';
import { captureOutput } from './capture-output.ts';
import type { ChildGroup, SignalTarget } from './child-group.ts';
import { watchChildGroup } from './child-group.ts';
import type { ExitReport } from './exit-report.ts';
import { OutputRing } from './output-ring.ts';
import type { StartFailure } from './process-start-error.ts';
import { ProcessStartError } from './process-start-error.ts';

/** A server that flushes on SIGTERM is done well within this. */
export const STOP_GRACE_MS = 5_000;

export interface ProcessOptions<T> {
  /** What it is called in errors; the command if not given. */
  name?: string;
  command: string;
  args: readonly string[];
  /** The whole environment of the child: nothing is inherited, so no secret gets there by accident. */
  env: Record<string, string | undefined>;
  cwd?: string;
  /**
   * Written to the child's stdin, which then stays open for as long as this process lives: a child that ends
   * at the end of its stdin does not outlive us, even when we are killed. Without it, stdin is empty.
   */
  stdin?: string;
  /** Called with each line of `readyStream` (stdout if not given) until it gives something other than undefined: then the child is ready. */
  ready: (line: string) => T | undefined;
  /** Where the ready line comes; programs that log to stderr say it there. */
  readyStream?: OutputStream;
  deadlineMs: number;
  onLine?: (line: string, stream: OutputStream) => void;
  /** Everything the child writes is appended to this file. */
  logFile?: string;
  signal?: AbortSignal;
}

export interface RunningProcess<T> {
  ready: T;
  pid: number;
  /** The last lines of stdout and stderr, oldest first. */
  output(): string[];
  /** Resolves when the process has ended, whoever ended it; never rejects. */
  exited: Promise<ExitReport>;
  /** SIGTERM to the group, SIGKILL after `graceMs`; resolves when it has ended. */
  stop(graceMs?: number): Promise<ExitReport>;
  /**
   * Sends a signal (SIGKILL if none is given) and does not wait: await `exited` for that. Killing only the
   * leader leaves its children running, as a crash of that one process would.
   */
  kill(signal?: NodeJS.Signals, target?: SignalTarget): void;
}

/**
 * Starts a program in a process group of its own and waits until it says that it is ready.
 * Throws a `ProcessStartError` if it ends first or does not get there in time; nothing of it is left then.
 */
export async function startProcess<T>(options: ProcessOptions<T>): Promise<RunningProcess<T>> {
  const child = spawn(options.command, options.args, {
    cwd: options.cwd,
    env: options.env,
    detached: true,
    stdio: [options.stdin === undefined ? 'ignore' : 'pipe', 'pipe', 'pipe'],
  });
  const ring = new OutputRing();
  const fail = (failure: StartFailure) =>
    new ProcessStartError(options.name ?? options.command, failure, ring.lines(), options.logFile);
  const { pid } = child;
  if (pid === undefined) {
    const [cause] = await once(child, 'error');
    throw fail({ reason: 'not_spawned', cause });
  }
  // Later errors of a running child (a signal that can't be delivered) show in how it exits.
  child.on('error', () => {});
  const group = watchChildGroup(child, pid);
  const outcome = await waitUntilReady(child, group, ring, options);
  if (outcome.status === 'failed') {
    group.signal('SIGKILL', 'group');
    await group.exited;
    throw fail(outcome.failure);
  }
  return {
    ready: outcome.value,
    pid,
    output: () => ring.lines(),
    exited: group.exited,
    stop: (graceMs = STOP_GRACE_MS) => stopGroup(group, graceMs),
    kill: (signal = 'SIGKILL', target = 'group') => group.signal(signal, target),
  };
}

type StartOutcome<T> = { status: 'ready'; value: T } | { status: 'failed'; failure: StartFailure };

/** The first of: ready, exited, deadline, abort. */
async function waitUntilReady<T>(
  child: ChildProcess,
  group: ChildGroup,
  ring: OutputRing,
  options: ProcessOptions<T>,
): Promise<StartOutcome<T>> {
  const { promise, resolve } = Promise.withResolvers<StartOutcome<T>>();
  const fail = (failure: StartFailure) => resolve({ status: 'failed', failure });
  const { deadlineMs, signal } = options;
  let isReady = false;
  captureOutput(child, ring, {
    logFile: options.logFile,
    onLine: (line, stream) => {
      options.onLine?.(line, stream);
      if (isReady || stream !== (options.readyStream ?? 'stdout')) return;
      const value = options.ready(line);
      if (value === undefined) return;
      isReady = true;
      resolve({ status: 'ready', value });
    },
  });
  const deadline = setTimeout(() => fail({ reason: 'not_ready', deadlineMs }), deadlineMs);
  const onAbort = () => fail({ reason: 'aborted' });
  signal?.addEventListener('abort', onAbort, { once: true });
  if (signal?.aborted) onAbort();
  void group.exited.then((exit) => fail({ reason: 'exited_early', exit }));
  if (options.stdin !== undefined && child.stdin) {
    // A child that ends without reading gives EPIPE; that it ended is reported by `exited`.
    child.stdin.on('error', () => {});
    child.stdin.write(options.stdin);
  }
  const outcome = await promise;
  clearTimeout(deadline);
  signal?.removeEventListener('abort', onAbort);
  return outcome;
}

async function stopGroup(group: ChildGroup, graceMs: number): Promise<ExitReport> {
  group.signal('SIGTERM', 'group');
  const force = setTimeout(() => group.signal('SIGKILL', 'group'), graceMs);
  try {
    return await group.exited;
  } finally {
    clearTimeout(force);
  }
}
