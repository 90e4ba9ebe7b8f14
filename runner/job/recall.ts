import type { TimedEvent } from '../../protocol/job-socket.ts';
import type { Usage } from '../../protocol/usage.ts';
import { addUsage, NO_USAGE } from '../../protocol/usage.ts';

/** What the journals of a job's earlier lives say was done. */
export type Recall = {
  taken: ReadonlySet<number>;
  claudeSessionId: string | null;
  /** The request reached Claude: its transcript holds it. */
  promptReached: boolean;
  /** Claude was done and nothing was said to it since. */
  workDone: boolean;
  commit: { sha: string; tree: string } | null;
  turns: number;
  usage: Usage;
  /** How long Claude has worked. */
  workedMs: number;
  /** Lives that ended without a word, by a crash or a lost machine. */
  crashes: number;
};

export const NOTHING_RECALLED: Recall = {
  taken: new Set(),
  claudeSessionId: null,
  promptReached: false,
  workDone: false,
  commit: null,
  turns: 0,
  usage: NO_USAGE,
  workedMs: 0,
  crashes: 0,
};

/** Reads one life's events after the other. */
export class Recaller {
  #recall: Recall = NOTHING_RECALLED;
  readonly #taken = new Set<number>();
  #workSince: number | null = null;
  #lastAt = 0;
  #isFinished = false;
  #lives = 0;

  beginLife(): void {
    this.#endLife();
    this.#lives += 1;
    this.#isFinished = false;
  }

  visit({ at, event }: TimedEvent): void {
    this.#lastAt = at;
    switch (event.type) {
      case 'command.taken':
        this.#taken.add(event.commandId);
        return;
      case 'claude.started':
        this.#workSince ??= at;
        this.#note({ claudeSessionId: event.claudeSessionId, promptReached: true, workDone: false });
        return;
      case 'claude.turn_ended':
        this.#endWork(at);
        this.#note({
          turns: this.#recall.turns + event.turns,
          usage: addUsage(this.#recall.usage, event.usage),
        });
        return;
      case 'work.captured':
        this.#note({ workDone: true });
        return;
      case 'commit.made':
        this.#note({ commit: { sha: event.sha, tree: event.tree } });
        return;
      case 'job.finished':
        this.#isFinished = true;
        return;
      default:
        return;
    }
  }

  end(): Recall {
    this.#endLife();
    return { ...this.#recall, taken: this.#taken };
  }

  #note(fields: Partial<Recall>): void {
    this.#recall = { ...this.#recall, ...fields };
  }

  #endWork(at: number): void {
    if (this.#workSince !== null) {
      this.#note({ workedMs: this.#recall.workedMs + Math.max(0, at - this.#workSince) });
    }
    this.#workSince = null;
  }

  #endLife(): void {
    this.#endWork(this.#lastAt);
    if (this.#lives > 0 && !this.#isFinished) this.#note({ crashes: this.#recall.crashes + 1 });
    this.#isFinished = true;
  }
}
