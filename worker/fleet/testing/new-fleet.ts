import { runDurableObjectAlarm } from 'cloudflare:test';
import { vi } from 'vitest';
import { type ConnectedRunner, connectRunner, fleet, makeJob } from './connect-runner.ts';

/** Objects of a test file share their storage, so each test has a Fleet of its own. */
let accounts = 0;
export function newAccount(): string {
  accounts += 1;
  return `github:${accounts}`;
}

export async function newRunner(account: string, name = 'den'): Promise<ConnectedRunner> {
  const { id } = await fleet(account).registerRunner(account, name);
  return connectRunner(account, id);
}

/** A runner that was given the one job of its account. */
export async function newRunnerWithJob(account: string, name?: string) {
  const runner = await newRunner(account, name);
  await runner.hello();
  const job = makeJob(newSession());
  await fleet(account).enqueue(job);
  await runner.next('assign');
  return { runner, job };
}

export const METRICS = {
  cpuShare: 0.5,
  memoryUsedBytes: 1,
  memoryTotalBytes: 2,
  diskFreeBytes: 3,
  diskTotalBytes: 4,
};

export const newSession = () => crypto.randomUUID();

/** Moves the clock and lets the object look at its deadlines. */
export async function passTime(account: string, ms: number): Promise<void> {
  vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + ms });
  await runDurableObjectAlarm(fleet(account));
}
