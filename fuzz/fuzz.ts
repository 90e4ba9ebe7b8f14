import fc from 'fast-check';
import { inject, it } from 'vitest';
import type { FuzzRuns } from './runs.ts';

declare module 'vitest' {
  interface ProvidedContext {
    fuzz: FuzzRuns;
  }
  interface TaskMeta {
    /** How many inputs a target was given. */
    fuzz?: { target: string; inputs: number };
  }
}

/** A parser that needs longer can be made to hang. */
const MAX_INPUT_MS = 5_000;

/** A busy machine may let anything wait for seconds, but not so often in a row. */
const SLOW_TRIES = 4;

/** For the slowest target, which talks to Durable Objects for each input, on a machine that does other work. */
const MAX_MEAN_INPUT_MS = 400;
const FIXED_PART_MS = 120_000;

/** Looking for a smaller input that fails as well ends after so long. */
const MAX_SHRINK_MS = 20_000;

const MAX_SHOWN_CHARS = 3_000;

/**
 * A test that gives `check` as many inputs as the run asks for. A failure shows the seed, the path to repeat it with,
 * and the smallest input that was found to fail.
 *
 * @param target what is fuzzed, and what must hold.
 * @param each what an input is: a call of an address costs more than a text does.
 */
export function fuzz<T>(
  target: string,
  input: fc.Arbitrary<T>,
  check: (input: T) => unknown,
  each: 'runs' | 'calls' = 'runs',
): void {
  const { [each]: runs, seed } = inject('fuzz');
  it(target, { timeout: FIXED_PART_MS + runs * MAX_MEAN_INPUT_MS }, async ({ task }) => {
    let inputs = 0;
    let failedAt = Number.POSITIVE_INFINITY;
    const property = fc.asyncProperty(input, async (value) => {
      // As if this one were fine: what failed before is small enough.
      if (performance.now() - failedAt > MAX_SHRINK_MS) return;
      inputs += 1;
      const startedAt = performance.now();
      try {
        await checkInTime(check, value);
      } catch (error) {
        failedAt = Math.min(failedAt, startedAt);
        throw error;
      }
    });
    const details = await fc.check(property, { numRuns: runs, seed });
    task.meta.fuzz = { target, inputs };
    if (details.failed) throw failureOf(target, details);
  });
}

async function checkInTime<T>(check: (input: T) => unknown, value: T): Promise<void> {
  const tookMs: number[] = [];
  do {
    const startedAt = performance.now();
    await check(value);
    tookMs.push(Math.round(performance.now() - startedAt));
    if (tookMs.length === SLOW_TRIES) throw new Error(`One input took ${tookMs.join(', ')} ms.`);
  } while ((tookMs.at(-1) ?? 0) > MAX_INPUT_MS);
}

function failureOf<T>(target: string, details: fc.RunDetails<[T]>): Error {
  const shown = fc.stringify(details.counterexample).slice(0, MAX_SHOWN_CHARS);
  const { errorInstance: cause, numRuns, seed, counterexamplePath } = details;
  const why = cause instanceof Error ? cause.message : String(cause);
  return new Error(
    `"${target}" failed after ${numRuns} inputs: ${why}\nFUZZ_SEED=${seed}, path ${counterexamplePath}, input ${shown}`,
    { cause },
  );
}
