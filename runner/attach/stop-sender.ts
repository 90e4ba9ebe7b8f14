import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { isRunning, type ProcessRef, processRef } from '../process/process-start-time.ts';
import { senderPidOf } from './attachment.ts';

/** A sender ends between two calls; one that hangs in a call is not waited for longer. */
const END_MS = 5_000;
const LOOK_MS = 20;

/** Asks the process that sends a project's reports to end, and waits for it. */
export async function stopSender(folder: string): Promise<void> {
  const ref = senderOf(folder);
  if (ref === null) return;
  process.kill(ref.pid, 'SIGTERM');
  for (let waitedMs = 0; waitedMs < END_MS && isRunning(ref); waitedMs += LOOK_MS) await sleep(LOOK_MS);
}

/** Numbers of processes are used again: it must say of itself that it sends. */
function senderOf(folder: string): ProcessRef | null {
  try {
    const pid = Number(readFileSync(senderPidOf(folder), 'utf8'));
    if (!Number.isInteger(pid) || pid <= 1) return null;
    const words = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0');
    return words.includes('send-reports') && words.includes(folder) ? processRef(pid) : null;
  } catch {
    return null;
  }
}
