import type { BeforeStep } from './run-batch.ts';

/** The connection is cut with no answer, as when the server or the network dies at that moment. */
export class ConnectionCut extends Error {
  override readonly name = 'ConnectionCut';
}

/** Ways in which a database far away fails, for tests of those who depend on it. All are off at first. */
export class Faults {
  #mode: 'none' | 'refuse' | 'fail_mid_batch' | 'lose_answers' = 'none';
  #delayMs = 0;

  /** Every request finds its connection cut before anything is done. */
  refuse(): void {
    this.#mode = 'refuse';
  }

  /** Every request waits this long before anything is done. */
  slow(ms: number): void {
    this.#delayMs = ms;
  }

  /** Batches get half their steps done, then the connection is cut and the transaction rolled back. */
  failMidBatch(): void {
    this.#mode = 'fail_mid_batch';
  }

  /** Everything is done, committed too, and the answer never arrives. */
  loseAnswers(): void {
    this.#mode = 'lose_answers';
  }

  heal(): void {
    this.#mode = 'none';
    this.#delayMs = 0;
  }

  get delayMs(): number {
    return this.#delayMs;
  }

  beforeRequest(): void {
    if (this.#mode === 'refuse') throw new ConnectionCut('refused by a fault switch');
  }

  readonly beforeStep: BeforeStep = (step, stepCount) => {
    if (this.#mode === 'fail_mid_batch' && step === Math.floor(stepCount / 2))
      throw new ConnectionCut('cut in a batch');
  };

  beforeAnswer(): void {
    if (this.#mode === 'lose_answers') throw new ConnectionCut('answer lost by a fault switch');
  }
}
