import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { z } from 'zod';

/** The runner looks at the machine and connects; a busy machine takes longer. */
const READY_MS = 120_000;

/** A runner that is told to end keeps its work, and GitHub ends what takes longer. */
const STOP_MS = 30_000;

/** Of a cancelled workflow, which has ten seconds in all. */
const QUICK_STOP_MS = 4_000;

/** Of its log: enough to see why it ended. */
const KEPT_LINES = 40;

export type RunningJobRunner = {
  /** Aborts when it ends before it is told to. */
  died: AbortSignal;
  /** The end of its log, for people. */
  lastLines(): readonly string[];
  /** Ends it, with everything that it started. `quick`: the workflow is cancelled. */
  stop(quick?: boolean): Promise<void>;
};

export class JobRunnerError extends Error {}

const lineSchema = z.looseObject({ msg: z.string(), level: z.unknown().optional() });

/** Starts the runner's program beside the step and waits until it is connected. @throws JobRunnerError */
export async function startJobRunner(
  program: string,
  env: Record<string, string>,
): Promise<RunningJobRunner> {
  const child = spawn(process.execPath, [program, 'start'], { env, stdio: ['ignore', 'ignore', 'pipe'] });
  const died = new AbortController();
  const lines: string[] = [];
  let stopping = false;
  const ended = once(child, 'close').then(() => {
    if (!stopping) died.abort();
  });
  const connected = readLog(child, (line) => {
    lines.push(line);
    if (lines.length > KEPT_LINES) lines.shift();
  });
  const runner: RunningJobRunner = {
    died: died.signal,
    lastLines: () => lines,
    async stop(quick = false) {
      stopping = true;
      child.kill('SIGTERM');
      const timer = setTimeout(() => child.kill('SIGKILL'), quick ? QUICK_STOP_MS : STOP_MS);
      await ended;
      clearTimeout(timer);
    },
  };
  const { promise: late, resolve } = Promise.withResolvers<'late'>();
  const timer = setTimeout(() => resolve('late'), READY_MS);
  const first = await Promise.race([connected, late, ended.then(() => 'ended' as const)]);
  clearTimeout(timer);
  if (first === 'connected') return runner;
  await runner.stop();
  const why = first === 'late' ? `was not connected within ${READY_MS / 1_000} s` : 'ended at once';
  throw new JobRunnerError(`The runner inside the job ${why}. ${lines.slice(-5).join(' ')}`);
}

/** Resolves once the control plane has welcomed it. */
function readLog({ stderr }: ChildProcess, keep: (line: string) => void): Promise<'connected'> {
  return new Promise((resolve) => {
    if (stderr === null) return;
    createInterface({ input: stderr }).on('line', (line) => {
      keep(line);
      if (messageOf(line) === 'runner.connected') resolve('connected');
    });
  });
}

function messageOf(line: string): string | null {
  try {
    return lineSchema.safeParse(JSON.parse(line)).data?.msg ?? null;
  } catch {
    return null;
  }
}
