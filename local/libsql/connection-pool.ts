import { Connection } from './connection.ts';

/**
 * Opening a connection for each request would cost 0.3 ms, and libsql gives a closed one's file descriptors
 * back only at a garbage collection, which a busy server runs out of.
 */
const MAX_IDLE = 16;

/** Hands out connections to one database file and takes them back for the next client. */
export class ConnectionPool {
  readonly #file: string;
  readonly #idle: Connection[] = [];

  constructor(file: string) {
    this.#file = file;
  }

  take(): Connection {
    return this.#idle.pop() ?? new Connection(this.#file);
  }

  giveBack(connection: Connection): void {
    connection.reset();
    if (connection.isTainted || this.#idle.length >= MAX_IDLE) connection.close();
    else this.#idle.push(connection);
  }

  /** Call it after a change of the schema: statements prepared before may have the old columns. */
  forgetPrepared(): void {
    for (const connection of this.#idle) connection.forgetPrepared();
  }

  close(): void {
    for (const connection of this.#idle.splice(0)) connection.close();
  }
}
