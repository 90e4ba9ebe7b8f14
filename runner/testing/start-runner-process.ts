import type { ChildProcess } from 'node:child_process';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { endProcessTree } from '../process/end-process-tree.ts';
import { processRef } from '../process/process-start-time.ts';

const BIN = fileURLToPath(new URL('../bin.js', import.meta.url));

/** A real runner process as a test sees it. */
export type RunnerProcess = {
  child: ChildProcess;
  /** Its log and output, as far as they have come. */
  log(): string;
  /** Resolves with the exit code, null after a kill. */
  exited: Promise<number | null>;
  /** As a crash does: nothing is cleaned up. */
  kill(): Promise<void>;
  /** Ends it whatever it does, with all its processes. */
  clear(): Promise<void>;
};

export function startRunnerProcess(cwd: string, env: NodeJS.ProcessEnv, args: string[]): RunnerProcess {
  const child = spawn(process.execPath, [BIN, ...args], { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] });
  let log = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (data) => {
      log += String(data);
    });
  }
  const exited = once(child, 'exit').then(([code]) => (typeof code === 'number' ? code : null));
  return {
    child,
    log: () => log,
    exited,
    async kill() {
      child.kill('SIGKILL');
      await exited;
    },
    async clear() {
      const ref = processRef(child.pid ?? 0);
      if (ref !== null) await endProcessTree(ref, { graceMs: 0 });
    },
  };
}
