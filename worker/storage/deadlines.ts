/** A handler that threw is called again after this long; short enough that nothing waits for a person. */
const HANDLER_RETRY_MS = 30_000;

/** An alarm that rings this late will not ring: the platform gives up one whose handler threw too often. */
const LATE_MS = 60_000;

/**
 * One Durable Object alarm shared by any number of named deadlines, kept in the object's SQLite.
 *
 * Make it in the constructor of the object and call `rearm()` there. A row and the alarm that serves it are
 * written in the same turn of the event loop, which the platform commits as one.
 */
export class Deadlines {
  readonly #storage: DurableObjectStorage;
  /** When the platform's alarm rings, as far as this instance knows. */
  #armedAtMs: number | null = null;
  /** Being handled and not set anew since: their rows only guard against the handler's failure. */
  readonly #handled = new Set<string>();

  constructor(storage: DurableObjectStorage) {
    this.#storage = storage;
    storage.sql.exec(
      'CREATE TABLE IF NOT EXISTS deadlines (name TEXT PRIMARY KEY, at_ms INTEGER NOT NULL) WITHOUT ROWID',
    );
  }

  /** Sets or moves a deadline. One in the past rings at once. */
  set(name: string, atMs: number): void {
    this.#storage.sql.exec(
      'INSERT INTO deadlines (name, at_ms) VALUES (?1, ?2) ON CONFLICT (name) DO UPDATE SET at_ms = ?2',
      name,
      Math.ceil(atMs),
    );
    this.#handled.delete(name);
    if (this.#armedAtMs === null || atMs < this.#armedAtMs) this.#arm(atMs);
  }

  /** Forgets a deadline. The alarm stays: one idle wake-up costs less than a write each time. */
  clear(name: string): void {
    this.#storage.sql.exec('DELETE FROM deadlines WHERE name = ?', name);
  }

  /** When this deadline rings; null when it is not set. */
  at(name: string): number | null {
    const [row] = this.#storage.sql
      .exec<{ at_ms: number }>('SELECT at_ms FROM deadlines WHERE name = ?', name)
      .toArray();
    return row?.at_ms ?? null;
  }

  /**
   * Removes and returns what is due, earliest first, and arms the alarm for the rest. Call it from `alarm()`
   * and store what follows from it before the next `await`: then both are committed together or not at all.
   */
  takeDue(nowMs: number): string[] {
    const due = this.#storage.sql
      .exec<{ name: string; at_ms: number }>(
        'DELETE FROM deadlines WHERE at_ms <= ? RETURNING name, at_ms',
        nowMs,
      )
      .toArray()
      .sort((a, b) => a.at_ms - b.at_ms);
    this.#armedAtMs = null;
    this.#rearmNow();
    return due.map((row) => row.name);
  }

  /**
   * Calls `handle` for each deadline that is due. One whose handler throws, or that is cut off by an eviction,
   * comes again after `HANDLER_RETRY_MS`; the others are not held up by it.
   *
   * @returns the names and errors of the handlers that threw.
   */
  async runDue(
    nowMs: number,
    handle: (name: string) => void | Promise<void>,
  ): Promise<{ name: string; error: unknown }[]> {
    const retryAtMs = nowMs + HANDLER_RETRY_MS;
    const due = this.#storage.sql
      .exec<{ name: string }>(
        'UPDATE deadlines SET at_ms = ? WHERE at_ms <= ? RETURNING name',
        retryAtMs,
        nowMs,
      )
      .toArray();
    this.#armedAtMs = null;
    this.#rearmNow();
    const failed: { name: string; error: unknown }[] = [];
    for (const { name } of due) {
      try {
        this.#handled.add(name);
        await handle(name);
        // A handler that set its own deadline anew keeps it, also at the very time of the retry: the clock of a
        // Worker stands still while it computes.
        if (this.#handled.has(name)) {
          this.#storage.sql.exec('DELETE FROM deadlines WHERE name = ? AND at_ms = ?', name, retryAtMs);
        }
      } catch (error) {
        failed.push({ name, error });
      } finally {
        this.#handled.delete(name);
      }
    }
    return failed;
  }

  /** Arms the alarm for the earliest deadline. For the constructor: an alarm may have been lost with a crash. */
  async rearm(): Promise<void> {
    this.#armedAtMs = await this.#storage.getAlarm();
    const earliest = this.#earliest();
    if (earliest !== null && (this.#armedAtMs === null || earliest < this.#armedAtMs)) this.#arm(earliest);
  }

  /**
   * Arms the alarm anew when it was lost. Call it from requests and from a sweep: an object that nobody calls
   * has no other way to find out.
   *
   * @returns whether a deadline is overdue, so that `alarm()` should be called now.
   */
  async mend(nowMs: number): Promise<boolean> {
    const earliest = this.#earliest();
    if (earliest === null) return false;
    const armedAtMs = await this.#storage.getAlarm();
    const late = earliest <= nowMs - LATE_MS;
    if (armedAtMs === null || armedAtMs > earliest || late) this.#arm(Math.max(earliest, nowMs));
    return late;
  }

  /** Without asking the platform: a due alarm that did not ring is armed again. Cheap enough for each request. */
  keepWatch(nowMs: number): void {
    if (this.#armedAtMs !== null && this.#armedAtMs <= nowMs - LATE_MS) this.#rearmNow();
  }

  #rearmNow(): void {
    const earliest = this.#earliest();
    if (earliest !== null) this.#arm(earliest);
  }

  #earliest(): number | null {
    return this.#storage.sql.exec<{ at_ms: number | null }>('SELECT MIN(at_ms) AS at_ms FROM deadlines').one()
      .at_ms;
  }

  #arm(atMs: number): void {
    this.#armedAtMs = atMs;
    // The platform takes no time before 1970; "at once" is often written as 0.
    void this.#storage.setAlarm(Math.max(atMs, 1));
  }
}
