import type { Logger } from 'pino';
import type { RunnerEvent } from '../../protocol/events.ts';
import type { SessionWorkspace } from '../workspace/workspace-types.ts';

type Deps = { emit: (event: RunnerEvent) => void; log: Logger };

/**
 * Tells what each turn changed. A turn's end is the state that the next one begins with, or the one that is shown, so
 * nothing is read from the folder for it. A task of one turn is told by its work alone.
 */
export class TurnDiffs {
  readonly #deps: Deps;
  #open: { turn: number; from: string } | null = null;
  #last: Promise<void> = Promise.resolve();

  constructor(deps: Deps) {
    this.#deps = deps;
  }

  /** A turn begins with this state. */
  began(turn: number, state: string, workspace: SessionWorkspace): void {
    this.#end(state, workspace);
    this.#open = { turn, from: state };
  }

  /** What the turns came to is captured. */
  shown(tree: string, workspace: SessionWorkspace): void {
    if (this.#open?.turn === 1) return;
    this.#end(tree, workspace);
  }

  /** What is in the folder was put back: no turn did that. */
  forget(): void {
    this.#open = null;
  }

  /** Resolves when everything is told. */
  told(): Promise<void> {
    return this.#last;
  }

  #end(to: string, workspace: SessionWorkspace): void {
    const { emit, log } = this.#deps;
    if (this.#open === null) return;
    const { turn, from } = this.#open;
    this.#open = null;
    this.#last = this.#last.then(async () => {
      const compared = await workspace.compare(from, to);
      if (!compared.ok) log.warn({ failure: compared.failure }, 'job.turn_not_compared');
      else if (compared.diff !== null) {
        const { tree, files, filesCut, insertions, deletions, patch } = compared.diff;
        emit({ type: 'turn.captured', turn, tree, files, filesCut, insertions, deletions, patch });
      }
    });
  }
}
