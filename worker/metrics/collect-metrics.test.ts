import { env } from 'cloudflare:workers';
import { afterEach, expect, it, vi } from 'vitest';
import { accountKeySchema } from '../../protocol/ids.ts';
import type { Env } from '../env.ts';
import { collectMetrics } from './collect-metrics.ts';
import { writeExposition } from './write-exposition.ts';

/** How long Prometheus waits, unless told otherwise. */
const PROMETHEUS_WAITS_MS = 10_000;

const ACCOUNTS = Array.from({ length: 200 }, (_, at) => accountKeySchema.parse(`github:${300_000 + at}`));

afterEach(() => vi.useRealTimers());

/** Objects that are asked and never answer. */
function silentObjects() {
  const asked: string[] = [];
  const never = () => new Promise<never>(() => {});
  const get = (name: string) => {
    asked.push(name);
    return { ask: never, metrics: never };
  };
  const namespace: unknown = { idFromName: (name: string) => name, get };
  return { asked, namespace };
}

it('ends before Prometheus gives up, however many accounts do not answer, and says of whom it tells nothing', async () => {
  vi.useFakeTimers({ toFake: ['Date', 'setTimeout', 'clearTimeout'] });
  const { asked, namespace } = silentObjects();
  const silent: Env = Object.assign(
    { ...env },
    { ACCOUNT: namespace, FLEET: namespace, INSTALLATION: namespace },
  );
  const startedAt = Date.now();
  const collected = collectMetrics(silent, ACCOUNTS, true);
  await vi.runAllTimersAsync();
  const text = writeExposition(await collected);
  expect(Date.now() - startedAt).toBeLessThan(PROMETHEUS_WAITS_MS);
  expect(text.match(/^signalbox_source_up\{.+\} 0$/gm)).toHaveLength(ACCOUNTS.length * 3);
  expect(text).not.toMatch(/^signalbox_source_up\{.+\} 1$/m);
  // What can't be asked in time is left alone.
  expect(new Set(asked).size).toBeLessThan(ACCOUNTS.length / 2);
});
