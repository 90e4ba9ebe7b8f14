import type { Logger } from 'pino';
import { endProcessTree } from '../process/end-process-tree.ts';

/** 128 + SIGINT, as a shell shows it; and EX_SOFTWARE of sysexits(3). */
const EXIT_AT_ONCE = 130;
const EXIT_BUG = 70;

async function endEverything(dataDir: string, code: number): Promise<never> {
  await endProcessTree([], { graceMs: 0, markedWith: dataDir });
  process.exit(code);
}

/** The first signal drains; the second ends at once, with everything that was started. */
export function drainOnSignals(drain: (why: string) => Promise<void>, dataDir: string, log: Logger): void {
  let signals = 0;
  const onSignal = (signal: NodeJS.Signals): void => {
    signals += 1;
    if (signals === 1) {
      void drain(`The runner was shut down (${signal}).`);
      return;
    }
    log.warn({ signal }, 'runner.ended_at_once');
    void endEverything(dataDir, EXIT_AT_ONCE);
  };
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(signal, onSignal);
}

/**
 * A bug that reaches the top ends the runner, but leaves no Claude behind: whoever restarts it gets the jobs back as
 * after a crash. A terminal that is closed is no bug.
 */
export function endOnBug(dataDir: string, log: Logger): void {
  process.stderr.on('error', () => {});
  process.stdout.on('error', () => {});
  const onBug = (error: unknown): void => {
    log.fatal({ err: error }, 'runner.bug');
    void endEverything(dataDir, EXIT_BUG);
  };
  process.on('uncaughtException', onBug);
  process.on('unhandledRejection', onBug);
}
