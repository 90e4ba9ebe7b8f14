import { readFileSync } from 'node:fs';
import { readProcess } from './process-table.ts';

/** A process that can't be mistaken for a later one with the same number. */
export type ProcessRef = { pid: number; startTime: string };

let bootId: string | undefined;

/** Start times count from boot, so they only mean something together with the boot they belong to. */
function readBootId(): string {
  bootId ??= readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
  return bootId;
}

export function formatStartTime(startTicks: number): string {
  return `${readBootId()}/${startTicks}`;
}

/**
 * When a process was started, as text that is equal only for the same process.
 *
 * @returns null when no such process runs (a zombie counts as gone).
 */
export function processStartTime(pid: number): string | null {
  const found = readProcess(pid);
  return found === null || found.state === 'Z' ? null : formatStartTime(found.startTicks);
}

/** The identity of a running process, to be kept on disk for the next life. Null when it is gone. */
export function processRef(pid: number): ProcessRef | null {
  const startTime = processStartTime(pid);
  return startTime === null ? null : { pid, startTime };
}

/** Whether exactly this process still runs; numbers are reused, start times are not. */
export function isRunning(ref: ProcessRef): boolean {
  return processStartTime(ref.pid) === ref.startTime;
}
