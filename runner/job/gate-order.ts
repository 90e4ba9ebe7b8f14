import type { JobCommand } from '../../protocol/job.ts';
import type { JobStop } from './job-stop.ts';

export type GateDecision = { commandId: number } & Extract<
  JobCommand,
  { type: 'retry_gates' | 'override_gates' }
>;

/** What people decide about failed gates. It counts as taken by whoever carries it out. */
export class GateOrder {
  readonly #onNeedless: (decision: GateDecision) => void;
  #waiting: GateDecision[] = [];
  #wake: (() => void) | null = null;

  /** @param onNeedless gets decisions about a tree that is no longer the one that waits. */
  constructor(onNeedless: (decision: GateDecision) => void) {
    this.#onNeedless = onNeedless;
  }

  receive(decision: GateDecision): void {
    this.#waiting.push(decision);
    this.#wake?.();
  }

  /** The first decision about this tree; null when the job has to end, or `until` comes, before there is one. */
  async decided(tree: string, stop: JobStop, until: Promise<void>): Promise<GateDecision | null> {
    const { promise: over, resolve } = Promise.withResolvers<void>();
    const offStop = stop.onStop(resolve);
    void until.then(resolve);
    let isOver = false;
    void over.then(() => {
      isOver = true;
      this.#wake?.();
    });
    try {
      for (;;) {
        const decision = this.#take(tree);
        if (decision !== null || isOver || stop.reason !== null) return decision;
        await new Promise<void>((wake) => {
          this.#wake = wake;
        });
        this.#wake = null;
      }
    } finally {
      offStop();
    }
  }

  #take(tree: string): GateDecision | null {
    for (let decision = this.#waiting.shift(); decision !== undefined; decision = this.#waiting.shift()) {
      if (decision.type === 'retry_gates' || decision.tree === tree) return decision;
      this.#onNeedless(decision);
    }
    return null;
  }
}
