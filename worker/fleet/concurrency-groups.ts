import type { Lease, QueuedJob } from './fleet-state.ts';

/** How full the account's concurrency groups are. A job of none is never held up. */
export class ConcurrencyGroups {
  readonly #groups = new Map<string, { working: number; limit: number }>();

  constructor(leases: readonly Lease[]) {
    for (const lease of leases) this.add(lease);
  }

  /** Counts a job that has begun. */
  add({ concurrency }: Pick<QueuedJob, 'concurrency'>): void {
    if (concurrency === null) return;
    const { working, limit } = this.#groups.get(concurrency.group) ?? {
      working: 0,
      limit: Number.POSITIVE_INFINITY,
    };
    this.#groups.set(concurrency.group, {
      working: working + 1,
      limit: Math.min(limit, concurrency.limit),
    });
  }

  /** What keeps a job from beginning; null when its group has room. */
  fullFor({ concurrency }: Pick<QueuedJob, 'concurrency'>): { group: string; working: number } | null {
    if (concurrency === null) return null;
    const { group } = concurrency;
    const known = this.#groups.get(group);
    if (known === undefined || known.working < Math.min(known.limit, concurrency.limit)) return null;
    return { group, working: known.working };
  }
}
