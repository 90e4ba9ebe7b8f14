import type { RunnerEvent } from '../../protocol/events.ts';
import type { TaskOptions } from '../../protocol/task-options.ts';
import { addUsage, type Usage } from '../../protocol/usage.ts';

export type Spent = { turns: number; usage: Usage; iterations: number };

type CountedLimit = 'turns' | 'usd' | 'tokens' | 'iterations';

/**
 * Tokens that count towards a task's limit. Those read from the cache do not: each step reads the whole conversation
 * again, at a tenth of the price.
 */
export function countedTokens({ inputTokens, outputTokens, cacheWriteTokens }: Usage): number {
  return inputTokens + outputTokens + cacheWriteTokens;
}

/** What a task has used of its limits so far, whoever used it, with one warning for each before it is reached. */
export class LimitWatch {
  #spent: Spent;
  readonly #options: TaskOptions;
  readonly #emit: (event: RunnerEvent) => void;
  readonly #warned = new Set<CountedLimit>();

  /** @param spent of earlier attempts, which have warned already where they came near a limit */
  constructor(spent: Spent, options: TaskOptions, emit: (event: RunnerEvent) => void) {
    this.#spent = spent;
    this.#options = options;
    this.#emit = emit;
    for (const [limit, used, most] of this.#counts()) if (this.#isNear(used, most)) this.#warned.add(limit);
  }

  get spent(): Spent {
    return this.#spent;
  }

  /** Null: no limit. At least a little, for a turn that is begun is not refused. */
  get tokensLeft(): number | null {
    const { maxTokens } = this.#options;
    return maxTokens === null ? null : Math.max(1, maxTokens - countedTokens(this.#spent.usage));
  }

  add({ turns = 0, usage, iterations = 0 }: { turns?: number; usage?: Usage; iterations?: number }): void {
    const { spent } = this;
    this.#spent = {
      turns: spent.turns + turns,
      usage: usage === undefined ? spent.usage : addUsage(spent.usage, usage),
      iterations: spent.iterations + iterations,
    };
    for (const [limit, used, most] of this.#counts()) this.#warn(limit, used, most);
  }

  /** The limit that is used up: nothing more is begun. Iterations are counted by whoever goes on. */
  usedUp(): 'turns' | 'usd' | 'tokens' | null {
    for (const [limit, used, most] of this.#counts()) {
      if (limit !== 'iterations' && most !== null && used >= most) return limit;
    }
    return null;
  }

  #counts(): [CountedLimit, number, number | null][] {
    const { turns, usage, iterations } = this.#spent;
    const { maxTurns, maxUsd, maxTokens, maxIterations } = this.#options;
    return [
      ['usd', usage.costUsd, maxUsd],
      ['tokens', countedTokens(usage), maxTokens],
      ['turns', turns, maxTurns],
      ['iterations', iterations, maxIterations],
    ];
  }

  #isNear(used: number, most: number | null): boolean {
    const { warnAt } = this.#options;
    return most !== null && warnAt < 1 && used >= most * warnAt;
  }

  #warn(limit: CountedLimit, used: number, most: number | null): void {
    if (most === null || this.#warned.has(limit) || !this.#isNear(used, most)) return;
    this.#warned.add(limit);
    this.#emit({ type: 'notice', level: 'warning', text: describeNear(limit, used, most) });
  }
}

function describeNear(limit: CountedLimit, used: number, most: number): string {
  switch (limit) {
    case 'usd':
      return `The limit of cost is near: $${used.toFixed(2)} of $${most.toFixed(2)} are used.`;
    case 'tokens':
      return `The limit of tokens is near: ${used} of ${most} are used.`;
    case 'turns':
      return `The limit of turns is near: ${used} of ${most} are used.`;
    case 'iterations':
      return `The task has gone on by itself ${used} times; it may ${most} times.`;
  }
}
