/** Entries closer together than this are one: the bookkeeping of a slow viewer stays small. */
const MARK_EVERY_CHARS = 16_000;

type Book = {
  /** All that was sent on this socket, and how much of it the viewer has, in characters. */
  sent: number;
  seen: number;
  marks: { lastId: number; sent: number }[];
};

/**
 * How much viewers have not read yet. The platform does not tell (a Worker's WebSocket has no `bufferedAmount`), so
 * viewers say what they have seen. Only in memory: after an eviction everybody starts anew.
 */
export class Unread<Socket extends object> {
  readonly #books = new Map<Socket, Book>();
  /** Of all viewers together. */
  total = 0;

  /** Something was sent; with it the viewer has everything up to `lastId`. */
  sent(socket: Socket, chars: number, lastId: number): void {
    const book = this.#books.get(socket) ?? { sent: 0, seen: 0, marks: [] };
    this.#books.set(socket, book);
    book.sent += chars;
    this.total += chars;
    const last = book.marks.at(-1);
    if (last !== undefined && book.sent - last.sent < MARK_EVERY_CHARS && last.lastId === lastId) {
      last.sent = book.sent;
    } else book.marks.push({ lastId, sent: book.sent });
  }

  /** The viewer has everything up to an event. */
  seen(socket: Socket, id: number): void {
    const book = this.#books.get(socket);
    if (book === undefined) return;
    const kept = book.marks.findIndex(({ lastId }) => lastId > id);
    const read = kept === -1 ? book.marks : book.marks.slice(0, kept);
    const now = read.at(-1)?.sent ?? book.seen;
    this.total -= now - book.seen;
    book.seen = now;
    book.marks = kept === -1 ? [] : book.marks.slice(kept);
  }

  of(socket: Socket): number {
    const book = this.#books.get(socket);
    return book === undefined ? 0 : book.sent - book.seen;
  }

  forget(socket: Socket): void {
    this.total -= this.of(socket);
    this.#books.delete(socket);
  }

  /** The viewer with most unread; null when there is none. */
  slowest(): Socket | null {
    let slowest: Socket | null = null;
    let most = 0;
    for (const socket of this.#books.keys()) {
      const chars = this.of(socket);
      if (chars > most) [slowest, most] = [socket, chars];
    }
    return slowest;
  }
}
