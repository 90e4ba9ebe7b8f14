/** How many inputs each target gets, how many calls each address, and from which seed. */
export type FuzzRuns = { runs: number; calls: number; seed: number };

/** Enough to find what is plainly wrong, in seconds. `npm run fuzz` takes more. */
const DEFAULT_RUNS = 150;

/** There are more than a hundred addresses, and each call goes through several Durable Objects. */
const DEFAULT_CALLS = 40;

/** The same inputs in each run of the tests; a long run takes another seed. */
const DEFAULT_SEED = 20_261_121;

/** The one place that reads how much is fuzzed: `FUZZ_RUNS` and `FUZZ_SEED`. */
export function readFuzzRuns(env: Readonly<Record<string, string | undefined>>): FuzzRuns {
  return {
    runs: wholeNumber('FUZZ_RUNS', env.FUZZ_RUNS, DEFAULT_RUNS),
    calls: wholeNumber('FUZZ_RUNS', env.FUZZ_RUNS, DEFAULT_CALLS),
    seed: wholeNumber('FUZZ_SEED', env.FUZZ_SEED, DEFAULT_SEED),
  };
}

function wholeNumber(name: string, text: string | undefined, fallback: number): number {
  if (text === undefined || text === '') return fallback;
  if (!/^-?\d{1,9}$/.test(text)) throw new RangeError(`${name} must be a whole number, not "${text}".`);
  return Number(text);
}
