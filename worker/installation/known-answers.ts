/** An answer that GitHub may say still holds. */
type Known = { etag: string; text: string; headers: Headers };

/** Lists of a hundred comments are a few hundred kilobytes; what is larger is read anew. */
const MAX_ANSWER_CHARS = 300_000;
const MAX_ALL_CHARS = 4_000_000;

/**
 * What GitHub answered to reads of late, in memory, the longest unused first. A read that GitHub answers with 304
 * counts for nothing in the hour's limit.
 *
 * @see https://docs.github.com/en/rest/using-the-rest-api/best-practices-for-using-the-rest-api
 */
export class KnownAnswers {
  readonly #known = new Map<string, Known>();
  #chars = 0;

  etagOf(key: string): string | null {
    return this.#known.get(key)?.etag ?? null;
  }

  /** The answer that still holds. The body is a stream, as that of a fetched answer. Null: it was forgotten meanwhile. */
  answer(key: string): Response | null {
    const known = this.#known.get(key);
    if (known === undefined) return null;
    this.#known.delete(key);
    this.#known.set(key, known);
    return new Response(new Blob([known.text]).stream(), { status: 200, headers: known.headers });
  }

  keep(key: string, etag: string, text: string, headers: Headers): void {
    this.#forget(key);
    if (text.length > MAX_ANSWER_CHARS) return;
    this.#known.set(key, { etag, text, headers: new Headers(headers) });
    this.#chars += text.length;
    for (const oldest of this.#known.keys()) {
      if (this.#chars <= MAX_ALL_CHARS) break;
      this.#forget(oldest);
    }
  }

  #forget(key: string): void {
    this.#chars -= this.#known.get(key)?.text.length ?? 0;
    this.#known.delete(key);
  }
}
