import type { ClaudeProcess } from './claude-process.ts';

export type IdleLimits = {
  /** How long a process waits for its session's next task. */
  keepMs: number;
  /** Idle processes at once: each holds about 100 MB of its own. */
  maxKept: number;
};

/** Most follow-ups come while people look at the answer; memory is worth more after that. */
export const DEFAULT_IDLE_LIMITS: IdleLimits = { keepMs: 10 * 60_000, maxKept: 8 };

type Kept = { process: ClaudeProcess; fingerprint: string; timer: NodeJS.Timeout };

/** Processes that wait for the next task of their session: it then starts in 40 ms instead of 600. */
export class IdlePool {
  readonly #kept = new Map<string, Kept>();
  readonly #limits: IdleLimits;

  constructor(limits: IdleLimits) {
    this.#limits = limits;
  }

  get size(): number {
    return this.#kept.size;
  }

  keep(sessionId: string, fingerprint: string, process: ClaudeProcess): void {
    void this.end(sessionId);
    if (this.#limits.maxKept < 1) {
      void process.end();
      return;
    }
    const timer = setTimeout(() => void this.end(sessionId), this.#limits.keepMs);
    timer.unref();
    this.#kept.set(sessionId, { process, fingerprint, timer });
    void process.exited.then(() => {
      if (this.#kept.get(sessionId)?.process === process) void this.end(sessionId);
    });
    const oldest = this.#kept.keys().next().value;
    if (this.#kept.size > this.#limits.maxKept && oldest !== undefined) void this.end(oldest);
  }

  /** The session's process when it still runs and was started for the same things; others are ended. */
  take(sessionId: string, fingerprint: string): { process: ClaudeProcess | null; ended: Promise<void> } {
    const kept = this.#kept.get(sessionId);
    if (kept === undefined) return { process: null, ended: Promise.resolve() };
    if (kept.fingerprint !== fingerprint || kept.process.exit !== null) {
      return { process: null, ended: this.end(sessionId) };
    }
    clearTimeout(kept.timer);
    this.#kept.delete(sessionId);
    return { process: kept.process, ended: Promise.resolve() };
  }

  /** Ends one session's process, or all. Resolves when they are gone. */
  async end(sessionId?: string): Promise<void> {
    const ids = sessionId === undefined ? [...this.#kept.keys()] : [sessionId];
    const endings = ids.map((id) => {
      const kept = this.#kept.get(id);
      this.#kept.delete(id);
      clearTimeout(kept?.timer);
      return kept?.process.end();
    });
    await Promise.all(endings);
  }
}
