import type { TaskId } from '../../protocol/ids.ts';
import type { Repairs } from '../github/handle-failed-checks.ts';

const PREFIX = 'repair:';

/** Checks of a commit end within days. */
const KEEP_MS = 30 * 24 * 3_600_000;

type Noted = Repairs & { atMs: number };

/** How often work was repaired by itself, in the storage of the account's Installation. */
export class RepairNotes {
  readonly #kv: DurableObjectStorage['kv'];

  constructor(kv: DurableObjectStorage['kv']) {
    this.#kv = kv;
  }

  /** Of a task that is no repair: itself, and none. */
  of(taskId: TaskId): Repairs {
    const noted = this.#kv.get<Noted>(PREFIX + taskId);
    return noted === undefined ? { root: taskId, count: 0 } : { root: noted.root, count: noted.count };
  }

  /** A copy of the same delivery changes nothing. */
  note(taskId: TaskId, repairs: Repairs, nowMs: number): void {
    if (this.#kv.get(PREFIX + taskId) !== undefined) return;
    this.#kv.put<Noted>(PREFIX + taskId, { ...repairs, atMs: nowMs });
    for (const [key, { atMs }] of this.#kv.list<Noted>({ prefix: PREFIX })) {
      if (atMs < nowMs - KEEP_MS) this.#kv.delete(key);
    }
  }
}
