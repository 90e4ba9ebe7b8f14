import type { PermissionAnswer } from '../github/check-permission.ts';

/**
 * For how long a right counts that GitHub has confirmed: a burst of comments asks once. Somebody whose right is taken
 * away may start work for this long; GitHub's news of it, where the App gets them, ends it at once.
 */
const KEEP_MS = 30_000;

const MAX_ENTRIES = 1_000;

/** GitHub's events after which anybody's rights may be others. */
const RIGHTS_EVENTS: ReadonlySet<string> = new Set([
  'installation',
  'installation_repositories',
  'member',
  'membership',
  'organization',
  'repository',
  'team',
  'team_add',
]);

export type PermissionCacheDeps = { now: () => number; note: (result: 'hit' | 'miss') => void };

/** Rights that GitHub confirmed a moment ago. A no and an error are never kept: the next attempt asks again. */
export class PermissionCache {
  readonly #deps: PermissionCacheDeps;
  readonly #known = new Map<string, { answer: PermissionAnswer; untilMs: number }>();
  /** Counts what may have changed rights: an answer that was under way meanwhile is not kept. */
  #changes = 0;

  constructor(deps: PermissionCacheDeps) {
    this.#deps = deps;
  }

  async get(
    repositoryId: number,
    login: string,
    ask: () => Promise<PermissionAnswer>,
  ): Promise<PermissionAnswer> {
    const key = `${repositoryId}/${login.toLowerCase()}`;
    const known = this.#known.get(key);
    const isFresh = known !== undefined && known.untilMs > this.#deps.now();
    this.#deps.note(isFresh ? 'hit' : 'miss');
    if (isFresh) return known.answer;
    const changes = this.#changes;
    // From when it was asked: the answer may have been on its way for long.
    const untilMs = this.#deps.now() + KEEP_MS;
    const answer = await ask();
    if (isWriter(answer) && changes === this.#changes) this.#keep(key, answer, untilMs);
    return answer;
  }

  /** A webhook delivery has come. */
  hear(event: string): void {
    if (!RIGHTS_EVENTS.has(event)) return;
    this.#changes += 1;
    this.#known.clear();
  }

  #keep(key: string, answer: PermissionAnswer, untilMs: number): void {
    // The oldest entry is the first.
    const [oldest] = this.#known.keys();
    if (this.#known.size >= MAX_ENTRIES && oldest !== undefined) this.#known.delete(oldest);
    this.#known.set(key, { answer, untilMs });
  }
}

const isWriter = (answer: PermissionAnswer) =>
  answer !== null && ['write', 'maintain', 'admin'].includes(answer.permission);
