/** How many inputs are given to sessions in all, and from which seed. */
export type AgreementSteps = { steps: number; seed: number };

/** A dozen sessions: seconds. `npm run agreement -- --steps 10000` takes more. */
const DEFAULT_STEPS = 480;

/** The same inputs in each run of the tests; a long run takes another seed. */
const DEFAULT_SEED = 20_261_121;

/** The one place that reads how much is tried: `AGREEMENT_STEPS` and `AGREEMENT_SEED`. */
export function readAgreementSteps(env: Readonly<Record<string, string | undefined>>): AgreementSteps {
  return {
    steps: wholeNumber('AGREEMENT_STEPS', env.AGREEMENT_STEPS, DEFAULT_STEPS),
    seed: wholeNumber('AGREEMENT_SEED', env.AGREEMENT_SEED, DEFAULT_SEED),
  };
}

function wholeNumber(name: string, text: string | undefined, fallback: number): number {
  if (text === undefined || text === '') return fallback;
  if (!/^\d{1,9}$/.test(text)) throw new RangeError(`${name} must be a whole number, not "${text}".`);
  return Number(text);
}
