import type { ChildProcess } from 'node:child_process';
import type { ExitReport } from './exit-report.ts';
import { endGroupWithThisProcess, forgetGroup, signalGroup } from './process-group.ts';

/** Output written just before the end is read within this; a process that left the group may hold the pipe for ever. */
const DRAIN_AFTER_EXIT_MS = 500;

export type SignalTarget = 'group' | 'leader';

/** A child that leads a process group, from its start to its end. */
export interface ChildGroup {
  exited: Promise<ExitReport>;
  /** Does nothing once the leader has ended: its number may belong to somebody else by then. */
  signal(signal: NodeJS.Signals, target: SignalTarget): void;
}

/** Watches a child started with `detached`, and ends what it leaves behind in its group when it ends. */
export function watchChildGroup(child: ChildProcess, pid: number): ChildGroup {
  const { promise: exited, resolve } = Promise.withResolvers<ExitReport>();
  let hasEnded = false;
  let isGroupSpared = false;
  endGroupWithThisProcess(pid);

  child.once('exit', (code, signal) => {
    hasEnded = true;
    if (!isGroupSpared) signalGroup(pid, 'SIGKILL');
    forgetGroup(pid);
    child.stdin?.destroy();
    const report: ExitReport = signal ? { by: 'signal', signal } : { by: 'code', code: code ?? 0 };
    const stopReading = setTimeout(() => {
      child.stdout?.destroy();
      child.stderr?.destroy();
    }, DRAIN_AFTER_EXIT_MS);
    child.once('close', () => {
      clearTimeout(stopReading);
      resolve(report);
    });
  });

  return {
    exited,
    signal: (signal, target) => {
      if (hasEnded) return;
      if (target === 'group') {
        signalGroup(pid, signal);
        return;
      }
      isGroupSpared ||= signal === 'SIGKILL';
      child.kill(signal);
    },
  };
}
