import { MetricStore } from '../metrics/metric-store.ts';
import { count, gauge, type Sample } from '../metrics/observation.ts';
import { backlogSamples } from '../metrics/sample-backlog.ts';
import type { Backlog } from '../storage/outbox.ts';
import { GitHubRequests } from './github-requests.ts';
import type { WritePace } from './pace-writes.ts';
import { PermissionCache } from './permission-cache.ts';
import { WriteTimes } from './write-times.ts';

export type InstallationState = {
  deliveries: { open: number; parked: number };
  reported: number;
  outbox: Backlog;
};

/** What an installation counts, and the parts through which all that it counts goes. */
export class InstallationMetrics {
  readonly requests: GitHubRequests;
  readonly permissions: PermissionCache;
  readonly #counters: MetricStore;

  constructor(sql: SqlStorage, pace: WritePace) {
    this.#counters = new MetricStore(sql);
    this.requests = new GitHubRequests({
      counters: this.#counters,
      writes: new WriteTimes(sql),
      pace,
      now: () => Date.now(),
      sleep: (ms) => scheduler.wait(ms),
    });
    this.permissions = new PermissionCache({
      now: () => Date.now(),
      note: (result) => this.noteCache('permission', result),
    });
  }

  noteCache(cache: string, result: 'hit' | 'miss'): void {
    this.#counters.add([count('signalbox_cache_requests_total', [cache, result])]);
  }

  samples({ deliveries, reported, outbox }: InstallationState, nowMs: number): Sample[] {
    const left = this.requests.rateLimitLeft;
    return [
      ...this.#counters.read(),
      ...(left === null ? [] : [gauge('signalbox_github_rate_limit_remaining', [], left)]),
      gauge('signalbox_deliveries_open', [], deliveries.open),
      gauge('signalbox_deliveries_parked', [], deliveries.parked),
      gauge('signalbox_attention_reported', [], reported),
      ...backlogSamples('installation', outbox, nowMs),
    ];
  }
}
