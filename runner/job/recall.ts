import type { TimedEvent } from '../../protocol/job-socket.ts';
import type { Usage } from '../../protocol/usage.ts';
import { addUsage, NO_USAGE } from '../../protocol/usage.ts';
import type { OpenQuestion } from '../questions/open-question.ts';
import type { Waits } from './phases/after-turn.ts';
import type { Rejection } from './reject-order.ts';

/** What the journals of a job's earlier lives say was done. */
export type Recall = {
  taken: ReadonlySet<number>;
  claudeSessionId: string | null;
  /** The request reached Claude: its transcript holds it. */
  promptReached: boolean;
  /** Claude was done and nothing was said to it since. */
  workDone: boolean;
  commit: { sha: string; tree: string; commits: number } | null;
  /** Somebody rejected the work and has Claude try again, which Claude does not know yet. */
  rework: (Rejection & { reverted: boolean }) | null;
  /** How often Claude has tried again because of failed gates. */
  gateRetries: number;
  /** The tree that goes on although required gates failed. */
  overriddenTree: string | null;
  /** What Claude wrote in the test phase; null before that is over. */
  generatedTests: readonly string[] | null;
  /** A person is waited for; Claude has not been told anything since. */
  waits: Waits | null;
  /** Claude asked, and has no answer yet. */
  question: OpenQuestion | null;
  /** Tools that somebody permitted until the task ends. */
  grants: readonly string[];
  /** How often the task has gone on by itself. */
  iterations: number;
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
  rework: null,
  gateRetries: 0,
  overriddenTree: null,
  generatedTests: null,
  waits: null,
  question: null,
  grants: [],
  iterations: 0,
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
  #retry: number | null = null;

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
      case 'tests.written':
        this.#note({ generatedTests: event.files });
        return;
      case 'gates.finished':
        this.#retry = event.retry ?? null;
        return;
      case 'gates.overridden':
        this.#note({ overriddenTree: event.tree });
        return;
      case 'claude.started':
        // Only a retry that Claude began with counts.
        if (this.#retry !== null) this.#note({ gateRetries: this.#retry });
        this.#retry = null;
        this.#workSince ??= at;
        this.#note({
          claudeSessionId: event.claudeSessionId,
          promptReached: true,
          workDone: false,
          waits: null,
          rework: null,
        });
        return;
      case 'question.asked': {
        const { type: _type, ...asked } = event;
        // Who waits for a person does not work.
        this.#endWork(at);
        this.#note({ question: { asked, deferred: false } });
        return;
      }
      case 'question.parked':
        if (this.#recall.question !== null) {
          this.#note({ question: { ...this.#recall.question, deferred: event.deferred } });
        }
        return;
      case 'question.settled':
        this.#workSince ??= at;
        this.#note({ question: null });
        if (event.grants !== null) this.#note({ grants: [...this.#recall.grants, event.grants] });
        return;
      case 'input.wanted':
        this.#note({ waits: { kind: event.kind, text: event.text } });
        return;
      case 'automation.continued':
        this.#note({ iterations: event.iteration });
        return;
      case 'automation.asked':
        this.#note({ usage: addUsage(this.#recall.usage, event.usage) });
        return;
      case 'claude.turn_ended':
        this.#endWork(at);
        this.#note({
          turns: this.#recall.turns + event.turns,
          usage: addUsage(this.#recall.usage, event.usage),
        });
        return;
      case 'work.captured':
        this.#note({ workDone: true, waits: null });
        return;
      case 'work.rejected': {
        const { type: _type, ...rejection } = event;
        // Another try has the task's whole time.
        if (event.again) this.#note({ rework: { ...rejection, reverted: false }, workedMs: 0, commit: null });
        return;
      }
      case 'work.reverted':
        if (this.#recall.rework !== null) this.#note({ rework: { ...this.#recall.rework, reverted: true } });
        return;
      case 'commit.made':
        this.#note({ commit: { sha: event.sha, tree: event.tree, commits: event.commits ?? 1 } });
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
